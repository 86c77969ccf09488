/**
 * Milliseconds after which a program that a test has started is ended, because it hangs. An idle machine needs a second.
 * A test itself has one limit too: `testTimeout` in jest.config.ts, which is longer.
 */
export const programLimit = 150_000;
