import { deliveryOptions, type DeliveryOptions } from './delivery-options.js';
import { classNameOf, describe, type EventClass } from './event-class.js';
import { modeOf } from './handler-function.js';
import type { EventHandler, Handler } from './handler.js';
import { assertSubscriber, markedMethodsOf } from './mark.js';
import { Skipped } from './publish-report.js';

/** One `@On` method of one subscriber, ready to be subscribed. */
export interface MethodSubscription {
  readonly eventClasses: readonly EventClass[];
  readonly handler: EventHandler;
  readonly options: DeliveryOptions;
}

/**
 * What registering a subscriber subscribes.
 *
 * @throws TypeError when it has no `@On` methods, or one of them cannot be subscribed.
 */
export function methodSubscriptions(subscriber: unknown, weak: boolean): MethodSubscription[] {
  if (typeof subscriber !== 'object' || subscriber === null) {
    throw new TypeError(
      `${describe(subscriber)} cannot be registered. Register an instance of a class with @On methods.`,
    );
  }
  const methods = markedMethodsOf(Object.getPrototypeOf(subscriber) as object | null);
  assertSubscriber(subscriber, methods);
  const reference = weak ? new WeakRef(subscriber) : undefined;
  const present = reference === undefined ? strongly(subscriber) : weakly(reference);
  // One handler for each method, however many marks it has: an event that several of them match runs it once.
  const handlers = new Map(methods.map(({ method }) => [method, handlerOf(present, method)]));
  return methods.map(({ method, eventClasses, options }) => ({
    eventClasses,
    handler: handlers.get(method) as EventHandler,
    options: Object.freeze({
      ...deliveryOptions(options, modeOf(methodOf(subscriber, method))),
      name: options?.name ?? `${classNameOf(subscriber)}.${String(method)}`,
      ...(reference && { subscriber: reference }),
    }),
  }));
}

// Functions of their own, for a closure keeps alive all that any closure beside it uses.
const strongly = (subscriber: object) => (): object => subscriber;
const weakly = (reference: WeakRef<object>) => (): object | undefined => reference.deref();

function handlerOf(subscriber: () => object | undefined, method: string | symbol): EventHandler {
  return {
    // Called by its name on the object, so that proxies, spies and overrides have their say.
    handle(event, context) {
      const present = subscriber();
      return present === undefined
        ? new Skipped('unsubscribed')
        : methodOf(present, method).call(present, event, context);
    },
  };
}

function methodOf(subscriber: object, method: string | symbol): Handler {
  return (subscriber as Record<string | symbol, Handler>)[method] as Handler;
}
