/**
 * The event matchers with their types for vitest's `expect`. It loads nothing of vitest.
 *
 * @module
 */
import type { EventMatchers } from '../event-matchers.js';

// The declarations of vitest have to come before what extends them. An import of no names would be left out of ours.
// oxlint-disable-next-line unicorn/require-module-specifiers
export type {} from 'vitest';
export type { Claim } from '../claim.js';
export { eventMatchers, type EventMatchers } from '../event-matchers.js';

declare module 'vitest' {
  // The name of the parameter is vitest's.
  interface Assertion<T> extends EventMatchers {}
}
