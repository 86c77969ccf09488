import type { EventCatalog, WrittenEvent } from '../../catalog/index.js';
import {
  classNameOf,
  type Deferral,
  type Deferred,
  type EventBus,
  NoUnitOfWorkError,
  type Subscription,
} from '../../core/index.js';
import { currentUnitOfWork } from '../../domain/index.js';
import { bucketOf } from '../store/bucket.js';
import type { DurableHandlers } from '../durable-handlers.js';
import type { Entry } from '../store/entry.js';
import { batchOf } from './outbox-batch.js';
import { OutboxError } from '../outbox-errors.js';
import type { PublishingStore } from '../store/publishing-store.js';
import type { OutboxTracing } from '../outbox-tracing.js';

/** What it takes to make rows of deliveries. */
export interface DurableDeliveriesOptions {
  readonly bus: EventBus;
  readonly catalog: EventCatalog;
  readonly store: PublishingStore;
  readonly handlers: DurableHandlers;
  readonly tracing: OutboxTracing | undefined;
  /** Whether an event that is published outside of a unit of work gets a transaction of its own. */
  readonly opensOwn: boolean;
  readonly onCommit: () => void;
}

/** Takes over the durable deliveries of one bus: they become rows in the transaction of the unit of work. */
export class DurableDeliveries implements Deferral {
  readonly keepsDurable = true;
  readonly #options: DurableDeliveriesOptions;

  constructor(options: DurableDeliveriesOptions) {
    this.#options = options;
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
    const entry = this.#entryOf(first.event, steps);
    const unit = currentUnitOfWork(bus);
    if (!unit) return this.#writeAlone(entry);
    batchOf(unit, bus, store, onCommit).add(entry, unit);
  }

  async #writeAlone(entry: Entry | Promise<Entry>): Promise<void> {
    const { store, onCommit } = this.#options;
    const written = await entry;
    await store.transaction((transaction) => store.append(transaction, [written]));
    onCommit();
  }

  /** @throws UncataloguedEventError, EventDataError, OutboxError */
  #entryOf(event: object, steps: readonly Subscription[]): Entry | Promise<Entry> {
    const written = this.#options.catalog.write(event);
    const complete = (as: WrittenEvent): Entry => this.#complete(event, as, steps);
    return written instanceof Promise ? written.then(complete) : complete(written);
  }

  #complete(event: object, written: WrittenEvent, steps: readonly Subscription[]): Entry {
    const { name, version, key } = written;
    const id = crypto.randomUUID();
    const data = this.#textOf(event, written);
    // One handler may be subscribed by several of the event's classes.
    const ids = new Set(steps.map(({ options }) => options.durable!));
    const deliveries = [...ids].map((handler) => {
      const ordered = key !== undefined && this.#options.handlers.policyOf(handler).ordered;
      return { handler, key: ordered ? key : undefined };
    });
    const headers = this.#options.tracing?.headers({ name, event: id }) ?? {};
    return { id, name, version, key, bucket: bucketOf(key ?? id), data, headers, deliveries };
  }

  #textOf(event: object, { name, key, data }: WrittenEvent): string {
    const about = `${classNameOf(event)} (${name}) cannot be kept in the outbox`;
    const { store } = this.#options;
    const refuse = (holder: string, part: string | undefined): void => {
      if (part !== undefined) throw new OutboxError(`${about}: its ${holder} holds ${part}.`);
    };
    if (key !== undefined) refuse('key', store.unstorablePart(JSON.stringify(key)));
    const length = Buffer.byteLength(key ?? '');
    const { keyBytes } = store.limits;
    if (length > keyBytes) {
      throw new OutboxError(
        `${about}: its key has ${length} bytes, and may have ${keyBytes}. Make 'key' return an identity that is shorter, like 'order:17', or a hash of it.`,
      );
    }
    let text: string | undefined;
    try {
      text = JSON.stringify(data);
    } catch (error) {
      throw new OutboxError(`${about}: what its 'write' returned is no JSON. Return plain data.`, { cause: error });
    }
    if (text === undefined) throw new OutboxError(`${about}: its 'write' returned nothing.`);
    refuse('data', store.unstorablePart(text));
    // What could not be read again must not be written: its publisher can still do something about it.
    this.#options.catalog.parse(text, `${classNameOf(event)} (${name})`);
    return text;
  }
}
