import type { EventCatalog, WrittenEvent } from '../../catalog/index.js';
import { type Deferral, type Deferred, type EventBus, NoUnitOfWorkError, type Subscription } from '../../core/index.js';
import { currentUnitOfWork } from '../../domain/index.js';
import { bucketOf } from '../store/bucket.js';
import { type DurableHandlers, logKeeperId } from '../durable-handlers.js';
import type { Entry, PlannedDelivery } from '../store/entry.js';
import { EventHeaders, type HeaderSources } from './event-headers.js';
import { eventTextOf } from './event-text.js';
import { keepLog } from './log-keeper.js';
import { OutboxBatch } from './outbox-batch.js';
import { participantOf } from './participant.js';
import type { PublishingStore } from '../store/publishing-store.js';

/** What it takes to make rows of deliveries. */
export interface DurableDeliveriesOptions extends HeaderSources {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: PublishingStore;
  readonly handlers: DurableHandlers;
  /** Whether an event that is published outside of a unit of work gets a transaction of its own. */
  readonly opensOwn: boolean;
  readonly onCommit: () => void;
}

/** Takes over the durable deliveries of one bus: they become rows in the transaction of the unit of work. */
export class DurableDeliveries implements Deferral {
  readonly keepsDurable = true;
  readonly #options: DurableDeliveriesOptions;
  readonly #headers: EventHeaders;

  constructor(options: DurableDeliveriesOptions) {
    this.#options = options;
    this.#headers = new EventHeaders(options);
    keepLog(options.bus, options.catalog);
  }

  accepts(subscription: Subscription): boolean {
    const { bus, opensOwn } = this.#options;
    const { name, options } = subscription;
    if (!options.durable) return false;
    const unit = currentUnitOfWork(bus);
    if (unit && !unit.active) {
      throw new NoUnitOfWorkError(
        `The unit of work has ended, and ${name} (${options.durable}) is durable. Await what publishes inside of it, or call it by withoutUnitOfWork.`,
      );
    }
    return unit !== undefined || opensOwn;
  }

  accept({ first, steps }: Deferred): void | Promise<void> {
    const { bus, store, onCommit } = this.#options;
    const entry = this.entryOf(first.event, steps);
    const unit = currentUnitOfWork(bus);
    if (!unit) return this.#writeAlone(entry);
    const open = (transaction: unknown): OutboxBatch => new OutboxBatch(store, transaction, onCommit);
    participantOf(unit, bus, store, open).add(entry, unit);
  }

  async #writeAlone(entry: Entry | Promise<Entry>): Promise<void> {
    const { store, onCommit } = this.#options;
    const written = await entry;
    await store.transaction((transaction) => store.append(transaction, [written]));
    onCommit();
  }

  /** @throws UncataloguedEventError, EventDataError, UnsafeDataError, OutboxError */
  entryOf(event: object, steps: readonly Subscription[], id: string = crypto.randomUUID()): Entry | Promise<Entry> {
    const written = this.#options.catalog.write(event);
    const complete = (as: WrittenEvent): Entry | Promise<Entry> => this.#complete(id, event, as, steps);
    return written instanceof Promise ? written.then(complete) : complete(written);
  }

  #complete(id: string, event: object, written: WrittenEvent, steps: readonly Subscription[]): Entry | Promise<Entry> {
    const { catalog, store } = this.#options;
    const { name, version, key } = written;
    const { text, accepted } = eventTextOf(event, written, catalog, store);
    const deliveries = this.#deliveriesOf(key, steps);
    const entry = {
      id,
      name,
      version,
      key,
      bucket: bucketOf(key ?? id),
      data: text,
      headers: this.#headers.of(event, name, id),
      deliveries,
    };
    return accepted ? accepted.then(() => entry) : entry;
  }

  #deliveriesOf(key: string | undefined, steps: readonly Subscription[]): readonly PlannedDelivery[] {
    // One handler may be subscribed by several of the event's classes.
    const ids = new Set(steps.map(({ options }) => options.durable!));
    ids.delete(logKeeperId);
    return [...ids].map((handler) => {
      const ordered = key !== undefined && this.#options.handlers.policyOf(handler).ordered;
      return { handler, key: ordered ? key : undefined };
    });
  }
}
