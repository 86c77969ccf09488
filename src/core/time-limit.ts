/** The timers of a platform. */
export interface Timers {
  setTimeout(this: void, callback: () => void, ms: number): unknown;
  clearTimeout(this: void, timer: unknown): void;
}

/**
 * The platform's, taken when the package is loaded. A test may stop the clock later, and a time limit that hangs on it
 * would never come.
 */
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;
const platformTimers: Timers = { setTimeout: startTimer, clearTimeout: stopTimer };

/** Timers that do not keep a process alive, on platforms that know the difference. */
export const unrefTimers: Timers = {
  setTimeout(callback, ms) {
    const timer = startTimer(callback, ms) as { unref?(): unknown };
    timer.unref?.();
    return timer;
  },
  clearTimeout: stopTimer,
};

/**
 * Returns a promise that settles as the given one does, or rejects with the error after `ms` milliseconds. Without `ms`
 * there is no limit.
 */
export function withTimeout<T>(
  promise: Promise<T>,
  ms: number | undefined,
  error: () => unknown,
  { setTimeout, clearTimeout }: Timers = platformTimers,
): Promise<T> {
  if (ms === undefined) return promise;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(error()), ms);
    // Otherwise the timer would keep the process alive.
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/**
 * Resolves with whether the promise is fulfilled within `ms` milliseconds. Without `ms` there is no limit.
 *
 * @throws what the promise rejects with within that time.
 */
export async function settledWithin(
  promise: Promise<unknown>,
  ms: number | undefined,
  timers?: Timers,
): Promise<boolean> {
  const late = Symbol();
  try {
    await withTimeout(promise, ms, () => late, timers);
    return true;
  } catch (error) {
    if (error === late) return false;
    throw error;
  }
}
