import { hiddenFromCatchAll } from '../event-class.js';
import { showAsJson } from '../log-view.js';
import { failureText } from './publish-report.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * Published by the bus for every delivery that fails, whether its publisher waits or not. Where nobody handles it and
 * nobody awaits the publish, `onError` is called, else the error surfaces as the platform's uncaught error. It reaches
 * handlers that subscribed to it by name, never a catch-all: a logger must not swallow failures.
 *
 * @example
 * ```ts
 * bus.subscribe(HandlerFailed, ({ event, error, subscription }) => log.error(subscription.name, event, error));
 * ```
 */
export class HandlerFailed<E extends object = object> {
  /** @internal */
  constructor(
    /** What the handler was called with. */
    readonly event: E,
    /** The very object that it threw or rejected with. */
    readonly error: unknown,
    /** The subscription whose handler failed. */
    readonly subscription: Subscription,
  ) {}

  /** What a log shows: who failed and why. Of the event its class alone. */
  toJSON(): string {
    return failureText(this.event, this.subscription, this.error);
  }
}
showAsJson(HandlerFailed);

/**
 * Published by the bus for an event that nobody was subscribed to. Reaches handlers that subscribed to it by name,
 * never a catch-all. (Guava's `DeadEvent`; here dead is kept for dead letters.)
 *
 * @example
 * ```ts
 * bus.subscribe(UnhandledEvent, ({ event }) => log.warn('nobody handles', event));
 * ```
 */
export class UnhandledEvent<E extends object = object> {
  /** @internal */
  constructor(
    /** The event that had no subscriber. */
    readonly event: E,
  ) {}
}

Object.defineProperty(HandlerFailed.prototype, hiddenFromCatchAll, { value: true });
Object.defineProperty(UnhandledEvent.prototype, hiddenFromCatchAll, { value: true });
