import type { Platform } from '../setup/platform.js';

const { platform } = globalThis as unknown as { platform: Platform };

/**
 * Collects what surfaces as the platform's uncaught error while a test runs, so that it does not end the test run.
 * That it really is uncaught is tested in processes of their own.
 */
export function collectUncaughtErrors(): unknown[] {
  const errors: unknown[] = [];

  beforeEach(() => {
    errors.length = 0;
    platform.collectUncaughtError = (error) => errors.push(error);
  });

  afterEach(() => {
    delete platform.collectUncaughtError;
  });

  return errors;
}
