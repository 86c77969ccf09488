import {
  attemptText,
  classNameOf,
  escapeLines,
  type EventBus,
  type FailedAttempt,
  HandlerFailed,
  isRoutedTo,
  lastResort,
  type Subscription,
  textOf,
} from '../../core/index.js';
import { StoredEvent } from '../stored-event.js';
import type { StoredDelivery } from '../store/entry.js';

// Nothing aborts the handlers of HandlerFailed.
const { signal } = new AbortController();

/** What is told of one failed attempt. */
export interface AttemptFailure {
  readonly delivery: StoredDelivery;
  /** Those with the durable id. */
  readonly subscriptions: readonly Subscription[];
  /** What the handler was called with, if it was called. */
  readonly event: object | undefined;
  readonly error: unknown;
  readonly attempt: FailedAttempt;
}

/**
 * Tells of failed attempts: the handlers of `HandlerFailed`, else the bus's `onError`. Where there is none, a warning
 * of the process says it. An uncaught error would end the process, and the delivery is tried again.
 */
export class FailureReport {
  readonly #bus: EventBus;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** Returns at once. Nobody who is told can hold up a delivery. */
  tell({ delivery: { id, name, version, key }, subscriptions, event, error, attempt }: AttemptFailure): void {
    const failedEvent = event ?? new StoredEvent(id, name, version, key);
    const isOf = ({ eventClasses }: Subscription): boolean =>
      eventClasses.some((eventClass) => isRoutedTo(failedEvent, eventClass));
    const subscription = subscriptions.find(isOf) ?? subscriptions[0];
    // It was unsubscribed meanwhile, so the delivery is a dead letter, and told as one.
    if (!subscription) return;
    const failure = Object.assign(new HandlerFailed(failedEvent, error, subscription), { attempt });
    Object.defineProperty(failure, 'toJSON', { value: () => lineOf(failure) });
    if (this.#bus.hasSubscribers(HandlerFailed)) void this.#tellHandlers(failure);
    else this.#passOn(failure);
  }

  async #tellHandlers(failure: HandlerFailed): Promise<void> {
    const dispatch = this.#bus.ports.redeliver({
      event: failure,
      isFor: ({ options }) => !options.durable,
      context: {},
      signal,
      defaultTimeout: undefined,
    });
    await dispatch.whenSettled();
    const { deliveries, failures } = dispatch.report();
    const { onError } = this.#bus.ports.options;
    for (const { subscription, reason } of failures) {
      lastResort(new HandlerFailed(failure, reason, subscription), onError);
    }
    if (!deliveries.some(({ status }) => status === 'fulfilled')) this.#passOn(failure);
  }

  #passOn(failure: HandlerFailed): void {
    const { onError } = this.#bus.ports.options;
    if (onError) lastResort(failure, onError);
    else process.emitWarning(escapeLines(lineOf(failure)), { type: 'OutboxWarning', code: 'FAILED_ATTEMPT' });
  }
}

function lineOf({ subscription, event, error, attempt }: HandlerFailed): string {
  return `${subscription.name} failed for ${classNameOf(event)}${attempt ? attemptText(attempt) : ''}: ${textOf(error)}`;
}
