import { isThenable } from './dispatch.js';
import type { HandlerFailed } from './handler-failed.js';
import { surface } from './uncaught.js';

/** Where a failure goes that neither a publisher nor a handler of `HandlerFailed` takes: never into silence. */
export class LastResort {
  constructor(private readonly onError: ((failure: HandlerFailed) => unknown) | undefined) {}

  take(failure: HandlerFailed): void {
    if (this.onError === undefined) return surface(failure.error);
    try {
      const result = this.onError(failure);
      if (isThenable(result)) Promise.resolve(result).then(undefined, (error: unknown) => this.#failed(error, failure));
    } catch (error) {
      this.#failed(error, failure);
    }
  }

  /** `onError` threw: what it threw surfaces, and the failure too unless that is what it threw. */
  #failed(error: unknown, failure: HandlerFailed): void {
    surface(error);
    if (error !== failure.error) surface(failure.error);
  }
}
