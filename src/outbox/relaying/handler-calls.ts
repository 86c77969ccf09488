import { classNameOf, type EventBus, HandlerTimeoutError } from '../../core/index.js';
import { AttemptInterrupted } from './attempt-interrupted.js';
import type { DurableHandlers } from '../durable-handlers.js';
import type { StoredDelivery } from '../store/entry.js';
import { Permanent } from '../outbox-errors.js';

/** Has the bus call handlers for events that come out of the store, and can tell all of them to end. */
export class HandlerCalls {
  readonly #bus: EventBus;
  readonly #handlers: DurableHandlers;
  readonly #atWork = new Set<AbortController>();

  constructor(bus: EventBus, handlers: DurableHandlers) {
    this.#bus = bus;
    this.#handlers = handlers;
  }

  /** Aborts the signals of those at work: what they fail with from now on is not theirs. */
  abort(reason: unknown): void {
    for (const controller of this.#atWork) controller.abort(reason);
    this.#atWork.clear();
  }

  /** Settles with the handler. @throws AttemptEnded */
  async deliver(
    handler: string,
    delivery: StoredDelivery,
    attempt: number,
    event: object,
    transaction: unknown,
  ): Promise<void> {
    const controller = new AbortController();
    const context = { id: `${delivery.id}/${delivery.handler}`, attempt, transaction };
    this.#atWork.add(controller);
    try {
      const isFor = ({ options }: { options: { durable?: string | undefined } }): boolean =>
        options.durable === handler;
      const dispatch = this.#bus.ports.redeliver(event, isFor, context, controller.signal);
      const hasOwnTimeout = dispatch.plan.steps.some(({ options }) => options.timeout);
      const { timeout } = this.#handlers.policyOf(handler);
      await (hasOwnTimeout ? dispatch.whenSettled() : within(timeout, dispatch.whenSettled(), expired));
      const { failures, deliveries } = dispatch.report();
      // One that was told to end has not failed: whoever has its bucket next begins again.
      if (failures[0])
        throw new AttemptInterrupted(this.#atWork.has(controller) ? 'failed' : 'taken', failures[0].reason);
      if (deliveries.every(({ status, reason }) => status === 'skipped' && reason === 'unsubscribed')) {
        const gone = new Error(`${handler} is not subscribed to ${classNameOf(event)} any more.`);
        throw new AttemptInterrupted('failed', new Permanent(gone));
      }
    } finally {
      this.#atWork.delete(controller);
    }

    function expired(time: number): AttemptInterrupted {
      const error = new HandlerTimeoutError(
        `${handler} did not finish with ${delivery.name} (${delivery.id}) within ${time} ms. Raise its timeout, or heed context.signal.`,
      );
      controller.abort(error);
      return new AttemptInterrupted('failed', error);
    }
  }
}

/** The promise, or a rejection when time (ms) is up. */
async function within(time: number, promise: Promise<void>, expired: (time: number) => Error): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(expired(time)), time);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
