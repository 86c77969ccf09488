/**
 * Collects what surfaces as the platform's uncaught error while a test runs, so that it does not end the test run.
 * That it really is uncaught is tested in processes of their own.
 */
export function collectUncaughtErrors(): unknown[] {
  const errors: unknown[] = [];
  const { queueMicrotask } = globalThis;

  beforeEach(() => {
    errors.length = 0;
    globalThis.queueMicrotask = (callback) =>
      queueMicrotask(() => {
        try {
          callback();
        } catch (error) {
          errors.push(error);
        }
      });
  });

  afterEach(() => {
    globalThis.queueMicrotask = queueMicrotask;
  });

  return errors;
}
