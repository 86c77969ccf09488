/// <reference lib="es2021.promise" preserve="true" />
import { errorsOf, failureMessage, hideFromLogs, type PublishReport } from '../core/index.js';

/**
 * Handlers failed after the transaction was committed, and `transactional` was asked to reject for it. The commit
 * stands: `value` is what `work` returned, `errors` are the very objects that were thrown.
 *
 * @example
 * ```ts
 * const unitOfWork = transactional(bus, begin, { afterCommitFailures: 'reject' });
 * const order = await unitOfWork(placeOrder).catch((error: unknown) => {
 *   if (!(error instanceof AfterCommitError)) throw error; // rolled back
 *   log.warn(error.message);
 *   return error.value;
 * });
 * ```
 */
export class AfterCommitError<T = unknown> extends AggregateError {
  override readonly name = 'AfterCommitError';
  /** What `work` returned. Not enumerable: neither this nor the events are for a log. */
  declare readonly value: T;
  /** Of the (first) event that had failures. */
  declare readonly report: PublishReport;
  /** Of each event that had failures, once for each phase. */
  declare readonly reports: readonly PublishReport[];

  /** @internal */
  constructor(value: T, reports: readonly [PublishReport, ...PublishReport[]]) {
    super(errorsOf(reports), failureMessage(reports, 'The transaction was committed, and then '));
    hideFromLogs(this, { value, report: reports[0], reports });
  }

  /** Who failed and why, and nothing of the events. */
  toJSON(): object {
    return { name: this.name, message: this.message, reports: this.reports };
  }
}
