import { deliveryOptions } from './delivery-options.js';
import { classNameOf, describe } from './event-class.js';
import { modeOf } from './handler-function.js';
import type { EventHandler } from './handler.js';
import { markedMethodsOf } from './mark.js';
import { aBoolean, checkOptions } from './option-checks.js';
import { skipped } from './publish-report.js';
import { SubscriptionGroup } from './subscription-group.js';
import type { Subscription } from './subscription.js';
import type { SubscriptionRegistry } from './subscription-registry.js';

/**
 * How a subscriber is held.
 *
 * @example
 * ```ts
 * bus.register(window, { weak: true });
 * ```
 */
export interface RegisterOptions {
  /** The bus does not keep the subscriber alive: when nothing else holds it, its subscriptions end. Default false. */
  readonly weak?: boolean | undefined;
}

/** The objects whose `@On` methods are subscribed on one bus. */
export class Subscribers {
  readonly #registry: SubscriptionRegistry;
  // A group holds its subscriber through its handlers, and those of a weak one hold it weakly: so none is kept alive here.
  readonly #groups = new WeakMap<object, SubscriptionGroup>();
  readonly #collected = new FinalizationRegistry<SubscriptionGroup>((group) => group.unsubscribe());

  constructor(registry: SubscriptionRegistry) {
    this.#registry = registry;
  }

  register(subscriber: object, options: RegisterOptions | undefined): SubscriptionGroup {
    checkOptions(options, { weak: aBoolean });
    if (typeof subscriber !== 'object' || subscriber === null) {
      throw new TypeError(
        `${describe(subscriber)} cannot be registered. Register an instance of a class with @On methods.`,
      );
    }
    const weak = Boolean(options?.weak);
    const present = this.#groups.get(subscriber);
    if (present?.active) {
      if (present.weak === weak) return present;
      throw new Error(`${present.name} is registered already, with another 'weak'. Unregister it first.`);
    }
    const name = classNameOf(subscriber);
    const reference = weak ? new WeakRef(subscriber) : undefined;
    const methods = subscriber as Record<string | symbol, EventHandler['handle']>;
    // One handler for each method, however many marks it has: an event that several of them match runs it once.
    const handlers = new Map<string | symbol, EventHandler>();
    const subscriptions = new Set<Subscription>();
    try {
      for (const { method, eventClasses, options: given } of markedMethodsOf(subscriber)) {
        const handler = handlers.get(method) ?? methodOf(reference ?? { deref: strongly(subscriber) }, method);
        handlers.set(method, handler);
        const delivery = deliveryOptions(given, modeOf(methods[method] as EventHandler['handle']));
        const named = { ...delivery, name: delivery.name ?? `${name}.${String(method)}`, subscriber: reference };
        subscriptions.add(this.#registry.add(eventClasses, handler, named));
      }
    } catch (error) {
      // Nothing half-subscribed stays behind.
      for (const subscription of subscriptions) subscription.unsubscribe();
      throw error;
    }
    const group = new SubscriptionGroup(name, Object.freeze([...subscriptions]), weak);
    this.#groups.set(subscriber, group);
    // Once for each object, however often it comes and goes.
    this.#collected.unregister(subscriber);
    if (weak) this.#collected.register(subscriber, group, subscriber);
    return group;
  }

  unregister(subscriber: object): boolean {
    const group = this.#groups.get(subscriber);
    const active = Boolean(group?.active);
    group?.unsubscribe();
    return active;
  }
}

// Functions of their own, for a closure keeps alive all that any closure beside it uses.
const strongly = (subscriber: object) => (): object => subscriber;

/** Called by its name on the object, so that proxies, spies and overrides have their say. */
function methodOf(subscriber: { deref(): object | undefined }, method: string | symbol): EventHandler {
  return {
    handle(event, context) {
      const present = subscriber.deref() as Record<string | symbol, EventHandler['handle']> | undefined;
      return present ? present[method]!(event, context) : skipped('unsubscribed');
    },
  };
}
