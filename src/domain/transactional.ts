import { aFunction, checkOptions, type Checks, type EventBus, oneOf } from '../core/index.js';
import { isRefusal } from './sql-state.js';
import { type Begin, runSavepoint, runTransaction, type TransactionRules } from './transaction.js';
import { currentUnitOfWork } from './unit-of-work.js';
import { serveUnitsOfWork } from './units-of-work.js';

/**
 * How units of work behave.
 *
 * @example
 * ```ts
 * const unitOfWork = transactional(bus, begin, { savepoint: (tx, run) => tx.transaction(run) });
 * ```
 */
export interface TransactionalOptions<Transaction> {
  /**
   * How a unit of work inside another one becomes a savepoint. Without it the inner one runs in the outer
   * one's transaction as it is: when the inner one fails and the outer one goes on, its events are
   * discarded and its writes are not.
   */
  readonly savepoint?:
    ((transaction: Transaction, run: (transaction: Transaction) => Promise<unknown>) => Promise<unknown>) | undefined;
  /**
   * Whether handlers that fail after the commit make the unit of work reject, with `AfterCommitError`. With `report`
   * they are reported as those of an `emit` are: to `HandlerFailed`, `onError`, or as uncaught. Default `report`.
   */
  readonly afterCommitFailures?: 'report' | 'reject' | undefined;
  /**
   * Another `begin` function for the same database. Its units of work join the ones that are made here
   * when they run inside them. Without this option they are refused there, because another `begin` is another
   * transaction, and perhaps another database.
   */
  readonly joins?: ((run: never) => unknown) | undefined;
  /**
   * Whether an error with which `begin` rejects at the commit says that nothing was committed. It is asked only after
   * all was done but the commit. Where it returns false nobody knows: the unit of work rejects with
   * `UnknownOutcomeError`, and neither `afterCommit` nor `afterRollback` handlers run. Default: true for an answer of
   * the database by SQLSTATE (PostgreSQL, MySQL), of SQLite, and for Prisma's P2034.
   */
  readonly isRolledBack?: ((error: unknown) => boolean) | undefined;
}

const optionChecks: Checks<TransactionalOptions<never>> = {
  savepoint: aFunction,
  afterCommitFailures: oneOf('report', 'reject'),
  joins: aFunction,
  isRolledBack: aFunction,
};

/**
 * Runs `work` in a transaction; the events that it publishes reach handlers of a later phase when that phase comes.
 * Resolves with what `work` returned, when the handlers of all phases have settled.
 *
 * @example
 * ```ts
 * const orderId = await unitOfWork(async (tx) => placeOrder(tx));
 * ```
 */
export type RunUnitOfWork<Transaction> = <T>(work: (transaction: Transaction) => T | PromiseLike<T>) => Promise<T>;

/**
 * Makes handlers of a later phase wait for database transactions. What it returns runs `work` in one, by `begin`.
 *
 * - `immediate` handlers run at the publish; a failure rejects the publish, and so the
 *   transaction unless `work` handles it.
 * - `beforeCommit` handlers run when `work` has ended, inside the transaction; what they publish is handled too. A
 *   failure rolls back: the unit of work rejects with `PublishError`.
 * - `afterCommit` handlers run when `begin` has resolved, `afterRollback` ones when it has rejected, `afterCompletion`
 *   ones after either. They run outside of the unit of work. When `begin` rejects at the commit without an answer of
 *   the database nobody knows what has become of it: neither of the first two runs.
 *
 * Units of work inside others join them: their events wait for the outermost commit, and are discarded with the
 * innermost failure. One of the same bus that has another `begin` is refused there: it would be a second transaction.
 * An error of `begin` or `work` is rethrown as it is, except that what it rejects with instead of the answer to a
 * commit is the cause of an `UnknownOutcomeError`.
 *
 * @throws TypeError for what is no function or no such option.
 * @example
 * ```ts
 * const unitOfWork = transactional<Transaction>(bus, (run) => db.transaction(run));
 * await unitOfWork(async (tx) => {
 *   await orders.save(order, tx);
 *   await publishEventsOf(bus, order);
 * });
 * ```
 */
export function transactional<Transaction>(
  bus: EventBus,
  begin: Begin<Transaction>,
  options: TransactionalOptions<Transaction> = {},
): RunUnitOfWork<Transaction> {
  if (typeof begin !== 'function') {
    throw new TypeError('transactional takes a bus, and a function that runs a callback in a transaction.');
  }
  checkOptions(options, optionChecks);
  serveUnitsOfWork(bus);
  const { savepoint, afterCommitFailures, joins, isRolledBack = isRefusal } = options;
  const rules: TransactionRules = {
    rejectsAfterCommit: afterCommitFailures === 'reject',
    joinedBy: joins ? [begin, joins] : [begin],
    isRolledBack,
  };
  return async (work) => {
    const outer = currentUnitOfWork<Transaction>(bus);
    if (!outer?.active) return runTransaction(bus, begin, work, rules);
    if (!outer.joinedBy.includes(begin)) throw secondTransaction(begin, outer.joinedBy[0]);
    const join: Begin<Transaction> = (run) => (savepoint ? savepoint(outer.transaction, run) : run(outer.transaction));
    return runSavepoint(outer, join, work);
  };
}

/**
 * The error for a unit of work inside of one that has another `begin`. Its writes would be committed alone, and its
 * events would be lost with the outer transaction.
 */
function secondTransaction(begin: unknown, outerBegin: unknown): Error {
  return new Error(
    `A unit of work begun by ${excerptOf(begin)} was opened inside one begun by ${excerptOf(outerBegin)}. ` +
      'It would be a second transaction, which commits although the outer one may roll back. ' +
      'Make the unit of work once and export it (a transactional handler: give its begin to the store as well); ' +
      'or name the inner begin in the option joins of the outer one, if both begin transactions of one database; ' +
      'or open it by withoutUnitOfWork, as a transaction of its own.',
  );
}

/** The name of a function, else the beginning of its source: most of these functions are arrows without a name. */
function excerptOf(begin: unknown): string {
  const { name } = begin as Function;
  return name || String(begin).replace(/\s+/g, ' ').slice(0, 60);
}
