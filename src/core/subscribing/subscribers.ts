import { deliveryOptions } from './handler-options.js';
import { describe, type EventClass, isEventClass, lineageOf, prototypeOf } from '../event-class.js';
import { assertHandler, optionsFor, modeOf } from './handler-function.js';
import type { EventHandler, Handler } from './handler.js';
import { markedMethodsOf, subscriberNameOf } from './mark.js';
import { aBoolean, checkOptions } from '../option-checks.js';
import { methodOf, type Resolve, resolvedMethodOf, resolvedPerEvent } from './subscriber-method.js';
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

/** The objects and classes whose `@On` methods are subscribed on one bus. */
export class Subscribers {
  readonly #registry: SubscriptionRegistry;
  // A group holds its subscriber through its handlers, and those of a weak one hold it weakly:
  // so none is kept alive here.
  readonly #groups = new WeakMap<object, SubscriptionGroup>();
  // Not every platform has these, and only weak subscribers need them.
  readonly #collected =
    globalThis.WeakRef &&
    globalThis.FinalizationRegistry &&
    new FinalizationRegistry<SubscriptionGroup>((group) => group.unsubscribe());

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
    if (weak && !this.#collected) {
      throw new TypeError(
        `${describe(subscriber)} cannot be held weakly without WeakRef and FinalizationRegistry. Register it without weak.`,
      );
    }
    const reference = weak ? new WeakRef(subscriber) : undefined;
    const target = reference ?? { deref: strongly(subscriber) };
    const group = this.#subscribe(subscriber, subscriber, weak, (method) => methodOf(target, method), reference);
    // Once for each object, however often it comes and goes.
    this.#collected?.unregister(subscriber);
    if (weak) this.#collected.register(subscriber, group, subscriber);
    return group;
  }

  registerClass(subscriberClass: EventClass, resolve: Resolve): SubscriptionGroup {
    if (!isEventClass(subscriberClass) || typeof resolve !== 'function') {
      throw new TypeError(
        `registerClass takes a class and a function, not ${describe(subscriberClass)} and ${describe(resolve)}.`,
      );
    }
    const instanceFor = resolvedPerEvent(subscriberClass, resolve);
    // Its methods, and nothing of what its constructor would do.
    const prototypeInstance = Object.create(subscriberClass.prototype) as object;
    return this.#subscribe(subscriberClass, prototypeInstance, resolve, (method, subscriptions) =>
      resolvedMethodOf(instanceFor, method, subscriptions, this.#isSubscribed),
    );
  }

  unregister(subscriber: object): boolean {
    const group = this.#groups.get(subscriber);
    const active = Boolean(group?.active);
    group?.unsubscribe();
    return active;
  }

  /** Whether a method of this very object is registered, or the object is subscribed as a handler, for an event. */
  readonly #isSubscribed = (instance: unknown, method: string | symbol, event: object): boolean => {
    const lineage = lineageOf(prototypeOf(event));
    const own = this.#groups.get(instance as object)?.subscriptions ?? [];
    const registered = own.filter(({ options }) => options.origin?.method === method);
    const subscribed = method === 'handle' ? this.#registry.of(instance as EventHandler, lineage) : [];
    return [...registered, ...subscribed].some((subscription) => subscription.active && subscription.reaches(lineage));
  };

  /**
   * @param key The object or the class that registers once.
   * @param registration Whether it is weak, or its `resolve`. Registering again with another one is refused.
   */
  #subscribe(
    key: object,
    subscriber: object,
    registration: boolean | Resolve,
    handlerOf: (method: string | symbol, subscriptions: Iterable<Subscription>) => EventHandler,
    reference?: WeakRef<object>,
  ): SubscriptionGroup {
    const present = this.#groups.get(key);
    if (present?.active) {
      if (present.registration === registration) return present;
      const option = typeof registration === 'function' ? 'resolve' : 'weak';
      throw new Error(`${present.name} is registered already, with another '${option}'. Unregister it first.`);
    }
    const subscriberClass = subscriber.constructor as EventClass;
    const name = subscriberNameOf(subscriber);
    const isAsyncResolve = typeof registration === 'function' && modeOf(registration as Handler) === 'async';
    // One handler for each method, however many marks it has: an event that several of them match runs it once.
    const handlers = new Map<string | symbol, EventHandler>();
    const subscriptions = new Set<Subscription>();
    try {
      for (const { method, eventClasses, options: given } of markedMethodsOf(subscriber)) {
        const place = `${name}.${String(method)}`;
        if (isAsyncResolve && given?.mode === 'sync') {
          throw new TypeError(`${place} cannot be 'sync': its instance comes from an async function.`);
        }
        const handler = handlers.get(method) ?? handlerOf(method, subscriptions);
        handlers.set(method, handler);
        const callable = (subscriber as Record<string | symbol, Handler>)[method];
        assertHandler(callable, eventClasses, place);
        const checked = deliveryOptions(given, isAsyncResolve ? 'async' : modeOf(callable));
        const delivery = optionsFor(callable, eventClasses, checked);
        const origin = { subscriberClass, method };
        const named = { ...delivery, name: delivery.name ?? place, subscriber: reference, origin };
        subscriptions.add(this.#registry.add(eventClasses, handler, named));
      }
    } catch (error) {
      // Nothing half-subscribed stays behind.
      for (const subscription of subscriptions) subscription.unsubscribe();
      throw error;
    }
    const group = new SubscriptionGroup(name, Object.freeze([...subscriptions]), registration);
    this.#groups.set(key, group);
    return group;
  }
}

// A function of its own, for a closure keeps alive all that any closure beside it uses.
const strongly = (subscriber: object) => (): object => subscriber;
