import { classNameOf, type EventBus } from '../../core/index.js';
import { deliveryIdOf, type StoredDelivery } from '../store/entry.js';
import type { AttemptOutcome } from './attempt-outcome.js';

/** One call of a durable handler, for an event that comes out of the store. */
export interface HandlerCall {
  /** The durable id. */
  readonly handler: string;
  readonly delivery: StoredDelivery;
  readonly attempt: number;
  readonly event: object;
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
  async call({ handler, delivery, attempt, event, transaction, timeout }: HandlerCall): Promise<AttemptOutcome> {
    const controller = new AbortController();
    const context = { id: deliveryIdOf(delivery), attempt, transaction };
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
