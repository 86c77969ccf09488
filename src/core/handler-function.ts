import { classNameOf, describe, isClass } from './event-class.js';
import type { AnyHandler, EventHandler, Handler, Mode } from './handler.js';

/** A handler as the dispatch calls it: a bare function, whatever form it was given in. */
export function functionOf(handler: AnyHandler): Handler {
  // `handle` is looked up at each call, so a method replaced later (a spy, a proxy) is the one that runs.
  return typeof handler === 'function' ? handler : (event, context) => handler.handle(event, context);
}

/** @throws TypeError when the handler cannot be called with an event. */
export function assertHandler(handler: unknown): asserts handler is AnyHandler {
  const callable = typeof handler === 'object' && handler !== null ? (handler as EventHandler).handle : handler;
  if (typeof callable !== 'function') {
    throw new TypeError(
      `${describe(handler)} is no handler. Pass a function, or an object with a handle(event) method.`,
    );
  }
  if (isClass(callable)) {
    throw new TypeError(`${describe(callable)} is no handler. Pass an instance of it, or a function that calls one.`);
  }
  if (tagOf(callable).endsWith('GeneratorFunction')) {
    throw new TypeError(`${describe(callable)} is a generator: calling it would run nothing. Pass a function.`);
  }
}

/** `async` for a native async function; a function that merely returns promises cannot be told before it is called. */
export function modeOf(handler: AnyHandler): Mode {
  return tagOf(typeof handler === 'function' ? handler : handler.handle) === 'AsyncFunction' ? 'async' : 'sync';
}

/** The function's name, or `Class.handle`. */
export function nameOf(handler: AnyHandler): string {
  if (typeof handler !== 'function') return `${classNameOf(handler)}.handle`;
  return handler.name === '' ? '(anonymous)' : handler.name;
}

function tagOf(callable: unknown): string {
  return (callable as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? '';
}
