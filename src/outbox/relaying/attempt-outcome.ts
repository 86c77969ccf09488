/**
 * The result of one attempt. An attempt rejects instead when the store was not reached: then its result is unknown.
 *
 * - `succeeded`: the handler has succeeded, and its row has to be settled.
 * - `settled`: the handler has succeeded in a transaction that has deleted its row.
 * - `lost`: the row belongs to another relay, or may belong to one. This is not a failure of the handler. The error
 *   says why, or is the one with which the handler ended when it was told to.
 * - `failed`: the handler has failed. With `retry: false` another attempt would fail as well.
 */
export type AttemptOutcome = 'succeeded' | 'settled' | { readonly lost: unknown } | FailedOutcome;

/** The outcome of an attempt that has failed. */
export interface FailedOutcome {
  readonly failed: unknown;
  /** What the handler was called with. Undefined where it was not called. */
  readonly event?: object | undefined;
  readonly retry?: false | undefined;
}

/** What becomes of a delivery by one attempt, when the store has noted it. */
export type DeliveryOutcome = 'delivered' | 'retried' | 'dead';
