import type { Signal } from '../subscribing/handler.js';
import type { Subscription } from '../subscribing/subscription.js';

/** An event that was published before, perhaps by another process, and is delivered again by a module. */
export interface Redelivery {
  readonly event: object;
  /** Returns whether a subscription gets the event again. */
  isFor(subscription: Subscription): boolean;
  /** Added to the context of the handlers. */
  readonly context: object;
  /** Aborts the delivery. */
  readonly signal: Signal;
  /** The timeout of a handler without its own, in milliseconds. Undefined for none. */
  readonly defaultTimeout: number | undefined;
}
