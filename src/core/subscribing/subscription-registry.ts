import { assertDurable } from './durable-handler.js';
import { whenAborted } from '../abort-watch.js';
import { HandlerList } from './handler-list.js';
import { type DeliveryOptions, differingOption } from './handler-options.js';
import { type EventClass, nameOf, ofThisRealm } from '../event-class.js';
import type { AnyHandler, Signal } from './handler.js';
import { Subscription } from './subscription.js';

/** Who listens to what on one bus. It knows nothing of dispatching. */
export class SubscriptionRegistry {
  /** Grows with every change, so that one comparison tells whether anything changed at all. */
  version = 1;
  // A list is never deleted: its `changedAt` has to outlive the last subscription of its class.
  // The class may be collected.
  readonly #lists = new WeakMap<object, HandlerList>();
  readonly #filledLists = new Set<HandlerList>();
  #subscribed = 0;

  /**
   * Adds a subscription, or returns the one that is there already.
   *
   * @throws Error when that one differs; TypeError for a durable handler that cannot be one.
   */
  add(eventClasses: readonly EventClass[], handler: AnyHandler, options: DeliveryOptions): Subscription {
    const single = eventClasses.length === 1 ? this.#listOf(eventClasses[0] as EventClass) : undefined;
    const lists = single ? [single] : eventClasses.map(this.#listOf);
    for (const list of lists) {
      const present = list.get(handler);
      if (present) return same(present, single?.eventClasses ?? eventClasses, options);
    }
    const subscription = new Subscription(
      single?.eventClasses ?? Object.freeze(eventClasses),
      handler,
      options,
      this.#subscribed++,
      single?.onEnd ?? this.#removeFromAll,
    );
    if (options.durable) assertDurable(subscription, this.all());
    // The signal first: it is a stranger's, and what it throws must leave nothing half-subscribed behind.
    if (options.signal) endWith(options.signal, subscription);
    if (subscription.state === 'ended') return subscription;
    for (const list of lists) {
      list.add(subscription);
      list.changedAt = ++this.version;
      if (list.size === 1) this.#filledLists.add(list);
    }
    return subscription;
  }

  /** Ends one pair; a list keeps its other classes. False when there was no such pair. */
  remove(eventClass: EventClass, handler: AnyHandler): boolean {
    const list = this.#listOf(eventClass);
    const subscription = list.get(handler);
    if (!subscription) return false;
    const remaining = subscription.eventClasses.filter((subscribed) => subscribed !== eventClass);
    if (remaining.length === 0) {
      subscription.unsubscribe();
    } else {
      // Read-only to everybody else.
      Object.assign(subscription, { eventClasses: Object.freeze(remaining) });
      this.#removeFrom(list, subscription);
    }
    return true;
  }

  /** Returns the subscriptions to the very class of this prototype, in the order of subscription. */
  at(prototype: object): readonly Subscription[] {
    return this.#lists.get(prototype)?.all() ?? [];
  }

  /** Returns the subscriptions of one handler to the classes of a lineage. */
  of(handler: AnyHandler, lineage: readonly object[]): Subscription[] {
    return lineage.flatMap((prototype) => this.#lists.get(prototype)?.get(handler) ?? []);
  }

  /** Whether the subscriptions to the class of this prototype changed after that version. */
  changedAfter(version: number, prototype: object): boolean {
    return (this.#lists.get(prototype)?.changedAt ?? 0) > version;
  }

  /** Returns all subscriptions, each once, in the order of subscription. */
  all(): Subscription[] {
    const subscriptions = [...this.#filledLists].flatMap((list) => list.all());
    return [...new Set(subscriptions)].sort((left, right) => left.order - right.order);
  }

  /** Ends all of them. */
  clear(): void {
    for (const subscription of this.all()) subscription.unsubscribe();
  }

  readonly #listOf = (eventClass: EventClass): HandlerList => {
    const present = this.#lists.get(eventClass.prototype);
    if (present) return present;
    // Looked at only now: asking at each subscribe whether it is the root of a realm costs a tenth more (f10).
    const known = ofThisRealm(eventClass);
    if (known !== eventClass) return this.#listOf(known);
    const list: HandlerList = new HandlerList(eventClass, (subscription) => this.#removeFrom(list, subscription));
    this.#lists.set(eventClass.prototype, list);
    return list;
  };

  readonly #removeFromAll = (subscription: Subscription): void => {
    for (const eventClass of subscription.eventClasses) this.#removeFrom(this.#listOf(eventClass), subscription);
  };

  #removeFrom(list: HandlerList, subscription: Subscription): void {
    list.remove(subscription);
    list.changedAt = ++this.version;
    if (list.size === 0) this.#filledLists.delete(list);
  }
}

/** Ends a subscription when the signal aborts, at once if it has, and leaves no listener on it. */
function endWith(signal: Signal, subscription: Subscription): void {
  if (signal.aborted) return void (subscription.state = 'ended');
  const { onEnd } = subscription;
  const forget = whenAborted(signal, () => subscription.unsubscribe());
  subscription.onEnd = (ended) => {
    onEnd(ended);
    forget();
  };
}

/** The pair of event class and handler is unique: subscribing again with the same options changes nothing. */
function same(present: Subscription, eventClasses: readonly EventClass[], options: DeliveryOptions): Subscription {
  const sameClasses =
    present.eventClasses.length === eventClasses.length &&
    eventClasses.every((eventClass) => present.eventClasses.includes(eventClass));
  const difference = sameClasses ? differingOption(present.options, options) : 'list of classes';
  if (difference === undefined) return present;
  throw new Error(
    `${present.name} is subscribed to ${present.eventClasses.map(nameOf).join(', ')} already, with another ` +
      `${difference} (a filter that is written inline is a new one each time). Unsubscribe it first, or pass the same options.`,
  );
}
