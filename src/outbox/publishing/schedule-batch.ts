import { NoUnitOfWorkError } from '../../core/index.js';
import type { UnitOfWork } from '../../domain/index.js';
import type { ScheduledEntry, SchedulingStore } from '../store/scheduling-store.js';

/** One decision of a unit of work: it counts unless that unit, or one around it, is rolled back. */
interface Decision {
  readonly id: string;
  readonly unit: UnitOfWork;
}

interface Scheduling extends Decision {
  readonly entry: Promise<ScheduledEntry>;
}

const counts = ({ unit }: Decision): boolean => !unit.discarded;

/**
 * What one transaction schedules and unschedules. It is written when the transaction is about to commit, so that a part
 * of it that is rolled back leaves nothing, whether the database knows of the part or not.
 *
 * States: open → written.
 */
export class ScheduleBatch {
  readonly #store: SchedulingStore;
  readonly #transaction: unknown;
  readonly #onCommit: () => void;
  readonly #scheduled: Scheduling[] = [];
  readonly #unscheduled: Decision[] = [];
  #state: 'open' | 'written' = 'open';

  constructor(store: SchedulingStore, transaction: unknown, onCommit: () => void) {
    this.#store = store;
    this.#transaction = transaction;
    this.#onCommit = onCommit;
  }

  /** @throws NoUnitOfWorkError when the last of it has been written. */
  schedule(scheduling: Scheduling): void {
    this.#assertOpen();
    this.#scheduled.push(scheduling);
    // Whoever schedules is told, and may go on without it. What is refused later than the end of the work is awaited
    // there, and fails the transaction.
    scheduling.entry.catch(() => {
      const place = this.#scheduled.indexOf(scheduling);
      if (place >= 0) this.#scheduled.splice(place, 1);
    });
  }

  /** Resolves with whether it was scheduled. @throws NoUnitOfWorkError when the last of it has been written. */
  async unschedule(decision: Decision): Promise<boolean> {
    this.#assertOpen();
    const { id } = decision;
    if (this.#isUnscheduled(id)) return false;
    const isHere = this.#scheduled.some((scheduling) => scheduling.id === id && counts(scheduling));
    const isThere = isHere || (await this.#store.lockScheduled(this.#transaction, id));
    this.#assertOpen();
    // Somebody may have been faster while the store was asked.
    if (!isThere || this.#isUnscheduled(id)) return false;
    this.#unscheduled.push(decision);
    return true;
  }

  async beforeCommit(): Promise<void> {
    // Most often once. Code that is not awaited may schedule while the events are written.
    while (this.#scheduled.length + this.#unscheduled.length > 0) {
      const unscheduled = new Set(
        this.#unscheduled
          .splice(0)
          .filter(counts)
          .map(({ id }) => id),
      );
      const kept = this.#scheduled.splice(0).filter((one) => counts(one) && !unscheduled.has(one.id));
      if (kept.length + unscheduled.size === 0) continue;
      const entries = await Promise.all(kept.map(({ entry }) => entry));
      await this.#store.schedule(this.#transaction, entries, [...unscheduled]);
    }
    this.#state = 'written';
  }

  committed(): void {
    this.#onCommit();
  }

  #isUnscheduled(id: string): boolean {
    return this.#unscheduled.some((decision) => decision.id === id && counts(decision));
  }

  #assertOpen(): void {
    if (this.#state === 'open') return;
    throw new NoUnitOfWorkError(
      'The unit of work is being committed, so nothing can be scheduled in it any more. Await what schedules inside of it, or call it by withoutUnitOfWork.',
    );
  }
}
