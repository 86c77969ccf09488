import { type EventBus, type Phase, PublishError, type PublishReport } from '../core/index.js';
import { AfterCommitError } from './after-commit-error.js';
import { runIn, UnitOfWork } from './unit-of-work.js';
import { UnknownOutcomeError } from './unknown-outcome-error.js';

/**
 * Any function that runs a callback in a database transaction: it commits when the callback's promise resolves, and
 * rolls back and rejects when that rejects. It may call it again to retry, after an answer of the database which says
 * that nothing was committed.
 *
 * @example
 * ```ts
 * const begin: Begin<Transaction> = (run) => db.transaction(run);
 * ```
 */
export type Begin<Transaction> = (run: (transaction: Transaction) => Promise<unknown>) => Promise<unknown>;

/**
 * The transaction that a function hands to its callback: `begin`, a unit of work, or what a library begins transactions
 * with. It spares spelling the type out where a library has no short name for it. Of a function with overloads the last
 * one counts, as always in TypeScript.
 *
 * @typeParam Begins The type of the function: `typeof begin`.
 * @example
 * ```ts
 * type Transaction = TransactionOf<typeof db.transaction>;
 * const unitOfWork = transactional<Transaction>(bus, (run) => db.transaction(run));
 * bus.subscribe(
 *   OrderPlaced,
 *   async (event, { transaction }: UnitOfWorkContext<Transaction>) => ledger.book(event, transaction),
 *   { phase: 'beforeCommit' },
 * );
 * ```
 */
export type TransactionOf<Begins extends (run: never, ...more: never) => unknown> = Parameters<Begins>[0] extends (
  transaction: infer Transaction,
  ...more: never
) => unknown
  ? Transaction
  : never;

type Work<Transaction, T> = (transaction: Transaction) => T | PromiseLike<T>;

/** How the transactions of one unit of work are run. */
export interface TransactionRules {
  /** Whether failures after the commit reject. */
  readonly rejectsAfterCommit: boolean;
  /** The functions that open no transaction inside of it. */
  readonly joinedBy: readonly unknown[];
  /** Whether an error of `begin` says that nothing was committed, though all was done but the commit. */
  readonly isRolledBack: (error: unknown) => boolean;
}

/** Runs one transaction and all phases of the events that are published in it. */
export async function runTransaction<Transaction, T>(
  bus: EventBus,
  begin: Begin<Transaction>,
  work: Work<Transaction, T>,
  { rejectsAfterCommit, joinedBy, isRolledBack }: TransactionRules,
): Promise<T> {
  const open = (transaction: Transaction): UnitOfWork => new UnitOfWork(bus, transaction, joinedBy, undefined);
  const attempts = new Attempts(open, async (transaction: Transaction, unit) => {
    const value = await work(transaction);
    await runBeforeCommit(unit);
    // Last, in one go: locks that are taken in one order for all of a transaction's events cannot deadlock.
    for (const participant of unit.participants.values()) await participant.beforeCommit();
    return value;
  });
  try {
    const [outcome] = await Promise.allSettled([attempts.run(begin, isRolledBack)]);
    const last = attempts.units.at(-1);
    if (!last?.discarded) for (const participant of last?.participants.values() ?? []) participant.committed();
    const rejects = rejectsAfterCommit && outcome.status === 'fulfilled';
    const [first, ...rest] = await runLastPhases(attempts.units, rejects);
    if (outcome.status === 'rejected') throw outcome.reason;
    if (first && rejects) throw new AfterCommitError(outcome.value, [first, ...rest]);
    return outcome.value;
  } finally {
    for (const unit of attempts.units) bus.ports.inFlight.delete(unit);
  }
}

/**
 * Runs a part of a transaction. Its events are discarded when it fails. Otherwise they wait for the whole transaction.
 */
export function runSavepoint<Transaction, T>(
  parent: UnitOfWork,
  begin: Begin<Transaction>,
  work: Work<Transaction, T>,
): Promise<T> {
  const { bus, joinedBy } = parent;
  const open = (transaction: Transaction): UnitOfWork => new UnitOfWork(bus, transaction, joinedBy, parent);
  // A savepoint is never left in doubt: what is lost with its answer cannot be committed any more.
  return new Attempts(open, work).run(begin, () => true);
}

/** The calls of one callback: most often one, several where `begin` tries again. */
class Attempts<Transaction, T> {
  readonly units: UnitOfWork[] = [];
  readonly #open: (transaction: Transaction) => UnitOfWork;
  readonly #work: (transaction: Transaction, unit: UnitOfWork) => T | PromiseLike<T>;
  #last: (PromiseSettledResult<T> & { readonly unit: UnitOfWork }) | undefined;

  constructor(
    open: (transaction: Transaction) => UnitOfWork,
    work: (transaction: Transaction, unit: UnitOfWork) => T | PromiseLike<T>,
  ) {
    this.#open = open;
    this.#work = work;
  }

  /**
   * Settles as `begin` does, with the result of the last attempt.
   *
   * @throws UnknownOutcomeError when begin rejects at the commit, with an error that is not one of a rollback.
   */
  async run(begin: Begin<Transaction>, isRolledBack: (error: unknown) => boolean): Promise<T> {
    try {
      await begin((transaction) => this.#attempt(transaction));
      if (!this.#last) throw new Error('The function that begins a transaction has not called its callback.');
      // A begin that keeps the error to itself has rolled back all the same.
      if (this.#last.status === 'rejected') throw this.#last.reason;
      for (const unit of this.units.slice(0, -1)) unit.discard();
      return this.#last.value;
    } catch (error) {
      const last = this.#committing;
      for (const unit of this.units) if (unit !== last) unit.discard();
      if (last) {
        last.loseAnswer();
        if (!isRolledBack(error)) throw new UnknownOutcomeError(error);
        last.discard();
      }
      throw error;
    }
  }

  /** The attempt of which nothing is left to be done but the commit. */
  get #committing(): UnitOfWork | undefined {
    const last = this.#last?.status === 'fulfilled' ? this.#last.unit : undefined;
    return last === this.units.at(-1) ? last : undefined;
  }

  async #attempt(transaction: Transaction): Promise<T> {
    const unit = this.#open(transaction);
    this.units.push(unit);
    try {
      const value = await runIn(unit, async () => this.#work(transaction, unit));
      this.#last = { status: 'fulfilled', value, unit };
      return value;
    } catch (reason) {
      this.#last = { status: 'rejected', reason, unit };
      throw reason;
    } finally {
      unit.end();
    }
  }
}

/** Also for what the handlers of this phase publish: the list grows while it is read. */
async function runBeforeCommit({ events }: UnitOfWork): Promise<void> {
  for (const event of events) {
    const report = event.unit.discarded ? undefined : await event.deliver('beforeCommit', true);
    if (report && report.failures.length > 0) throw new PublishError([report]);
  }
}

/** Runs the phases after the transaction, event by event. Returns the reports with failures. */
async function runLastPhases(units: readonly UnitOfWork[], awaited: boolean): Promise<PublishReport[]> {
  const events = units.flatMap((unit) => unit.events);
  const failedReports: PublishReport[] = [];
  for (const phase of ['afterCommit', 'afterRollback', 'afterCompletion'] satisfies Phase[]) {
    for (const event of events) {
      if (!isDue(phase, event.unit)) continue;
      const report = await event.deliver(phase, awaited);
      if (report && report.failures.length > 0) failedReports.push(report);
    }
  }
  return failedReports;
}

/**
 * Returns whether the transaction has come to what a phase after it is about. Of one whose answer is lost nobody knows.
 */
function isDue(
  phase: Phase,
  { discarded, unknown }: { readonly discarded: boolean; readonly unknown: boolean },
): boolean {
  if (phase === 'afterCompletion') return true;
  return phase === 'afterRollback' ? discarded : !discarded && !unknown;
}
