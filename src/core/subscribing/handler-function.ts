import { type DeliveryOptions, deliveryOptions } from './handler-options.js';
import { classNameOf, describe, type EventClass, legible, nameOf, ownNameOf } from '../event-class.js';
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

/**
 * The options to subscribe a handler with.
 *
 * @throws what the handler throws when it is asked; TypeError for an answer that is no handler options.
 */
export function optionsFor(
  handler: unknown,
  eventClasses: readonly EventClass[],
  options: DeliveryOptions,
): DeliveryOptions {
  const callable = callableOf(handler) as PreparingHandler;
  const prepare = callable[prepareSubscription];
  // A mock or a remote object answers for every name, so only a property of its own counts.
  if (prepare === undefined || !Object.hasOwn(callable, prepareSubscription)) return options;
  const prepared = prepare(eventClasses, options);
  if (prepared === undefined) throw new TypeError(`${describe(callable)} gave no options when it was subscribed.`);
  return deliveryOptions(prepared, options.mode);
}

/** A handler as the dispatch calls it: a bare function, whatever form it was given in. */
export function functionOf(handler: AnyHandler): Handler {
  // `handle` is looked up at each call, so a method that is replaced later (a spy, a proxy) is the one that runs.
  return typeof handler === 'function' ? handler : (event, context) => handler.handle(event, context);
}

/**
 * @param name The handler's name in the message. Default: what describes it.
 * @throws TypeError when the handler cannot be called with an event.
 */
export function assertHandler(
  handler: unknown,
  eventClasses: readonly EventClass[],
  name?: string,
): asserts handler is AnyHandler {
  const fault = faultOf(callableOf(handler));
  if (fault === undefined) return;
  throw new TypeError(`${name ?? describe(handler)} is no handler of ${eventClasses.map(nameOf).join(', ')}${fault}`);
}

/** Returns why a value cannot be called with an event, and the remedy; undefined if it can. */
function faultOf(callable: unknown): string | undefined {
  if (typeof callable !== 'function') return '. Pass a function, or an object with a handle(event) method.';
  if (isClass(callable))
    return ': it is a class. Pass an instance with a handle(event) method, as in new SendReceipt().';
  if (!isGenerator(callable)) return undefined;
  return ': it is a generator, and calling one runs nothing. Pass a function or an async function.';
}

/** `async` for a native async function; a function that merely returns promises cannot be told before it is called. */
export function modeOf(handler: AnyHandler): Mode {
  return tagOf(callableOf(handler)) === 'AsyncFunction' ? 'async' : 'sync';
}

/** The function's name, or `Class.handle`; empty for an arrow function without a name. */
export function handlerName(handler: AnyHandler): string {
  return typeof handler === 'function' ? mockNameOf(handler) || ownNameOf(handler) : `${classNameOf(handler)}.handle`;
}

/** The name that a test gave to a mock of jest or vitest. Its function is called the same for all of them. */
function mockNameOf(handler: Handler & { readonly getMockName?: unknown }): string {
  return legible(() => {
    const name: unknown = Object.hasOwn(handler, 'getMockName') && (handler.getMockName as () => unknown)();
    return typeof name === 'string' ? name : '';
  });
}

/** The function itself, in whatever form the handler was given. */
export function callableOf(handler: unknown): unknown {
  return typeof handler === 'object' ? (handler as EventHandler | null)?.handle : handler;
}

/** A class cannot be called. */
function isClass(callable: Function): boolean {
  // Arrow functions and methods have no prototype; a descriptor is an object that every subscribe would pay for.
  if (callable.prototype === undefined) return false;
  if (Object.getOwnPropertyDescriptor(callable, 'prototype')?.writable !== false) return false;
  // A frozen function has such a prototype too.
  return !Object.isFrozen(callable) || /^class\b/.test(Function.prototype.toString.call(callable));
}

/** Calling a generator runs nothing. */
export function isGenerator(callable: unknown): boolean {
  const tag = tagOf(callable);
  return tag === 'GeneratorFunction' || tag === 'AsyncGeneratorFunction';
}

function tagOf(callable: unknown): unknown {
  return (callable as { [Symbol.toStringTag]?: unknown } | undefined)?.[Symbol.toStringTag];
}
