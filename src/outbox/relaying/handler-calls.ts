import { classNameOf, type EventBus, type KeptEvent } from '../../core/index.js';
import { deliveryIdOf, type StoredDelivery } from '../store/entry.js';
import type { AttemptOutcome } from './attempt-outcome.js';

/** An event that comes out of the store. */
export interface ReadEvent {
  readonly event: object;
  /** Its data, as it was committed. */
  readonly text: string;
}

/** One call of a durable handler, for an event that comes out of the store. */
export interface HandlerCall extends ReadEvent {
  /** The durable id. */
  readonly handler: string;
  readonly delivery: StoredDelivery;
  readonly attempt: number;
  readonly transaction: unknown;
  /** Milliseconds, for a handler without a timeout of its own. */
  readonly timeout: number;
}

/** Has the bus call durable handlers, and can tell all that are running to end. */
export class HandlerCalls {
  readonly #bus: EventBus;
  readonly #running = new Set<AbortController>();

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /**
   * Aborts the signals of running handlers. An error with which one of them ends from now on is not a failure of it.
   */
  abort(reason: unknown): void {
    for (const controller of this.#running) controller.abort(reason);
    this.#running.clear();
  }

  /** Resolves when the handler has settled, or when its time is up. */
  async call({ handler, delivery, attempt, event, text, transaction, timeout }: HandlerCall): Promise<AttemptOutcome> {
    const controller = new AbortController();
    const context = { id: deliveryIdOf(delivery), attempt, event: keptEventOf(delivery, text), transaction };
    this.#running.add(controller);
    try {
      const dispatch = this.#bus.ports.redeliver({
        event,
        isFor: ({ options }) => options.durable === handler,
        context,
        signal: controller.signal,
        defaultTimeout: timeout,
      });
      await dispatch.whenSettled();
      const { failures, deliveries } = dispatch.report();
      // A handler that was told to end has not failed: the next owner of its bucket starts the delivery again.
      if (failures[0])
        return this.#running.has(controller) ? { failed: failures[0].reason, event } : { lost: failures[0].reason };
      if (deliveries.every(({ status, reason }) => status === 'skipped' && reason === 'unsubscribed')) {
        const gone = new Error(`${handler} is not subscribed to ${classNameOf(event)} any more.`);
        return { failed: gone, event, retry: false };
      }
      return 'succeeded';
    } finally {
      this.#running.delete(controller);
    }
  }
}

/** Made for each call, so it makes nothing that the handler does not ask for. */
function keptEventOf({ id, name, version, key, headers, recordedAt }: StoredDelivery, text: string): KeptEvent {
  return {
    id,
    name,
    version,
    key,
    headers,
    get recordedAt() {
      return new Date(recordedAt);
    },
    text,
  };
}
