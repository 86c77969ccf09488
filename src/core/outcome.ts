/**
 * Why a handler in the plan was not called: its `filter` refused, the event was `stopped`, it was `unsubscribed`
 * meanwhile, `shadowed` (the same handler ran by another of its event classes, or the same object by another
 * subscription), the publisher `aborted`, `around` ended without calling `run`, its `phase` does not come (a rollback,
 * where no unit of work is open), or it was `silenced` (by a test).
 *
 * @example
 * ```ts
 * const refused = report.deliveries.filter(
 *   (delivery) => delivery.status === 'skipped' && delivery.reason === 'filter',
 * );
 * ```
 */
export type SkipReason =
  'filter' | 'stopped' | 'unsubscribed' | 'shadowed' | 'aborted' | 'around' | 'phase' | 'silenced';

/** How one step of a plan ended, when it did not plainly fulfil. */
export class Outcome {
  readonly status: 'rejected' | 'skipped' | 'deferred';
  readonly reason: unknown;
  readonly #called: boolean;

  constructor(status: Outcome['status'], reason: unknown, called = true) {
    this.status = status;
    this.reason = reason;
    this.#called = called;
  }

  /** Whether the handler was called: not when it was skipped or deferred, nor when its filter threw. */
  get called(): boolean {
    return this.#called;
  }

  /** Asked by a private name: `instanceof` runs a trap if a handler has returned a proxy. */
  static is(value: unknown): value is Outcome {
    return typeof value === 'object' && value !== null && #called in value;
  }
}

export const skipped = (reason: SkipReason): Outcome => new Outcome('skipped', reason, false);

/** Somebody has taken the delivery over. */
export const deferred = new Outcome('deferred', undefined, false);

/** The module that wanted to take over the delivery has failed. */
export const refused = (error: unknown): Outcome => new Outcome('rejected', error, false);
