/**
 * The platform as the package finds it. It takes its clock and its queue when it is loaded and keeps them, so a test that
 * has to have its hands on them asks here: tests/support/stopped-clock.ts, tests/support/uncaught-errors.ts.
 */
export interface Platform {
  clock?: Pick<typeof globalThis, 'setTimeout' | 'clearTimeout'> & { now: () => number };
  collectUncaughtError?: (error: unknown) => void;
}

const { setTimeout, clearTimeout, queueMicrotask } = globalThis;
const { now } = Date;
const platform: Platform = ((globalThis as { platform?: Platform }).platform = {});

/** Keeps what is attached to a function of the platform, as `promisify` needs it. */
function wrapped<F extends Function>(original: F, wrapper: Function): F {
  return Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(original)) as F;
}

/** Timers of a stopped clock. It hands others on to the platform, which is this file: they would go round in a circle. */
const stoppedTimers = new Set<unknown>();

globalThis.setTimeout = wrapped(setTimeout, (...given: Parameters<typeof setTimeout>) => {
  if (!platform.clock) return setTimeout(...given);
  const timer = platform.clock.setTimeout(...given);
  stoppedTimers.add(timer);
  return timer;
});
globalThis.clearTimeout = (timer) =>
  stoppedTimers.delete(timer) ? platform.clock?.clearTimeout(timer) : clearTimeout(timer);
Date.now = () => (platform.clock?.now ?? now)();
globalThis.queueMicrotask = (callback) =>
  queueMicrotask(() => {
    if (!platform.collectUncaughtError) return callback();
    try {
      callback();
    } catch (error) {
      platform.collectUncaughtError(error);
    }
  });
