import { isThenable } from './thenable.js';

/**
 * A class whose instances are events: the constructor is the routing key. Abstract classes and classes with a private
 * constructor are event classes too, so the type asks for the `prototype` and not for a `new` signature.
 *
 * @example
 * ```ts
 * class OrderPlaced { constructor(readonly orderId: string) {} }
 * const key: EventClass<OrderPlaced> = OrderPlaced;
 * ```
 */
export type EventClass<E extends object = object> = Function & { readonly prototype: E };

/**
 * The instances of an event class, of every class in a list of them, or of the class that an arrow function names.
 *
 * @example
 * ```ts
 * type Either = EventOf<typeof OrderPlaced | typeof OrderShipped>; // OrderPlaced | OrderShipped
 * type Again = EventOf<[typeof OrderPlaced, typeof OrderShipped]>; // the same
 * ```
 */
export type EventOf<C> = C extends readonly (infer Each)[]
  ? EventOf<Each>
  : C extends EventClass<infer E extends object>
    ? C extends () => EventClass<infer Late extends object>
      ? // Object can be called as well, and is a class.
        C extends abstract new () => unknown
        ? E
        : Late
      : E
    : never;

/** Marks the prototypes of events that speak about other events: a catch-all must not swallow them. */
export const hiddenFromCatchAll: unique symbol = Symbol.for('class-events/named-only') as never;

/** The class of an object as people know it, for messages only: routing never looks at names. Never throws. */
export function classNameOf(event: object): string {
  return legible(() => nameOf((event as { constructor?: unknown }).constructor));
}

/** The name of a class or function, for messages only. Never throws. */
export function nameOf(named: unknown): string {
  return ownNameOf(named) || '(anonymous)';
}

/** The name that a function has itself; empty if it has none. Never throws. */
export function ownNameOf(named: unknown): string {
  return legible(() => {
    // A class may have a static member called name.
    const name: unknown = typeof named === 'function' && named.name;
    return typeof name === 'string' ? name : '';
  });
}

/** A value as a person would name it in a sentence. Never throws. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return nameOf(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${value}'` : String(value);
  return legible(() => {
    const prototype = prototypeOf(value);
    if (!prototype) return 'an object without a prototype';
    if (Array.isArray(value)) return 'an array';
    return isRoot(prototype) ? 'a plain object' : `an object of ${classNameOf(value)}`;
  });
}

/** What was thrown, for people: it may be anything, also what cannot be written as text. Never throws. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return describe(thrown);
  }
}

/** Reads a name. A stranger's object may throw, a revoked proxy for instance, and a name must not fail a dispatch. */
export function legible(read: () => string): string {
  try {
    return read();
  } catch {
    return '(unknown)';
  }
}

export function isEventClass(key: unknown): key is EventClass {
  return typeof key === 'function' && typeof key.prototype === 'object' && key.prototype !== null;
}

/** One event class or a list of them, as a list without doubles. @throws TypeError for a key that is no class. */
export function eventClassesOf(keys: unknown, where = ''): EventClass[] {
  if (isEventClass(keys)) return [keys];
  const list = Array.isArray(keys) ? [...new Set<unknown>(keys)] : [keys];
  if (list.length === 0) throw new TypeError(`The list of event classes is empty${where}.`);
  return list.map((key) => {
    if (isEventClass(key)) return ofThisRealm(key);
    throw new TypeError(
      key === undefined
        ? `The event class is undefined${where}: most often a circular import, in which two files import each other. Break the circle; @On also takes () => TheClass.`
        : `${describe(key)} is no event class${where}. Pass the class itself, as in subscribe(OrderPlaced, handler).`,
    );
  });
}

/** The prototype that an object is routed by; null for what cannot be routed. */
export function prototypeOf(event: unknown): object | null {
  return typeof event === 'object' && event !== null ? (Object.getPrototypeOf(event) as object | null) : null;
}

/**
 * Returns a prototype and all that it inherits from, itself first. The root of another realm stands as that of this
 * one, so that a catch-all gets events whose base class is the platform's (under jest, in a frame).
 */
export function lineageOf(prototype: object | null): object[] {
  const lineage: object[] = [];
  for (let ancestor = prototype; ancestor; ancestor = prototypeOf(ancestor)) {
    lineage.push(isRoot(ancestor) ? Object.prototype : ancestor);
  }
  return lineage;
}

/** Whether this is the `Object.prototype` of any realm. It is known by what it owns. */
function isRoot(prototype: object): boolean {
  return prototype === Object.prototype || Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Returns the class itself, except that `Object` of another realm is that of this one. */
export function ofThisRealm(eventClass: EventClass): EventClass {
  return isRoot(eventClass.prototype) ? Object : eventClass;
}

/** Whether handlers of a class get an event: asked as the bus routes, not by `instanceof`. */
export function isRoutedTo(event: object, eventClass: EventClass): boolean {
  return lineageOf(prototypeOf(event)).includes(ofThisRealm(eventClass).prototype);
}

/** Whether an object is written as `{ … }`, in any realm, or has no prototype. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = prototypeOf(value);
  return !prototype || isRoot(prototype);
}

/** Whether objects with this prototype are events. Arrays and plain objects are none, nor is what can be awaited. */
export function isEvent(prototype: object | null): prototype is object {
  // An Array.prototype is an array, in every realm.
  return prototype !== null && !isRoot(prototype) && !Array.isArray(prototype) && !isThenable(prototype);
}

/** The hint for a publisher who gives several events. */
export const severalEvents = ' For several events there is publishAll.';

/** Returns the error for a publisher whose value is no event. */
export function noEvent(event: unknown): TypeError {
  const hint = Array.isArray(event) ? severalEvents : isThenable(event) ? ' Await it first.' : '';
  return new TypeError(
    `${describe(event)} cannot be published. Publish an instance of a class, as in new OrderPlaced(…).${hint}`,
  );
}
