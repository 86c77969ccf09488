import type { HandlerFailed } from './handler-failed.js';
import { isThenable } from '../thenable.js';
import { reportUncaught } from '../uncaught.js';

/** Where a failure goes that neither a publisher nor a handler of `HandlerFailed` takes: never into silence. */
export function lastResort(failure: HandlerFailed, onError: ((failure: HandlerFailed) => unknown) | undefined): void {
  if (!onError) return reportUncaught(failure.error);
  const failed = (error: unknown): void => {
    reportUncaught(error);
    // Unless that is what `onError` threw, the failure has still reached nobody.
    if (error !== failure.error) reportUncaught(failure.error);
  };
  try {
    const result = onError(failure);
    if (isThenable(result)) Promise.resolve(result).then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}
