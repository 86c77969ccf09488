import { textOf } from '../core/index.js';

/**
 * Whether a transaction was committed is unknown: `begin` has rejected when all was done but the commit, and not with
 * an answer of the database. The connection was lost, perhaps, after the commit and before its answer. Neither
 * `afterCommit` nor `afterRollback` handlers have run; durable handlers run if it was committed. `cause` is the error
 * of `begin`.
 *
 * @example
 * ```ts
 * await unitOfWork(placeOrder).catch(async (error: unknown) => {
 *   if (!(error instanceof UnknownOutcomeError)) throw error; // rolled back
 *   if (!(await orders.has(orderId))) throw error; // looked: it was not committed
 * });
 * ```
 */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';

  /** @internal */
  constructor(cause: unknown) {
    super(
      `Whether the transaction was committed is unknown: all was done but the commit, and begin rejected without an answer of the database (${textOf(cause)}). ` +
        'Neither afterCommit nor afterRollback handlers have run; durable handlers run if it was committed. Look whether it was before you do it again.',
      { cause },
    );
  }
}
