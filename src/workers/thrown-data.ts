import { describe, textOf } from '../core/index.js';

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
    }
  | { readonly type: 'list'; readonly items: readonly ThrownData[] }
  | { readonly type: 'value'; readonly value: unknown };

const standardFields = new Set(['name', 'message', 'stack']);
// Causes may be a long chain; the stack that follows it is not endless.
const maxDepth = 8;

export function thrownData(thrown: unknown, depth = 0, dataByError = new Map<Error, ThrownData>()): ThrownData {
  if (Array.isArray(thrown) && thrown.some(isError) && depth < maxDepth) {
    return { type: 'list', items: thrown.map((item) => thrownData(item, depth + 1, dataByError)) };
  }
  if (!isError(thrown)) return { type: 'value', value: cloneable(thrown) };
  const known = dataByError.get(thrown);
  if (known) return known;
  if (depth === maxDepth) return { type: 'value', value: textOf(thrown) };
  const { name, message, stack } = thrown;
  const fields = new Map<string, ThrownData>();
  const text = typeof stack === 'string' ? stack : undefined;
  const data: ThrownData = { type: 'error', name: String(name), message, stack: text, fields };
  dataByError.set(thrown, data);
  for (const key of Object.getOwnPropertyNames(thrown)) {
    if (standardFields.has(key)) continue;
    fields.set(key, thrownData((thrown as unknown as Record<string, unknown>)[key], depth + 1, dataByError));
  }
  return data;
}

/** An error that says what the one on the other side said. What was no error is the `cause` of one. */
export function errorOf(thrown: ThrownData): Error {
  const value = valueOf(thrown, new Map());
  return thrown.type === 'error' ? (value as Error) : new Error(`${describe(value)} was thrown.`, { cause: value });
}

function valueOf(thrown: ThrownData, errorByData: Map<ThrownData, Error>): unknown {
  if (thrown.type === 'value') return thrown.value;
  if (thrown.type === 'list') return thrown.items.map((item) => valueOf(item, errorByData));
  const known = errorByData.get(thrown);
  if (known) return known;
  const { name, message, stack, fields } = thrown;
  const error = new Error(message);
  errorByData.set(thrown, error);
  // Defined, not assigned: a key may be one with a setter.
  const define = (key: string, value: unknown, enumerable: boolean): unknown =>
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  for (const [key, value] of fields) define(key, valueOf(value, errorByData), key !== 'cause');
  define('name', name, false);
  define('stack', stack, false);
  return error;
}

/** Also those of other realms, and a `DOMException`. */
function isError(thrown: unknown): thrown is Error {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    typeof (thrown as Partial<Error>).message === 'string' &&
    (thrown instanceof Error || typeof (thrown as Partial<Error>).stack === 'string')
  );
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return textOf(value);
  }
}
