import { describe, textOf } from '../core/index.js';

/**
 * What was thrown, as it crosses. Structured clone alone would lose the name of an error that is none of the language's, its
 * other fields, and all of it where one of them cannot be cloned.
 */
export type ThrownData =
  | {
      readonly type: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly cause: ThrownData | undefined;
      /** All else that the error says, such as `code`. */
      readonly fields: ReadonlyMap<string, unknown>;
    }
  | { readonly type: 'value'; readonly value: unknown };

const ownOfErrors = new Set(['name', 'message', 'stack', 'cause']);
// A cause may be its own cause.
const deepestCause = 8;

export function thrownData(thrown: unknown, depth = 0): ThrownData {
  if (!isError(thrown)) return { type: 'value', value: cloneable(thrown) };
  const { name, message, stack, cause } = thrown;
  const fields = new Map<string, unknown>();
  for (const key of Object.getOwnPropertyNames(thrown)) {
    if (!ownOfErrors.has(key)) fields.set(key, cloneable((thrown as unknown as Record<string, unknown>)[key]));
  }
  return {
    type: 'error',
    name: String(name),
    message,
    stack,
    cause: cause === undefined || depth === deepestCause ? undefined : thrownData(cause, depth + 1),
    fields,
  };
}

/** An error that says what the one on the other side said. What was no error is the `cause` of one. */
export function errorOf(thrown: ThrownData): Error {
  if (thrown.type === 'value') return new Error(`${describe(thrown.value)} was thrown.`, { cause: thrown.value });
  const { name, message, stack, cause, fields } = thrown;
  const error = new Error(message, cause && { cause: cause.type === 'value' ? cause.value : errorOf(cause) });
  // Defined, not assigned: a key may be one with a setter.
  const define = (key: string, value: unknown, enumerable: boolean): unknown =>
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  for (const [key, value] of fields) define(key, value, true);
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
