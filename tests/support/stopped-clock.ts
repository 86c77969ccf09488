import type { Platform } from '../setup/platform.js';

const { platform } = globalThis as unknown as { platform: Platform };

/** Stops the clock in the tests of a block, also that of the package: `jest.advanceTimersByTime` moves it. */
export function stopClock(): void {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate', 'nextTick'] });
    const { setTimeout, clearTimeout, Date: clock } = globalThis;
    platform.clock = { setTimeout, clearTimeout, now: () => clock.now() };
  });

  afterEach(() => {
    delete platform.clock;
    jest.useRealTimers();
  });
}
