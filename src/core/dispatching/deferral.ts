import type { Dispatch } from './dispatch.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * Takes over deliveries that are not for now: a unit of work, an outbox. All that the core knows of either
 * (docs/adr/0011).
 */
export interface Deferral {
  /**
   * Whether it would take over a delivery for this subscription now.
   *
   * @throws where it should, and the delivery would be lost.
   */
  accepts(subscription: Subscription): boolean;
  /**
   * Takes over some deliveries of one event, before its other handlers run. Where it answers with a promise, they are deferred
   * when that is fulfilled, and rejected when that is.
   */
  accept(deferred: Deferred): void | PromiseLike<unknown>;
}

/** The deliveries of one event that were taken over. */
export interface Deferred {
  /** The dispatch that they were taken from. */
  readonly first: Dispatch;
  /** Whose deliveries they are, in plan order. */
  readonly steps: readonly Subscription[];
  /** Makes some of them. Failures that are awaited go to the caller alone, others as those of an `emit`. */
  run(steps: readonly Subscription[], awaited: boolean): Dispatch;
}
