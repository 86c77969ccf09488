/// <reference lib="esnext.disposable" preserve="true" />
import type { Subscription } from './subscription.js';

/**
 * The subscriptions of one registered subscriber, ended together.
 *
 * @example
 * ```ts
 * const group = bus.register(new Receipts(mailer));
 * group.subscriptions.map(({ name }) => name); // ['Receipts.onOrderPlaced']
 * group.unsubscribe();
 * ```
 */
export class SubscriptionGroup implements Disposable {
  /** @internal */
  constructor(
    /** The subscriber's class name, for people. */
    readonly name: string,
    /** One for each `@On` of the subscriber. */
    readonly subscriptions: readonly Subscription[],
    /** @internal Whether the subscriber is held weakly, or the function that resolves it. */
    readonly registration: unknown,
  ) {}

  /** Whether at least one of the subscriptions is still active. */
  get active(): boolean {
    return this.subscriptions.some(({ active }) => active);
  }

  /** Ends all of them; harmless when they have ended already. */
  unsubscribe(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  /** The same as `unsubscribe()`, for `using`. */
  [Symbol.dispose](): void {
    this.unsubscribe();
  }
}
