import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventBus } from '../core/index.js';
import type { DeferredEvent } from './deferred-event.js';

const storage = new AsyncLocalStorage<UnitOfWork | undefined>();

/** Writes what it has collected when a transaction is about to commit, and hears when it has. */
export interface Participant {
  beforeCommit(): Promise<unknown>;
  committed(): void;
}

/**
 * The span of one database transaction, or of a savepoint in it. It travels with the async context: whatever `work` calls,
 * awaited or not, is in it.
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
  /** @internal Who writes in the transaction before it commits, by whose they are; of a root. */
  readonly participants = new Map<object, Participant>();
  #ended = false;
  #discarded = false;

  /** @internal */
  constructor(
    /** The bus whose deliveries wait for it. */
    readonly bus: EventBus,
    /** What the transaction began with: a client, a manager, a session. */
    readonly transaction: Transaction,
    /** @internal By which function it was begun. */
    readonly begin: unknown,
    /** @internal The one that it is a part of. */
    readonly parent: UnitOfWork | undefined,
  ) {
    this.outer = storage.getStore();
    this.root = parent?.root ?? this;
    this.events = parent?.events ?? [];
  }

  /** Whether events can still be published into it. */
  get active(): boolean {
    return !this.#ended && (this.parent?.active ?? true);
  }

  /** @internal */
  end(): void {
    this.#ended = true;
  }

  /** @internal Whether it was rolled back, alone or with what it is a part of. */
  get discarded(): boolean {
    return this.#discarded || (this.parent?.discarded ?? false);
  }

  /** @internal */
  discard(): void {
    this.#discarded = true;
  }

  /** @internal For what keeps a bus from closing. */
  unfinished(): string[] {
    return this.events.flatMap(({ waiting }) => waiting);
  }
}

/** Runs something in a unit of work; what it starts and does not await is in it too. */
export function runIn<T>(unit: UnitOfWork, work: () => T): T {
  return storage.run(unit, work);
}

/**
 * The unit of work that this code runs in: the innermost one, or the innermost one of a bus. It may have ended already, for
 * code that nobody waited for. Undefined outside of any.
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
 * Runs something outside of the unit of work that is open here: events that it publishes do not wait for that one's commit.
 *
 * @example
 * ```ts
 * await withoutUnitOfWork(() => bus.publish(new LoginFailed(user))); // also when the transaction is rolled back
 * ```
 */
export function withoutUnitOfWork<T>(work: () => T): T {
  return storage.run(undefined, work);
}
