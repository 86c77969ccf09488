import type { DeliveryOptions } from './handler-options.js';
import { classNameOf, describe, type EventClass } from '../event-class.js';
import type { AnyHandler, EventHandler, Handler, Mode } from './handler.js';

/**
 * A handler with a method of this name is asked before it is subscribed. It throws for event classes that it could not
 * serve, and returns the options that it is to be subscribed with: the same ones each time.
 */
export const prepareSubscription: unique symbol = Symbol.for('class-events/subscribing') as never;

/** A handler, as far as it prepares its subscription. */
type PreparingHandler = {
  readonly [prepareSubscription]?: (eventClasses: readonly EventClass[], options: DeliveryOptions) => DeliveryOptions;
};

/** The options to subscribe a handler with. @throws what the handler throws when it is asked. */
export function optionsFor(
  handler: unknown,
  eventClasses: readonly EventClass[],
  options: DeliveryOptions,
): DeliveryOptions {
  const prepare = (callableOf(handler) as PreparingHandler)[prepareSubscription];
  return prepare ? prepare(eventClasses, options) : options;
}

/** A handler as the dispatch calls it: a bare function, whatever form it was given in. */
export function functionOf(handler: AnyHandler): Handler {
  // `handle` is looked up at each call, so a method that is replaced later (a spy, a proxy) is the one that runs.
  return typeof handler === 'function' ? handler : (event, context) => handler.handle(event, context);
}

/** @throws TypeError when the handler cannot be called with an event. */
export function assertHandler(handler: unknown): asserts handler is AnyHandler {
  const callable = callableOf(handler);
  if (typeof callable === 'function' && !isClass(callable) && !isGenerator(callable)) return;
  throw new TypeError(`${describe(handler)} is no handler. Pass a function, or an object with a handle(event) method.`);
}

/** `async` for a native async function; a function that merely returns promises cannot be told before it is called. */
export function modeOf(handler: AnyHandler): Mode {
  return tagOf(callableOf(handler)) === 'AsyncFunction' ? 'async' : 'sync';
}

/** The function's name, or `Class.handle`; empty for an arrow function without a name. */
export function handlerName(handler: AnyHandler): string {
  return typeof handler === 'function' ? handler.name : `${classNameOf(handler)}.handle`;
}

/**
 * Asked by `typeof`, for promises of another realm are awaited too (a platform's own, under jest). Where looking
 * throws, it is left to `Promise.resolve` to look again and to reject.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as PromiseLike<unknown>).then === 'function';
  } catch {
    return true;
  }
}

/** The function itself, in whatever form the handler was given. */
export function callableOf(handler: unknown): unknown {
  return typeof handler === 'object' ? (handler as EventHandler | null)?.handle : handler;
}

/** A class cannot be called. */
function isClass(callable: Function): boolean {
  // Arrow functions and methods have no prototype; a descriptor is an object that every subscribe would pay for.
  return callable.prototype !== undefined && Object.getOwnPropertyDescriptor(callable, 'prototype')?.writable === false;
}

/** Calling a generator runs nothing. */
function isGenerator(callable: Function): boolean {
  const tag = tagOf(callable);
  return tag === 'GeneratorFunction' || tag === 'AsyncGeneratorFunction';
}

function tagOf(callable: unknown): unknown {
  return (callable as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}
