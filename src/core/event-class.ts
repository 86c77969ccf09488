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
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- a class is a Function; no narrower type admits abstract ones
export type EventClass<E extends object = object> = Function & { readonly prototype: E };

/**
 * The instances of an event class, or of every class in a list of them.
 *
 * @example
 * ```ts
 * type Either = EventOf<typeof OrderPlaced | typeof OrderShipped>; // OrderPlaced | OrderShipped
 * ```
 */
export type EventOf<C> = C extends { readonly prototype: infer E extends object } ? E : never;

/** Marks the prototypes of events that speak about other events: a catch-all must not swallow them. */
export const namedOnly: unique symbol = Symbol.for('class-events/named-only') as never;

/** The class of an object as people know it, for messages only: routing never looks at names. */
export function classNameOf(event: object): string {
  const { constructor } = event as { constructor?: { name?: unknown } };
  const name = typeof constructor === 'function' ? constructor.name : undefined;
  return typeof name === 'string' && name !== '' ? name : '(anonymous class)';
}

/** A value as a person would name it in a sentence. */
export function describe(value: unknown): string {
  if (typeof value === 'function')
    return isClass(value) ? `class ${value.name || '(anonymous)'}` : `function ${value.name || '(anonymous)'}`;
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : `an object of ${classNameOf(value)}`;
  return typeof value === 'string' ? `the string '${value}'` : String(value);
}

/** A `class`, told from a plain function by its read-only `prototype` (a function's is writable, an arrow has none). */
export function isClass(value: unknown): boolean {
  return typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;
}

export function isEventClass(key: unknown): key is EventClass {
  return typeof key === 'function' && typeof key.prototype === 'object' && key.prototype !== null;
}

/** @throws TypeError when `key` cannot be a routing key; says which mistake it probably is. */
export function assertEventClass(key: unknown): asserts key is EventClass {
  if (isEventClass(key)) return;
  if (key === undefined) {
    throw new TypeError(
      'The event class is undefined. Usually two files import each other, and the class was not there yet when this line ran: ' +
        'break the circle, or name the class late with @On(() => TheClass).',
    );
  }
  throw new TypeError(
    `${describe(key)} is no event class. Pass the class itself, as in subscribe(OrderPlaced, handler).`,
  );
}

/** One event class or a list of them, as a list without doubles. @throws TypeError for a key that is no class. */
export function eventClassesOf(keys: unknown): EventClass[] {
  const eventClasses = Array.isArray(keys) ? [...new Set<unknown>(keys)] : [keys];
  if (eventClasses.length === 0) throw new TypeError('The list of event classes is empty.');
  return eventClasses.map((key) => {
    assertEventClass(key);
    return key;
  });
}

const notEvents = new Map<object, string>([
  [Object.prototype, 'a plain object has no class to route by: publish an instance, as in new OrderPlaced(…)'],
  [Array.prototype, 'an array is not one event: use publishAll(events)'],
  [Promise.prototype, 'a promise is not the event: await it first'],
  [Function.prototype, 'publish an instance of the class, as in new OrderPlaced(…), not the class or a function'],
]);
const primitives = new Set<object>([String, Number, Boolean, Symbol, BigInt].map((wrapper) => wrapper.prototype));

/**
 * Looks at the prototype only, so that a plan that is cached by prototype vouches for every later event of its class.
 *
 * @throws TypeError when objects with this prototype are no events.
 */
export function assertEventPrototype(prototype: object | null, event: unknown): asserts prototype is object {
  const mistake =
    prototype === null
      ? 'an object without a prototype has no class to route by'
      : typeof event === 'function'
        ? notEvents.get(Function.prototype)
        : primitives.has(prototype)
          ? 'events are objects: publish an instance of a class'
          : notEvents.get(prototype);
  if (mistake !== undefined) throw new TypeError(`${describe(event)} cannot be published: ${mistake}.`);
}

/** The prototype an event is routed by. @throws TypeError for null and undefined. */
export function prototypeOf(event: unknown): object | null {
  if (event === null || event === undefined) {
    throw new TypeError(`${String(event)} cannot be published: events are objects, instances of a class.`);
  }
  return Object.getPrototypeOf(event) as object | null;
}
