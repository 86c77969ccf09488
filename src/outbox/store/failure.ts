import { textOf } from '../../core/index.js';

/**
 * One failed attempt, in a delivery's history.
 *
 * @example
 * ```ts
 * for (const { attempt, at, message } of letter.errors) console.log(attempt, at, message);
 * ```
 */
export interface FailureNote {
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** When, by the database's clock, in ISO 8601; undefined before it is written. */
  readonly at?: string | undefined;
  /** The name of the error. */
  readonly name: string;
  /** Its text. */
  readonly message: string;
  /** Its stack, where there is one. */
  readonly stack?: string | undefined;
}

/** What has become of an attempt that failed. */
export interface Failure {
  /** Whether the later rows of its key are *held* when it is *dead*, or go on without it. Default `hold`. */
  readonly afterDead?: 'hold' | 'pass' | undefined;
  /** Milliseconds until the next attempt. */
  readonly wait: number | 'dead';
  readonly note: FailureNote;
  /** False where the attempt says nothing about the handler, and does not count. */
  readonly counts: boolean;
}

// Long texts would make the history larger than the event.
const longest = 2_000;

/** The note of an error of any realm, or of whatever was thrown. Never throws: a note must not fail an attempt. */
export function noteOf(attempt: number, error: unknown): FailureNote {
  const [name, message, stack] = [textIn(error, 'name'), textIn(error, 'message'), textIn(error, 'stack')];
  if (name === undefined || message === undefined) return { attempt, name: typeof error, message: cut(error) };
  // Some libraries say in the cause alone what the matter was.
  const reason = textIn(fieldOf(error, 'cause'), 'message');
  const whole = reason === undefined ? message : `${message} (${reason})`;
  return { attempt, name: cut(name), message: cut(whole), stack: stack && cut(stack) };
}

const cut = (thrown: unknown): string => textOf(thrown).slice(0, longest);

function textIn(thrown: unknown, field: keyof Error): string | undefined {
  const value = fieldOf(thrown, field);
  return typeof value === 'string' ? value : undefined;
}

function fieldOf(thrown: unknown, field: keyof Error): unknown {
  try {
    return (thrown as Partial<Error> | null | undefined)?.[field];
  } catch {
    return undefined;
  }
}
