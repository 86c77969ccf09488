import type { EventClass } from '../event-class.js';
import type { AnyHandler } from './handler.js';
import type { Subscription } from './subscription.js';

/**
 * A list of the subscriptions to exactly one event class. It finds the subscription of a handler
 * at once, however long it is.
 */
export class HandlerList {
  /** The registry's version when a subscription was last added or removed. */
  changedAt = 0;
  /** Shared by all subscriptions to this class alone. */
  readonly eventClasses: readonly EventClass[];
  readonly #settled = new Map<AnyHandler, Subscription>();
  // The last 16 subscriptions are found without the map. Otherwise a handler that is subscribed and unsubscribed over
  // and over leaves a hole in V8's map each time, and a lookup passes all of them: row f1000 of bench/RESULTS.md would
  // take 4 µs instead of 0.1 µs (Node 20).
  readonly #newest: Subscription[] = [];

  constructor(
    eventClass: EventClass,
    /** Called when a subscription to this class alone ends. */
    readonly onEnd: (subscription: Subscription) => void,
  ) {
    this.eventClasses = Object.freeze([eventClass]);
  }

  get size(): number {
    return this.#settled.size + this.#newest.length;
  }

  get(handler: AnyHandler): Subscription | undefined {
    const newest = this.#newest;
    for (let index = newest.length - 1; index >= 0; index--) {
      if (newest[index]?.handler === handler) return newest[index];
    }
    return this.#settled.get(handler);
  }

  add(subscription: Subscription): void {
    if (this.#newest.length === 16) {
      for (const oldest of this.#newest.splice(0)) this.#settled.set(oldest.handler, oldest);
    }
    this.#newest.push(subscription);
  }

  /** Finds the subscription by its order, because it may be given as a proxy, and then all else of it is another. */
  remove({ order, handler }: Subscription): void {
    const newest = this.#newest;
    if (newest[newest.length - 1]?.order === order) return void newest.pop();
    const index = newest.findIndex((subscription) => subscription.order === order);
    if (index >= 0) return void newest.splice(index, 1);
    if (this.#settled.delete(handler)) return;
    for (const [key, subscription] of this.#settled) if (subscription.order === order) this.#settled.delete(key);
  }

  all(): Subscription[] {
    return [...this.#settled.values(), ...this.#newest];
  }
}
