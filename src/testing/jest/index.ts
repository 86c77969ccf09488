/**
 * The event matchers with their types for jest's `expect`: the global one, and that of
 * `@jest/globals`. It loads nothing of jest.
 *
 * @module
 */
import type { EventMatchers } from '../event-matchers.js';

// The declarations of expect have to come before what extends them. An import of no names would be left out of ours.
// oxlint-disable-next-line unicorn/require-module-specifiers
export type {} from 'expect';
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
