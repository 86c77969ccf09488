import { describe, isInstance, textOf } from '../core/index.js';

/**
 * What was thrown, as it crosses. Structured clone alone would lose the name of an error that is none of
 * the language's, its other fields, and all of it where one of them cannot be cloned. An error that is met
 * twice is the same object twice.
 */
export type ThrownData =
  | {
      readonly type: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      /** All else that the error says, such as `code` and `cause`. */
      readonly fields: Map<string, ThrownData>;
      /** Those of them that are not enumerable, so that they stay out of logs. */
      readonly hidden: readonly string[];
    }
  | { readonly type: 'list'; readonly items: readonly ThrownData[] }
  | { readonly type: 'value'; readonly value: unknown };

// Causes may be a long chain; the stack that follows it is not endless.
const maxDepth = 8;
const untold = '(what cannot be told)';

/** Never throws: an error may have getters that do, or be a proxy that was revoked. */
export function thrownData(thrown: unknown): ThrownData {
  return attempt<ThrownData>(() => dataOf(thrown, 0, new Map()), { type: 'value', value: untold });
}

function dataOf(thrown: unknown, depth: number, dataByError: Map<object, ThrownData>): ThrownData {
  if (isListOfErrors(thrown) && depth < maxDepth) {
    return { type: 'list', items: thrown.map((item) => dataOf(item, depth + 1, dataByError)) };
  }
  if (!isError(thrown)) return { type: 'value', value: cloneable(thrown) };
  const known = dataByError.get(thrown);
  if (known) return known;
  if (depth === maxDepth) return { type: 'value', value: textOf(thrown) };
  const stack = fieldOf(thrown, 'stack');
  const fields = new Map<string, ThrownData>();
  const hidden: string[] = [];
  const data: ThrownData = {
    type: 'error',
    name: textOf(fieldOf(thrown, 'name')),
    message: textOf(fieldOf(thrown, 'message')),
    stack: typeof stack === 'string' ? stack : undefined,
    fields,
    hidden,
  };
  dataByError.set(thrown, data);
  for (const key of attempt(() => Object.getOwnPropertyNames(thrown), [])) {
    // Functions cross as text, and an error whose toString is a text cannot be written.
    if (key === 'stack' || key in Error.prototype) continue;
    fields.set(key, dataOf(fieldOf(thrown, key), depth + 1, dataByError));
    if (!attempt(() => Object.prototype.propertyIsEnumerable.call(thrown, key), true)) hidden.push(key);
  }
  return data;
}

/**
 * An error that says what the one on the other side said. What was no error is the `cause` of one.
 *
 * @throws an Error of some kind for data that `thrownData` has not made.
 */
export function errorOf(thrown: ThrownData): Error {
  const value = valueOf(thrown, new Map());
  if (thrown.type === 'error') return value as Error;
  return new Error(`${describe(value)} was thrown.`, { cause: value });
}

function valueOf(thrown: ThrownData, errorByData: Map<ThrownData, Error>): unknown {
  if (thrown.type === 'value') return thrown.value;
  if (thrown.type === 'list') return thrown.items.map((item) => valueOf(item, errorByData));
  if (thrown.type !== 'error') throw new TypeError('What was thrown is said in no known way.');
  const known = errorByData.get(thrown);
  if (known) return known;
  const { name, message, stack, fields, hidden } = thrown;
  const error = new Error(message);
  errorByData.set(thrown, error);
  // Defined, not assigned: a key may be one with a setter.
  const define = (key: string, value: unknown, enumerable: boolean): unknown =>
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  for (const [key, value] of fields) define(key, valueOf(value, errorByData), !hidden.includes(key));
  define('name', name, false);
  define('stack', stack, false);
  return error;
}

/** Also those of other realms, and a `DOMException`. */
function isError(thrown: unknown): thrown is object {
  if (typeof thrown !== 'object' || thrown === null) return false;
  if (isInstance(thrown, Error)) return true;
  const isText = (key: string): boolean => attempt(() => typeof Reflect.get(thrown, key) === 'string', false);
  return isText('message') && isText('stack');
}

function isListOfErrors(thrown: unknown): thrown is readonly unknown[] {
  return attempt(() => Array.isArray(thrown) && thrown.some(isError), false);
}

/** The value of a field, or in words what came of reading it. */
function fieldOf(thrown: object, key: string): unknown {
  try {
    return Reflect.get(thrown, key);
  } catch (error) {
    return `(reading ${key} threw ${textOf(error)})`;
  }
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return textOf(value);
  }
}

function attempt<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
