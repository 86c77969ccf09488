import { type DeliveryOptions, differingOption } from './handler-options.js';
import { type EventClass, nameOf } from '../event-class.js';
import type { AnyHandler, Signal } from './handler.js';
import { Subscription } from './subscription.js';

/** Who subscribed to exactly one event class: finds a pair at once, however many there are. */
class HandlerList {
  /** The registry's version when a subscription last came or went. */
  changedAt = 0;
  /** Shared by all who subscribed to this class alone. */
  readonly eventClasses: readonly EventClass[];
  readonly #settled = new Map<AnyHandler, Subscription>();
  // Who comes and goes is most often new, and is found here without a map. A key that comes and goes leaves a hole in
  // V8's map each time, and is looked for past all of them until the map is rebuilt: 27 µs at 10 000 entries (Node 20).
  readonly #newest: Subscription[] = [];

  constructor(
    eventClass: EventClass,
    /** What ends a subscription to this class alone. */
    readonly leave: (subscription: Subscription) => void,
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
      for (const each of this.#newest.splice(0)) this.#settled.set(each.handler, each);
    }
    this.#newest.push(subscription);
  }

  delete(subscription: Subscription): void {
    const newest = this.#newest;
    if (newest[newest.length - 1] === subscription) return void newest.pop();
    const index = newest.indexOf(subscription);
    if (index < 0) this.#settled.delete(subscription.handler);
    else newest.splice(index, 1);
  }

  all(): Subscription[] {
    return [...this.#settled.values(), ...this.#newest];
  }
}

/** Who listens to what on one bus. It knows nothing of dispatching. */
export class SubscriptionRegistry {
  /** Grows with every change, so that one comparison tells whether anything changed at all. */
  version = 1;
  // Weak, and never emptied by hand: `changedAt` has to outlive the last subscription of a class, but not the class.
  readonly #audiences = new WeakMap<object, HandlerList>();
  readonly #inhabited = new Set<HandlerList>();
  #subscribed = 0;
  readonly #leaveAll = (subscription: Subscription): void => {
    for (const eventClass of subscription.eventClasses) this.#detach(this.#audienceOf(eventClass), subscription);
  };

  /** Adds a subscription, or returns the one that is there already. @throws Error when that one differs. */
  add(eventClasses: readonly EventClass[], handler: AnyHandler, options: DeliveryOptions): Subscription {
    if (eventClasses.length > 1) return this.#addList(eventClasses, handler, options);
    const audience = this.#audienceOf(eventClasses[0] as EventClass);
    const present = audience.get(handler);
    if (present) return same(present, eventClasses, options);
    const order = this.#subscribed++;
    return this.#enter(new Subscription(audience.eventClasses, handler, options, order, audience.leave), [audience]);
  }

  /** Ends one pair; a list keeps its other classes. False when there was no such pair. */
  remove(eventClass: EventClass, handler: AnyHandler): boolean {
    const subscription = this.#audienceOf(eventClass).get(handler);
    if (!subscription) return false;
    const others = subscription.eventClasses.filter((other) => other !== eventClass);
    if (others.length === 0) {
      subscription.unsubscribe();
    } else {
      // Read-only to everybody else.
      Object.assign(subscription, { eventClasses: Object.freeze(others) });
      this.#detach(this.#audienceOf(eventClass), subscription);
    }
    return true;
  }

  /** Those who subscribed to the very class of this prototype, in the order of subscription. */
  at(prototype: object): readonly Subscription[] {
    return this.#audiences.get(prototype)?.all() ?? [];
  }

  /** Whether somebody came to or left the class of this prototype after that version. */
  changedAfter(version: number, prototype: object): boolean {
    return (this.#audiences.get(prototype)?.changedAt ?? 0) > version;
  }

  /** All subscriptions, each once, in the order of subscription. */
  all(): Subscription[] {
    const subscriptions = [...this.#inhabited].flatMap((audience) => audience.all());
    return [...new Set(subscriptions)].sort((one, other) => one.order - other.order);
  }

  /** Ends all of them. */
  clear(): void {
    for (const subscription of this.all()) subscription.unsubscribe();
  }

  #audienceOf(eventClass: EventClass): HandlerList {
    const { prototype } = eventClass;
    return this.#audiences.get(prototype) ?? this.#openTo(eventClass);
  }

  #openTo(eventClass: EventClass): HandlerList {
    const audience: HandlerList = new HandlerList(eventClass, (subscription) => this.#detach(audience, subscription));
    this.#audiences.set(eventClass.prototype, audience);
    return audience;
  }

  #addList(eventClasses: readonly EventClass[], handler: AnyHandler, options: DeliveryOptions): Subscription {
    const audiences = eventClasses.map((eventClass) => this.#audienceOf(eventClass));
    const present = audiences.map((audience) => audience.get(handler)).find(Boolean);
    if (present) return same(present, eventClasses, options);
    const order = this.#subscribed++;
    return this.#enter(
      new Subscription(Object.freeze(eventClasses), handler, options, order, this.#leaveAll),
      audiences,
    );
  }

  #enter(subscription: Subscription, audiences: readonly HandlerList[]): Subscription {
    for (const audience of audiences) {
      audience.add(subscription);
      audience.changedAt = ++this.version;
      if (audience.size === 1) this.#inhabited.add(audience);
    }
    const { signal } = subscription.options;
    if (signal) endWith(signal, subscription);
    return subscription;
  }

  #detach(audience: HandlerList, subscription: Subscription): void {
    audience.delete(subscription);
    audience.changedAt = ++this.version;
    if (audience.size === 0) this.#inhabited.delete(audience);
  }
}

/** Ends a subscription when the signal aborts, and leaves no listener on it. */
function endWith(signal: Signal, subscription: Subscription): void {
  const abort = (): void => subscription.unsubscribe();
  const { onEnd } = subscription;
  subscription.onEnd = (ended) => {
    signal.removeEventListener('abort', abort);
    onEnd(ended);
  };
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
}

/** The pair of event class and handler is unique: subscribing again with the same options changes nothing. */
function same(present: Subscription, eventClasses: readonly EventClass[], options: DeliveryOptions): Subscription {
  const sameClasses =
    present.eventClasses.length === eventClasses.length &&
    eventClasses.every((each) => present.eventClasses.includes(each));
  const difference = sameClasses ? differingOption(present.options, options) : 'list of classes';
  if (difference === undefined) return present;
  throw new Error(
    `${present.name} is subscribed to ${present.eventClasses.map(nameOf).join(', ')} already, with another ` +
      `${difference} (a filter that is written inline is a new one each time). Unsubscribe it first, or pass the same options.`,
  );
}
