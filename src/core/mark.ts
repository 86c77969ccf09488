import './symbol-metadata.js';
import { assertEventClass, classNameOf, describe, type EventClass } from './event-class.js';
import type { HandlerOptions } from './handler.js';

/** One `@On`: this method is to be called with events of these classes. */
export interface Mark {
  readonly method: string | symbol;
  /** Called when a subscriber registers: a class that is named late is there by then. */
  readonly eventClasses: () => readonly unknown[];
  readonly options: HandlerOptions<never> | undefined;
}

/** What one `@On` comes to for one subscriber, when the overrides below it have had their say. */
export interface MarkedMethod {
  readonly method: string | symbol;
  readonly eventClasses: readonly EventClass[];
  readonly options: HandlerOptions<never> | undefined;
}

// Registered, so that two loaded copies of this package read each other's marks. The number is that of the format.
const marks = Symbol.for('class-events/marks@1');

/** Notes a mark on a prototype (legacy decorators) or on a class's metadata (standard ones), never on what they inherit from. */
export function addMark(holder: object, mark: Mark): void {
  const own = Object.getOwnPropertyDescriptor(holder, marks)?.value as Mark[] | undefined;
  if (own === undefined) Object.defineProperty(holder, marks, { value: [mark] });
  else own.push(mark);
}

/**
 * The marked methods of an object, base classes first, then as declared. A method that is marked again in a subclass
 * keeps its base's marks for the classes that it does not name itself.
 *
 * @throws TypeError when a class that was named late is still missing, or a marked method is.
 */
export function markedMethodsOf(prototype: object | null): MarkedMethod[] {
  const byMethod = new Map<string | symbol, Map<EventClass, Mark>>();
  for (const level of lineage(prototype)) {
    for (const mark of marksAt(level)) {
      const byClass = byMethod.get(mark.method) ?? new Map<EventClass, Mark>();
      byMethod.set(mark.method, byClass);
      for (const eventClass of mark.eventClasses()) {
        assertNamed(eventClass, level, mark);
        byClass.set(eventClass, mark);
      }
    }
  }
  return [...byMethod].flatMap(([method, byClass]) => {
    const marksOfMethod = new Set(byClass.values());
    return Array.from(marksOfMethod, (mark) => ({
      method,
      options: mark.options,
      eventClasses: [...byClass.keys()].filter((eventClass) => byClass.get(eventClass) === mark),
    }));
  });
}

function assertNamed(eventClass: unknown, level: object, { method }: Mark): asserts eventClass is EventClass {
  try {
    assertEventClass(eventClass);
  } catch (error) {
    throw new TypeError(`@On of ${classNameOf(level)}.${String(method)}: ${(error as TypeError).message}`, {
      cause: error,
    });
  }
}

function lineage(prototype: object | null): object[] {
  return prototype === null ? [] : [...lineage(Object.getPrototypeOf(prototype) as object | null), prototype];
}

function marksAt(prototype: object): readonly Mark[] {
  const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as object | undefined;
  const metadata =
    constructor && (Object.getOwnPropertyDescriptor(constructor, Symbol.metadata)?.value as object | undefined);
  return [prototype, metadata].flatMap((holder) =>
    holder === undefined ? [] : ((Object.getOwnPropertyDescriptor(holder, marks)?.value as Mark[] | undefined) ?? []),
  );
}

/** @throws TypeError when the object has no marked method, or a mark that names no method. */
export function assertSubscriber(subscriber: object, methods: readonly MarkedMethod[]): void {
  if (methods.length === 0) {
    throw new TypeError(
      `${describe(subscriber)} has no @On methods. Decorate one, or subscribe a function: bus.subscribe(OrderPlaced, (event) => …).`,
    );
  }
  for (const { method } of methods) {
    if (typeof (subscriber as Record<string | symbol, unknown>)[method] === 'function') continue;
    throw new TypeError(
      `${classNameOf(subscriber)}.${String(method)} is marked by @On, but it is no method. A class with @On needs handle(event).`,
    );
  }
}
