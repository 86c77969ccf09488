import { describe, escapeControl, textOf } from '../core/index.js';

/** What comes from outside, as a message shows it: on one line, and not all of it. */
export function quoted(value: unknown, longest = 80): string {
  // Cut first: it may have megabytes.
  const text = textOf(value);
  return escapeControl(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/** What a value is, for a message that must not tell what it says: a part of an event may be a secret. */
export function kindOf(value: unknown): string {
  if (value === '') return 'an empty string';
  return ['string', 'number', 'bigint', 'symbol'].includes(typeof value) ? `a ${typeof value}` : describe(value);
}
