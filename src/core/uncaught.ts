// Taken when the package is loaded: fake timers of a test would swallow the error.
const { queueMicrotask } = globalThis;

/**
 * Hands an error that nobody waits for to the platform, as the very object that was thrown: `uncaughtException` in
 * Node, `error` in browsers and workers. From a microtask, so that no handler and no publisher is cut short.
 */
export function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
