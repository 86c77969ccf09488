import { type DeliveryOptions, differingOption } from './delivery-options.js';
import { type EventClass, nameOf } from './event-class.js';
import type { AnyHandler } from './handler.js';
import { Subscription } from './subscription.js';

/** Who subscribed to exactly one event class: a map keeps the order, and finds a pair at once however many there are. */
class Audience extends Map<AnyHandler, Subscription> {
  /** The registry's version when a subscription last came or went. */
  changedAt = 0;
  /** Shared by all who subscribed to this class alone. */
  readonly eventClasses: readonly EventClass[];

  constructor(eventClass: EventClass) {
    super();
    this.eventClasses = Object.freeze([eventClass]);
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
    const { signal } = options;
    const abort = (): void => subscription.unsubscribe();
    const leave = (ended: Subscription): void => {
      signal?.removeEventListener('abort', abort);
      this.#leave(ended);
    };
    const subscription = new Subscription(classes, handler, options, this.#subscribed++, signal ? leave : this.#leave);
    for (const audience of audiences) this.#changed(audience.set(handler, subscription));
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
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
  at(prototype: object): Iterable<Subscription> {
    return this.#audiences.get(prototype)?.values() ?? [];
  }

  /** Whether somebody came to or left the class of this prototype after that version. */
  changedAfter(version: number, prototype: object): boolean {
    return (this.#audiences.get(prototype)?.changedAt ?? 0) > version;
  }

  /** All subscriptions, each once, in the order of subscription. */
  all(): Subscription[] {
    const subscriptions = [...this.#inhabited].flatMap((audience) => [...audience.values()]);
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
