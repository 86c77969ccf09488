import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventBus } from '../core/index.js';
import type { DeferredEvent } from './deferred-event.js';

const storage = new AsyncLocalStorage<UnitOfWork | undefined>();

/** A part of a module that writes in a transaction before it commits. */
export interface Participant {
  beforeCommit(): Promise<unknown>;
  /** The transaction has been committed, or may have been. */
  committed(): void;
}

/**
 * The span of one database transaction, or of a savepoint in it. It travels with the async context: whatever `work`
 * calls, awaited or not, is in it.
 *
 * Its state is *open* (it takes events), *ended* (its work has settled; its events wait for the commit), *discarded*
 * (it was rolled back) or *unknown* (the answer to its commit is lost). The legal moves are open → ended, ended →
 * unknown, and from each of these to discarded: from open when the transaction is given up before its work has settled.
 * A unit of work inside another counts as discarded, or as unknown, as soon as the outer one is.
 *
 * @example
 * ```ts
 * const transaction = currentUnitOfWork()?.transaction; // in a repository, for instance
 * ```
 */
export class UnitOfWork<Transaction = unknown> {
  /** @internal The one that is the whole transaction. */
  readonly root: UnitOfWork;
  /** @internal What was published in the transaction, in that order; that of the root. */
  readonly events: DeferredEvent[];
  /** @internal The one around it, perhaps of another bus. */
  readonly outer: UnitOfWork | undefined;
  /** @internal The participants that write before the commit, by their owner. Only the root has any. */
  readonly participants = new Map<object, Participant>();
  #state: 'open' | 'ended' | 'discarded' | 'unknown' = 'open';

  /** @internal */
  constructor(
    /** The bus whose deliveries wait for it. */
    readonly bus: EventBus,
    /** What the transaction began with: a client, a manager, a session. */
    readonly transaction: Transaction,
    /** @internal The functions that open no transaction inside of this one: their units of work join it. */
    readonly joinedBy: readonly unknown[],
    /** @internal The one that it is a part of. */
    readonly parent: UnitOfWork | undefined,
  ) {
    this.outer = storage.getStore();
    this.root = parent?.root ?? this;
    this.events = parent?.events ?? [];
  }

  /** Whether events can still be published into it. */
  get active(): boolean {
    return this.#state === 'open' && (this.parent?.active ?? true);
  }

  /** @internal Whether it was rolled back, alone or with the one that it is a part of. */
  get discarded(): boolean {
    return this.#state === 'discarded' || (this.parent?.discarded ?? false);
  }

  /** @internal Whether nobody knows what has become of the transaction. */
  get unknown(): boolean {
    return this.root.#state === 'unknown';
  }

  /** @internal Its work has settled. */
  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
  }

  /** @internal It was rolled back, or the savepoint was. */
  discard(): void {
    this.#state = 'discarded';
  }

  /** @internal The answer to its commit is lost. */
  loseAnswer(): void {
    this.#state = 'unknown';
  }

  /** @internal The deliveries that still wait, for the message of a bus that cannot close. */
  unfinished(): string[] {
    return this.events.flatMap(({ waiting }) => waiting);
  }
}

/** Runs something in a unit of work; what it starts and does not await is in it too. */
export function runIn<T>(unit: UnitOfWork, work: () => T): T {
  return storage.run(unit, work);
}

/**
 * The unit of work that this code runs in: the innermost one, or the innermost one of a bus. It may have ended already,
 * for code that nobody waited for. Undefined outside of any.
 *
 * @example
 * ```ts
 * const client = currentUnitOfWork<PoolClient>()?.transaction ?? pool;
 * ```
 */
export function currentUnitOfWork<Transaction = unknown>(bus?: EventBus): UnitOfWork<Transaction> | undefined {
  let unit = storage.getStore();
  while (unit && bus && unit.bus !== bus) unit = unit.outer;
  return unit as UnitOfWork<Transaction> | undefined;
}

/**
 * Runs something outside of the unit of work that is open here: events that it publishes do
 * not wait for that one's commit.
 *
 * @example
 * ```ts
 * await withoutUnitOfWork(() => bus.publish(new LoginFailed(user))); // also when the transaction is rolled back
 * ```
 */
export function withoutUnitOfWork<T>(work: () => T): T {
  return storage.run(undefined, work);
}
