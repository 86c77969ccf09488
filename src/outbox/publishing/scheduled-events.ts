import type { EventCatalog } from '../../catalog/index.js';
import {
  checkOptions,
  type Checks,
  classNameOf,
  describe,
  type EventBus,
  NoUnitOfWorkError,
} from '../../core/index.js';
import { currentUnitOfWork, type UnitOfWork, withoutUnitOfWork } from '../../domain/index.js';
import { OutboxError } from '../outbox-errors.js';
import { isEventId } from '../store/event-id.js';
import type { ScheduledEntry, SchedulingStore } from '../store/scheduling-store.js';
import type { StoreTransactions } from '../store/store-transactions.js';
import type { DurableDeliveries } from './durable-deliveries.js';
import { participantOf } from './participant.js';
import { ScheduleBatch } from './schedule-batch.js';

/**
 * When a scheduled event is due, by the clock of the database: at a moment, or so many milliseconds after the commit.
 * One of the two.
 *
 * @example
 * ```ts
 * const at: ScheduleTime = { at: new Date('2026-12-24T18:00:00Z') };
 * const inAnHour: ScheduleTime = { in: 3_600_000 };
 * ```
 */
export interface ScheduleTime {
  /** The moment. One that is over is due at once. */
  readonly at?: Date | undefined;
  /** Milliseconds, 0 or more. */
  readonly in?: number | undefined;
}

// A century, in ms: whoever asks for more has mistaken its unit.
const longest = 36_525 * 24 * 3_600_000;
// The last moment that every part can write in ISO 8601.
const lastMoment = Date.UTC(9999, 11, 31);

const checks: Checks<ScheduleTime> = {
  at: ['a valid Date before the year 10 000', (value) => value instanceof Date && value.getTime() <= lastMoment],
  in: [
    'milliseconds, 0 or more and at most a century',
    (value) => typeof value === 'number' && value >= 0 && value <= longest,
  ],
};

/** @throws TypeError for a time that is none, and for none or two. */
function dueOf(time: ScheduleTime): ScheduledEntry['due'] {
  checkOptions(time, checks);
  const { at, in: wait } = time ?? {};
  if ((at === undefined) === (wait === undefined)) {
    throw new TypeError(
      "An event is scheduled either 'at' a moment or 'in' so many milliseconds. Give one of the two.",
    );
  }
  return at === undefined ? { in: wait as number } : { at };
}

/** What it takes to schedule. */
export interface ScheduledEventsOptions {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: SchedulingStore & StoreTransactions;
  readonly deliveries: DurableDeliveries;
  /** Whether an event that is scheduled outside of a unit of work gets a transaction of its own. */
  readonly opensOwn: boolean;
  readonly onCommit: () => void;
}

/** Writes events that are due later, with the deliveries that the bus plans now, in the unit of work that is open. */
export class ScheduledEvents {
  readonly #options: ScheduledEventsOptions;

  constructor(options: ScheduledEventsOptions) {
    this.#options = options;
  }

  /** Resolves with the id of the event. */
  async schedule(event: object, time: ScheduleTime): Promise<string> {
    const due = dueOf(time);
    const id = crypto.randomUUID();
    const unit = this.#openUnit();
    if (!unit && !this.#options.opensOwn) throw noUnit(event);
    const entry = this.#entryOf(event, id, due);
    if (unit) this.#batchOf(unit).schedule({ id, unit, entry });
    const written = await entry;
    if (!unit) await this.#alone((transaction, store) => store.schedule(transaction, [written], []));
    return id;
  }

  /** Resolves with whether it was scheduled. */
  async unschedule(id: string): Promise<boolean> {
    if (!isEventId(id))
      throw new TypeError(`unschedule takes the id that schedule resolved with, not ${describe(id)}.`);
    const unit = this.#openUnit();
    if (unit) return this.#batchOf(unit).unschedule({ id, unit });
    return this.#alone(async (transaction, store) => {
      const isThere = await store.lockScheduled(transaction, id);
      if (isThere) await store.schedule(transaction, [], [id]);
      return isThere;
    });
  }

  /** @throws NoUnitOfWorkError for code that nobody waited for. */
  #openUnit(): UnitOfWork | undefined {
    const unit = currentUnitOfWork(this.#options.bus);
    if (unit && !unit.active) {
      throw new NoUnitOfWorkError(
        'The unit of work has ended, so nothing can be scheduled in it any more. Await what schedules inside of it, or call it by withoutUnitOfWork.',
      );
    }
    return unit;
  }

  /** @throws UncataloguedEventError, EventDataError, OutboxError */
  async #entryOf(event: object, id: string, due: ScheduledEntry['due']): Promise<ScheduledEntry> {
    const { bus, catalog, deliveries } = this.#options;
    const eventClass = catalog.entryOf(event)?.eventClass;
    const steps = eventClass ? bus.subscriptions(eventClass).filter(({ options }) => options.durable) : [];
    // Asked first: it knows what is wrong with an event that the catalog does not have.
    const entry = await deliveries.entryOf(event, steps, id);
    if (steps.length > 0) return { ...entry, due };
    throw new OutboxError(
      `${classNameOf(event)} was not scheduled: no durable handler of this process takes it, so nobody would get it. Subscribe its handlers here too; the outbox need not be started.`,
    );
  }

  #batchOf(unit: UnitOfWork): ScheduleBatch {
    const { bus, store, onCommit } = this.#options;
    return participantOf(unit, bus, this, (transaction) => new ScheduleBatch(store, transaction, onCommit));
  }

  async #alone<T>(run: (transaction: unknown, store: SchedulingStore) => Promise<T>): Promise<T> {
    const { store, onCommit } = this.#options;
    const result = await withoutUnitOfWork(() => store.transaction((transaction) => run(transaction, store)));
    onCommit();
    return result;
  }
}

function noUnit(event: object): NoUnitOfWorkError {
  return new NoUnitOfWorkError(
    `${classNameOf(event)} was not scheduled: no unit of work is open. Schedule it in one, or give the outbox outsideUnitOfWork: 'transaction'.`,
  );
}
