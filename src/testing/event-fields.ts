import { textOf } from '../core/index.js';

/**
 * Some fields of an event, and of the objects in it. A matcher such as `expect.any(String)` may stand for any value.
 *
 * @example
 * ```ts
 * const fields: EventFields<OrderPlaced> = { orderId: 'o-1' };
 * ```
 */
export type EventFields<E> = E extends (...args: never[]) => unknown
  ? E
  : E extends object
    ? {
        readonly [Name in keyof E]?:
          | EventFields<E[Name]>
          | {
              /** Whether it takes a value. */
              asymmetricMatch(value: unknown): boolean;
            };
      }
    : E;

/** Anything with `asymmetricMatch`, as the `expect` of jest, vitest, Bun and others makes it. */
export interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean;
  /** What it says of itself; some have no more than their text and a sample. */
  toAsymmetricMatcher?(): string;
  readonly sample?: unknown;
}

export function isAsymmetricMatcher(value: unknown): value is AsymmetricMatcher {
  return typeof (value as Partial<AsymmetricMatcher> | null | undefined)?.asymmetricMatch === 'function';
}

/** Whether a value has all that is expected of it; where an object is expected, it may have more fields. */
export function hasFields(actual: unknown, expected: unknown): boolean {
  if (isAsymmetricMatcher(expected)) return expected.asymmetricMatch(actual);
  if (Object.is(actual, expected)) return true;
  if (!isObject(actual) || !isObject(expected)) return false;
  if (isIterable(expected)) return isIterable(actual) && areEqualLists([...actual], [...expected]);
  const names = Object.keys(expected);
  if (names.length === 0 && !isPlain(expected)) return haveEqualText(actual, expected);
  return names.every((name) => name in actual && hasFields(Reflect.get(actual, name), Reflect.get(expected, name)));
}

function areEqualLists(actual: readonly unknown[], expected: readonly unknown[]): boolean {
  return actual.length === expected.length && expected.every((item, index) => hasFields(actual[index], item));
}

/**
 * For what shows no fields: dates by their time, and others (a URL, an Error) by their text,
 * if they have one of their own.
 */
function haveEqualText(actual: object, expected: object): boolean {
  if (expected instanceof Date) return actual instanceof Date && Object.is(actual.getTime(), expected.getTime());
  const text = textOf(expected);
  return !text.startsWith('[object ') && text === textOf(actual);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.hasOwn(prototype, 'isPrototypeOf');
}
