import { describe, type EventClass, lineageOf, prototypeOf } from '../event-class.js';
import type { EventHandler } from './handler.js';
import { skipped } from '../outcome.js';
import type { Subscription } from './subscription.js';
import { isThenable } from '../thenable.js';

/**
 * Gives the instance of a subscriber class for an event, now or later: a container's `get`, most often.
 *
 * @example
 * ```ts
 * const resolve: Resolve<typeof Receipts> = (subscriberClass) => container.resolve(subscriberClass);
 * ```
 */
export type Resolve<C extends EventClass = EventClass> = (
  subscriberClass: C,
  event: object,
) => C['prototype'] | PromiseLike<C['prototype']>;

/** The object whose method is to run for an event: undefined when it is gone. */
export type InstanceFor = (event: object, method: string | symbol) => unknown;

/**
 * What a container gives for one class: one instance for each event, shared by all methods that the event comes to. A
 * method that gets the same event again (it is tried or published again) has the container asked again.
 */
export function resolvedPerEvent(subscriberClass: EventClass, resolve: Resolve): InstanceFor {
  const resolutions = new WeakMap<object, { readonly instance: unknown; readonly usedBy: Set<string | symbol> }>();
  return (event, method) => {
    let resolution = resolutions.get(event);
    if (!resolution || resolution.usedBy.has(method)) {
      resolution = { instance: resolve(subscriberClass, event), usedBy: new Set() };
      resolutions.set(event, resolution);
    }
    resolution.usedBy.add(method);
    return resolution.instance;
  };
}

/** The `@On` method of an object. */
export interface SubscriberMethod extends EventHandler {
  /** The object, or where it is to be found while it is alive. */
  readonly subscriber: { deref(): object | undefined };
}

/** The `@On` method of an object, called by its name, so that proxies, spies and overrides have their say. */
export function methodOf(subscriber: SubscriberMethod['subscriber'], method: string | symbol): SubscriberMethod {
  return {
    subscriber,
    handle(event, context) {
      const present = subscriber.deref() as Methods | undefined;
      return present ? present[method]!(event, context) : skipped('unsubscribed');
    },
  };
}

/**
 * The `@On` method of an object that is asked for when an event has come to its turn. It is skipped if the object gets
 * the event by a subscription of its own.
 */
export function resolvedMethodOf(
  instanceFor: InstanceFor,
  method: string | symbol,
  subscriptions: Iterable<Subscription>,
  isSubscribed: (instance: unknown, method: string | symbol, event: object) => boolean,
): EventHandler {
  const handler: EventHandler = {
    handle(event, context) {
      const call = (instance: unknown): unknown => {
        if (isSubscribed(instance, method, event)) return skipped('shadowed');
        if (typeof (instance as Methods | undefined)?.[method] === 'function') {
          return (instance as Methods)[method]!(event, context);
        }
        throw new TypeError(`resolve gave ${describe(instance)}, which has no method ${String(method)}.`);
      };
      const instance = instanceFor(event, method);
      if (!isThenable(instance)) return call(instance);
      const lineage = lineageOf(prototypeOf(event));
      const isActive = (subscription: Subscription): boolean =>
        subscription.handler === handler && subscription.state !== 'ended' && subscription.reaches(lineage);
      return Promise.resolve(instance).then((resolved) =>
        // Otherwise a method that was unsubscribed while the container worked would run.
        [...subscriptions].some(isActive) ? call(resolved) : skipped('unsubscribed'),
      );
    },
  };
  return handler;
}

type Methods = Record<string | symbol, EventHandler['handle']>;
