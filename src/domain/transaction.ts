import { type EventBus, type Phase, PublishError, type PublishReport } from '../core/index.js';
import { AfterCommitError } from './after-commit-error.js';
import { runIn, UnitOfWork } from './unit-of-work.js';

/**
 * Any function that runs a callback in a database transaction: it commits when the callback's promise resolves, and
 * rolls back and rejects when that rejects. It may call it again to retry.
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

/** Runs one transaction and all phases of the events that are published in it. */
export async function runTransaction<Transaction, T>(
  bus: EventBus,
  begin: Begin<Transaction>,
  work: Work<Transaction, T>,
  rejectsAfterCommit: boolean,
  joinedBy: readonly unknown[],
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
    const [outcome] = await Promise.allSettled([attempts.run(begin)]);
    const committed = outcome.status === 'fulfilled' ? attempts.units.at(-1) : undefined;
    for (const participant of committed?.participants.values() ?? []) participant.committed();
    const rejects = rejectsAfterCommit && committed !== undefined;
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
  return new Attempts(open, work).run(begin);
}

/** The calls of one callback: most often one, several where `begin` tries again. */
class Attempts<Transaction, T> {
  readonly units: UnitOfWork[] = [];
  readonly #open: (transaction: Transaction) => UnitOfWork;
  readonly #work: (transaction: Transaction, unit: UnitOfWork) => T | PromiseLike<T>;
  #last: PromiseSettledResult<T> | undefined;

  constructor(
    open: (transaction: Transaction) => UnitOfWork,
    work: (transaction: Transaction, unit: UnitOfWork) => T | PromiseLike<T>,
  ) {
    this.#open = open;
    this.#work = work;
  }

  /** Settles as `begin` does, with the result of the last attempt. */
  async run(begin: Begin<Transaction>): Promise<T> {
    try {
      await begin((transaction) => this.#attempt(transaction));
      if (!this.#last) throw new Error('The function that begins a transaction has not called its callback.');
      // A begin that keeps the error to itself has rolled back all the same.
      if (this.#last.status === 'rejected') throw this.#last.reason;
      for (const unit of this.units.slice(0, -1)) unit.discard();
      return this.#last.value;
    } catch (error) {
      for (const unit of this.units) unit.discard();
      throw error;
    }
  }

  async #attempt(transaction: Transaction): Promise<T> {
    const unit = this.#open(transaction);
    this.units.push(unit);
    try {
      const value = await runIn(unit, async () => this.#work(transaction, unit));
      this.#last = { status: 'fulfilled', value };
      return value;
    } catch (reason) {
      this.#last = { status: 'rejected', reason };
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
      if (phase === (event.unit.discarded ? 'afterCommit' : 'afterRollback')) continue;
      const report = await event.deliver(phase, awaited);
      if (report && report.failures.length > 0) failedReports.push(report);
    }
  }
  return failedReports;
}
