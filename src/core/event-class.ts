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
 * The instances of an event class, or of every class in a list of them.
 *
 * @example
 * ```ts
 * type Either = EventOf<typeof OrderPlaced | typeof OrderShipped>; // OrderPlaced | OrderShipped
 * ```
 */
export type EventOf<C> = C extends EventClass<infer E> ? E : never;

/** Marks the prototypes of events that speak about other events: a catch-all must not swallow them. */
export const hiddenFromCatchAll: unique symbol = Symbol.for('class-events/named-only') as never;

/** The class of an object as people know it, for messages only: routing never looks at names. */
export function classNameOf(event: object): string {
  return nameOf((event as { constructor?: unknown }).constructor);
}

/** The name of a class or function, for messages only. */
export function nameOf(named: unknown): string {
  // A class may have a static member called name.
  const name: unknown = typeof named === 'function' && named.name;
  return (typeof name === 'string' && name) || '(anonymous)';
}

/** A value as a person would name it in a sentence. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return nameOf(value);
  if (typeof value === 'object' && value !== null) {
    const name = classNameOf(value);
    return name === 'Object' ? 'a plain object' : Array.isArray(value) ? 'an array' : `an object of ${name}`;
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** What was thrown, for people: it may be anything, also what cannot be written as text. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return describe(thrown);
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
    if (isEventClass(key)) return key;
    throw new TypeError(
      key === undefined
        ? `The event class is undefined${where}: most often two files import each other. Break the circle; @On also takes () => TheClass.`
        : `${describe(key)} is no event class${where}. Pass the class itself, as in subscribe(OrderPlaced, handler).`,
    );
  });
}

/** The prototype that an object is routed by; null for what cannot be routed. */
export function prototypeOf(event: unknown): object | null {
  return typeof event === 'object' && event !== null ? (Object.getPrototypeOf(event) as object | null) : null;
}

/** Returns a prototype and all that it inherits from, itself first. */
export function lineageOf(prototype: object | null): object[] {
  const lineage: object[] = [];
  for (let ancestor = prototype; ancestor; ancestor = prototypeOf(ancestor)) lineage.push(ancestor);
  return lineage;
}

/** Whether objects with this prototype are events. */
export function isEvent(prototype: object | null): prototype is object {
  // Known by what it owns: there is an Object.prototype in every realm.
  return prototype !== null && !classless.has(prototype) && !Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Returns the error for a publisher whose value is no event. */
export function noEvent(event: unknown): TypeError {
  const hint = Array.isArray(event)
    ? ' For several events there is publishAll.'
    : event instanceof Promise
      ? ' Await it first.'
      : '';
  return new TypeError(
    `${describe(event)} cannot be published. Publish an instance of a class, as in new OrderPlaced(…).${hint}`,
  );
}

const classless = new Set<object>([Array.prototype, Promise.prototype]);
