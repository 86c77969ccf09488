import './symbol-metadata.js';
import { classNameOf, describe, type EventClass, eventClassesOf, lineageOf, prototypeOf } from '../event-class.js';
import type { HandlerOptions } from './handler.js';

/** One `@On`: this method is to be called with events of these classes. */
export interface Mark {
  readonly method: string | symbol;
  /** Called when a subscriber registers: a class that is named late is there by then. */
  readonly eventClasses: () => unknown;
  readonly options: HandlerOptions<never> | undefined;
}

/** What one `@On` comes to for one subscriber, when the overrides below it have had their say. */
export interface MarkedMethod extends Omit<Mark, 'eventClasses'> {
  readonly eventClasses: readonly EventClass[];
}

// Registered, so that two loaded copies of this package read each other's marks. The number is that of the format.
const marks = Symbol.for('class-events/marks@1');
/**
 * Where a marked method keeps the metadata of its class. A class decorator that puts another class in place gives the
 * metadata to that one alone, and a prototype names the first.
 */
const metadataOfMethod = Symbol.for('class-events/metadata@1');
/** The names of methods that any class marked, for one message. */
const markedNames = new Set<string | symbol>();

/**
 * Notes a mark on a prototype (legacy decorators, and classes) or a class's metadata (methods in the standard dialect),
 * never on what they inherit from. A method whose class has metadata is given too.
 */
export function addMark(holder: object, mark: Mark, metadataOf?: object): void {
  const present = ownMarks(holder);
  if (present.length === 0) Object.defineProperty(holder, marks, { value: present });
  present.push(mark);
  markedNames.add(mark.method);
  if (metadataOf) Reflect.defineProperty(metadataOf, metadataOfMethod, { value: holder, configurable: true });
}

/**
 * The marked methods of an object, base classes first, then as declared. A method that is marked again in a subclass
 * keeps its base's marks for the classes that it does not name itself.
 *
 * @throws TypeError when nothing is marked, a marked method is missing, or a class that was named late still is.
 */
export function markedMethodsOf(subscriber: object): MarkedMethod[] {
  const marked = basesFirst(subscriber).flatMap((prototype, level) =>
    marksOf(prototype).map((mark) => {
      const { method, options } = mark;
      const place = `${subscriberNameOf(subscriber)}.${String(method)}`;
      if (typeof (subscriber as Record<string | symbol, unknown>)[method] !== 'function') {
        throw new TypeError(
          `${place} is marked by @On, but it is no method. A class that is marked itself needs handle(event).`,
        );
      }
      return { method, options, level, eventClasses: eventClassesOf(mark.eventClasses(), ` in @On of ${place}`) };
    }),
  );
  if (marked.length === 0) {
    throw new TypeError(
      `${describe(subscriber)} has no @On methods. Mark one, or subscribe a function.${lossOf(subscriber)}`,
    );
  }
  return marked
    .map(({ method, options, level, eventClasses }) => {
      const overrides = marked.filter((override) => override.level > level && override.method === method);
      const isMarkedAgain = (eventClass: EventClass): boolean =>
        overrides.some((override) => override.eventClasses.includes(eventClass));
      return { method, options, eventClasses: eventClasses.filter((eventClass) => !isMarkedAgain(eventClass)) };
    })
    .filter(({ eventClasses }) => eventClasses.length > 0);
}

/** A sentence for an object whose marks may have been lost: it has a method of a name that was marked somewhere. */
function lossOf(subscriber: object): string {
  const method = basesFirst(subscriber)
    .flatMap(Reflect.ownKeys)
    .find((key) => markedNames.has(key));
  if (!method) return '';
  return ` If ${String(method)} was marked, a mock, another decorator or the compiler has lost the mark.`;
}

/** The class of a subscriber as people know it: a decorator may have put a class without a name in its place. */
export function subscriberNameOf(subscriber: object): string {
  const names = lineageOf(prototypeOf(subscriber)).map((prototype) => classNameOf(prototype));
  return names.find((name) => name !== '(anonymous)' && name !== 'Object') ?? '(anonymous)';
}

/**
 * Whether an object has `@On` methods, its own or inherited ones: for what looks for subscribers among other objects.
 */
export function isSubscriber(object: object): boolean {
  return basesFirst(object).some((prototype) => marksOf(prototype).length > 0);
}

function basesFirst(object: object): object[] {
  return lineageOf(prototypeOf(object)).reverse();
}

/** The marks that stand in the body of one class and above it, in either dialect. */
function marksOf(prototype: object): Mark[] {
  const metadata = ownValue(ownValue(prototype, 'constructor'), Symbol.metadata) ?? metadataByMethod(prototype);
  return [...ownMarks(metadata), ...ownMarks(prototype)];
}

function metadataByMethod(prototype: object): unknown {
  const methods = Reflect.ownKeys(prototype);
  return methods.map((key) => ownValue(ownValue(prototype, key), metadataOfMethod)).find(Boolean);
}

function ownMarks(holder: unknown): Mark[] {
  return (ownValue(holder, marks) as Mark[] | undefined) ?? [];
}

function ownValue(holder: unknown, key: string | symbol): unknown {
  return holder ? Object.getOwnPropertyDescriptor(holder, key)?.value : undefined;
}
