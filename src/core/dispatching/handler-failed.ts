import { hiddenFromCatchAll } from '../event-class.js';
import { showAsJson } from '../log-view.js';
import { failureText } from './publish-report.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * A failed attempt of a durable handler. An event whose delivery fails has as many of them as it has attempts, so what
 * counts events counts those with `isDead`.
 *
 * @example
 * ```ts
 * bus.subscribe(HandlerFailed, ({ subscription, attempt }) => {
 *   if (attempt) log.warn(`${subscription.name} failed, attempt ${attempt.number} of ${attempt.of}`, attempt.nextAt);
 * });
 * ```
 */
export interface FailedAttempt {
  /** The id of the delivery, as in the context of the handler: the same for every attempt. */
  readonly id: string;
  /** Which attempt it was, from 1. */
  readonly number: number;
  /** How many there may be. */
  readonly of: number;
  /**
   * When the next one is due, by the clock of this process. Undefined for a dead letter, and where it could not be
   * written: the delivery is tried again then as that of a process that was killed.
   */
  readonly nextAt: Date | undefined;
  /** Whether it was the last one: the delivery is a dead letter. */
  readonly isDead: boolean;
}

/** Returns which attempt it was and what comes next, for a message: ` (attempt 3 of 12, the next one at …)`. */
export function attemptText({ number, of, nextAt, isDead }: FailedAttempt): string {
  const next = isDead ? ', a dead letter now' : nextAt ? `, the next one at ${nextAt.toISOString()}` : '';
  return ` (attempt ${number} of ${of}${next})`;
}

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
  /** Of a durable handler: which attempt has failed, and what becomes of the delivery. Otherwise undefined. */
  declare readonly attempt?: FailedAttempt | undefined;

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
