import { type DeliveryOptions, differingOption } from './delivery-options.js';
import { type EventClass, nameOf } from './event-class.js';
import type { AnyHandler, Signal } from './handler.js';
import { Subscription } from './subscription.js';

/** Who subscribed to exactly one event class: finds a pair at once, however many there are. */
class Audience {
  /** The registry's version when a subscription last came or went. */
  changedAt = 0;
  /** Shared by all who subscribed to this class alone. */
  readonly eventClasses: readonly EventClass[];
  readonly #settled = new Map<AnyHandler, Subscription>();
  // A key that comes and goes leaves a hole in V8's map each time, and is looked for past all of them until the map is
  // rebuilt: 27 µs at 10 000 entries (Node 20). A small map is rebuilt often.
  #recent = new Map<AnyHandler, Subscription>();

  constructor(eventClass: EventClass) {
    this.eventClasses = Object.freeze([eventClass]);
  }

  get size(): number {
    return this.#settled.size + this.#recent.size;
  }

  get(handler: AnyHandler): Subscription | undefined {
    return this.#recent.get(handler) ?? this.#settled.get(handler);
  }

  add(subscription: Subscription): void {
    if (this.#recent.size === 32) {
      for (const each of this.#recent.values()) this.#settled.set(each.handler, each);
      this.#recent = new Map();
    }
    this.#recent.set(subscription.handler, subscription);
  }

  delete(handler: AnyHandler): void {
    if (!this.#recent.delete(handler)) this.#settled.delete(handler);
  }

  all(): Subscription[] {
    return [...this.#settled.values(), ...this.#recent.values()];
  }
}

/** Who listens to what on one bus. It knows nothing of dispatching. */
export class SubscriptionRegistry {
  /** Grows with every change, so that one comparison tells whether anything changed at all. */
  version = 1;
  // Weak, and never emptied by hand: `changedAt` has to outlive the last subscription of a class, but not the class.
  readonly #audiences = new WeakMap<object, Audience>();
  readonly #inhabited = new Set<Audience>();
  #subscribed = 0;
  readonly #leave = (subscription: Subscription): void => {
    for (const eventClass of subscription.eventClasses) this.#detach(eventClass, subscription);
  };

  /** Adds a subscription, or returns the one that is there already. @throws Error when that one differs. */
  add(eventClasses: readonly EventClass[], handler: AnyHandler, options: DeliveryOptions): Subscription {
    const audiences = eventClasses.map((eventClass) => this.#audienceOf(eventClass));
    const present = audiences.map((audience) => audience.get(handler)).find(Boolean);
    if (present) return same(present, eventClasses, options);
    const classes = audiences.length === 1 ? (audiences[0] as Audience).eventClasses : Object.freeze(eventClasses);
    const subscription = new Subscription(classes, handler, options, this.#subscribed++, this.#leave);
    for (const audience of audiences) {
      audience.add(subscription);
      this.#changed(audience);
    }
    if (options.signal) endWith(options.signal, subscription);
    return subscription;
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
      this.#detach(eventClass, subscription);
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

  #audienceOf(eventClass: EventClass): Audience {
    const audience = this.#audiences.get(eventClass.prototype) ?? new Audience(eventClass);
    this.#audiences.set(eventClass.prototype, audience);
    return audience;
  }

  #detach(eventClass: EventClass, { handler }: Subscription): void {
    const audience = this.#audienceOf(eventClass);
    audience.delete(handler);
    this.#changed(audience);
  }

  #changed(audience: Audience): void {
    audience.changedAt = ++this.version;
    if (audience.size === 0) this.#inhabited.delete(audience);
    else this.#inhabited.add(audience);
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
