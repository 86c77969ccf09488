/** Which events are erased: those that match everything given. */
export interface ErasureQuery {
  readonly key: string | undefined;
  /** The id of the event. */
  readonly event: string | undefined;
  /** JSON that the data contains: each of its properties, with these values. */
  readonly data: string | undefined;
  /** Whether to count alone. */
  readonly dryRun: boolean;
}

/**
 * What was erased, or would be.
 *
 * @example
 * ```ts
 * const { events, busy } = await outbox.erase({ key: 'customer:17' });
 * ```
 */
export interface ErasureResult {
  /** Events of the log. */
  readonly events: number;
  /** Their deliveries that had not been made: waiting, failing and dead ones. */
  readonly deliveries: number;
  /** Scheduled events that had not been published. */
  readonly scheduled: number;
  /** Events that were left, because a delivery of them is at work in a transaction. Erase again when it has ended. */
  readonly busy: number;
}
