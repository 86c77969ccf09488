import { errorsOf, failureMessage, type PublishReport } from '../core/index.js';

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
  /** What `work` returned. */
  readonly value: T;
  /** Of the (first) event that had failures. */
  readonly report: PublishReport;
  /** Of each event that had failures, once for each phase. */
  readonly reports: readonly PublishReport[];

  /** @internal */
  constructor(value: T, reports: readonly [PublishReport, ...PublishReport[]]) {
    super(errorsOf(reports), failureMessage(reports, 'The transaction was committed, and then '));
    this.value = value;
    this.report = reports[0];
    this.reports = reports;
  }
}
