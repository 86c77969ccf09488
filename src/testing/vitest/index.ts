/**
 * The event matchers with their types for vitest's `expect`. It loads nothing of vitest.
 *
 * @module
 */
// What is not in the program cannot be extended, and none of its names is needed.
// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers
import type {} from 'vitest';
import type { EventMatchers } from '../event-matchers.js';

export type { Claim } from '../claim.js';
export { eventMatchers, type EventMatchers } from '../event-matchers.js';

declare module 'vitest' {
  // The name of the parameter is vitest's.
  interface Assertion<T> extends EventMatchers {}
}
