/**
 * The event matchers with their types for jest's `expect`: the global one, and that of
 * `@jest/globals`. It loads nothing of jest.
 *
 * @module
 */
// What is not in the program cannot be extended, and none of its names is needed.
// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers
import type {} from 'expect';
import type { EventMatchers } from '../event-matchers.js';

export type { Claim } from '../claim.js';
export { eventMatchers, type EventMatchers } from '../event-matchers.js';

declare global {
  namespace jest {
    // The names of the parameters are jest's.
    interface Matchers<R, T> extends EventMatchers<R> {}
  }
}

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends EventMatchers<R> {}
}
