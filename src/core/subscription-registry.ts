import { differingOption, type DeliveryOptions } from './delivery-options.js';
import { describe, type EventClass } from './event-class.js';
import { nameOf } from './handler-function.js';
import type { AnyHandler } from './handler.js';
import { Subscription } from './subscription.js';

/** Who subscribed to exactly one event class. */
interface Audience {
  /** A map keeps the order of subscription, and finds a pair of class and handler at once however many there are. */
  readonly byHandler: Map<AnyHandler, Subscription>;
  readonly classes: readonly [EventClass];
  /** The registry's version when a subscription last came or went. */
  changedAt: number;
}

/** Who listens to what on one bus. It knows nothing of dispatching. */
export class SubscriptionRegistry {
  // Weak, and never emptied by hand: `changedAt` has to outlive the last subscription of a class, but not the class.
  readonly #audiences = new WeakMap<object, Audience>();
  readonly #inhabited = new Set<Audience>();
  readonly #detach = (subscription: Subscription): void => {
    for (const eventClass of subscription.classes) this.#remove(eventClass, subscription);
  };
  #version = 1;
  #subscribed = 0;

  /** Grows with every change, so that one comparison tells whether anything changed at all. */
  get version(): number {
    return this.#version;
  }

  /** Adds a subscription, or returns the one that is there already. @throws Error when that one differs. */
  add(eventClasses: readonly EventClass[], handler: AnyHandler, options: DeliveryOptions): Subscription {
    const present = this.#present(eventClasses, handler, options);
    if (present !== undefined) return present;
    const audiences = eventClasses.map((eventClass) => this.#audienceOf(eventClass));
    const [only] = audiences;
    // One class is the rule: its subscriptions share one list.
    const classes = audiences.length === 1 && only !== undefined ? only.classes : Object.freeze([...eventClasses]);
    const subscription = new Subscription(classes, handler, options, this.#subscribed++);
    const { signal } = options;
    if (signal?.aborted === true) {
      subscription.unsubscribe();
      return subscription;
    }
    subscription.onEnd = this.#detach;
    for (const audience of audiences) {
      audience.byHandler.set(handler, subscription);
      this.#changed(audience);
    }
    if (signal !== undefined) {
      const abort = (): void => subscription.unsubscribe();
      signal.addEventListener('abort', abort);
      subscription.onEnd = (ended) => {
        signal.removeEventListener('abort', abort);
        this.#detach(ended);
      };
    }
    return subscription;
  }

  /** Ends one pair; a list keeps its other classes. False when there was no such pair. */
  remove(eventClass: EventClass, handler: AnyHandler): boolean {
    const subscription = this.#audiences.get(eventClass.prototype)?.byHandler.get(handler);
    if (subscription === undefined) return false;
    if (subscription.classes.length === 1) {
      subscription.unsubscribe();
    } else {
      subscription.classes = Object.freeze(subscription.classes.filter((other) => other !== eventClass));
      this.#remove(eventClass, subscription);
    }
    return true;
  }

  /** Those who subscribed to the very class of this prototype, in the order of subscription. */
  at(prototype: object): Iterable<Subscription> {
    return this.#audiences.get(prototype)?.byHandler.values() ?? [];
  }

  /** Whether somebody came to or left the class of this prototype after that version. */
  changedAfter(version: number, prototype: object): boolean {
    return (this.#audiences.get(prototype)?.changedAt ?? 0) > version;
  }

  /** All subscriptions, each once, in the order of subscription. */
  all(): Subscription[] {
    const subscriptions = new Set<Subscription>();
    for (const { byHandler } of this.#inhabited)
      for (const subscription of byHandler.values()) subscriptions.add(subscription);
    return [...subscriptions].sort((one, other) => one.order - other.order);
  }

  /** Ends all subscriptions. */
  clear(): void {
    for (const subscription of this.all()) subscription.unsubscribe();
  }

  /** The pair of event class and handler is unique: subscribing again with the same options changes nothing. */
  #present(
    eventClasses: readonly EventClass[],
    handler: AnyHandler,
    options: DeliveryOptions,
  ): Subscription | undefined {
    const taken = eventClasses.filter((eventClass) =>
      this.#audiences.get(eventClass.prototype)?.byHandler.has(handler),
    );
    const [eventClass] = taken;
    if (eventClass === undefined) return undefined;
    const present = this.#audiences.get(eventClass.prototype)?.byHandler.get(handler) as Subscription;
    const pair = `The handler ${nameOf(handler)} is subscribed to ${describe(eventClass)} already`;
    const sameClasses =
      present.classes.length === eventClasses.length && eventClasses.every((each) => present.classes.includes(each));
    if (!sameClasses) {
      throw new Error(`${pair}, in another list of classes. Unsubscribe it first, or leave the class out of one list.`);
    }
    const option = differingOption(present.options, options);
    if (option !== undefined) {
      throw new Error(
        `${pair}, with another '${option}'. Unsubscribe it first, or pass the same options ` +
          '(a filter that is written inline is a new function each time).',
      );
    }
    return present;
  }

  #audienceOf(eventClass: EventClass): Audience {
    let audience = this.#audiences.get(eventClass.prototype);
    if (audience === undefined) {
      audience = { byHandler: new Map(), classes: Object.freeze([eventClass] as const), changedAt: 0 };
      this.#audiences.set(eventClass.prototype, audience);
    }
    return audience;
  }

  #remove(eventClass: EventClass, subscription: Subscription): void {
    const audience = this.#audienceOf(eventClass);
    if (audience.byHandler.delete(subscription.handler)) this.#changed(audience);
  }

  #changed(audience: Audience): void {
    audience.changedAt = ++this.#version;
    if (audience.byHandler.size === 0) this.#inhabited.delete(audience);
    else this.#inhabited.add(audience);
  }
}
