import { aFunction, checkOptions, type CloseOptions, milliseconds } from '../../core/index.js';
import { Deliveries } from '../deliveries.js';
import { completePoolOptions, poolChecks, type PoolOptions } from '../pool-options.js';
import { WebThreads } from './web-threads.js';
import type { WebWorker } from './web-worker.js';

/**
 * How a pool of Web Workers serves its handlers. `threads` is 1 by default.
 *
 * @example
 * ```ts
 * const create = () => new Worker(new URL('./search.worker.js', import.meta.url), { type: 'module' });
 * const options: WebWorkerPoolOptions = { catalog, bus, create };
 * ```
 */
export interface WebWorkerPoolOptions extends PoolOptions {
  /** Makes a worker whose script calls `serve`. In the page's code, for bundlers look for `new Worker(new URL(…))`. */
  readonly create: () => WebWorker;
}

/**
 * Web Workers for the handlers that `inWorker` names. A worker makes one delivery at a time. They are made when they
 * are needed. One that throws what nobody catches, or has to be terminated, is replaced.
 *
 * @throws TypeError for an option that is unknown, impossible or missing.
 * @example
 * ```ts
 * const pool = new WebWorkerPool({
 *   catalog,
 *   bus,
 *   create: () => new Worker(new URL('./search.worker.js', import.meta.url), { type: 'module' }),
 * });
 * bus.subscribe(SearchRequested, inWorker('search', { pool }), { timeout: 10_000 });
 * ```
 */
export class WebWorkerPool implements AsyncDisposable {
  /** @internal */
  readonly deliveries: Deliveries<string>;

  constructor(options: WebWorkerPoolOptions) {
    const complete = completePoolOptions(options, { ...poolChecks, create: aFunction }, 1);
    if (!options.create) throw new TypeError("A WebWorkerPool needs the option 'create', which makes a Worker.");
    this.deliveries = new Deliveries(complete, new WebThreads(options.create));
  }

  /**
   * Ends the workers, once all deliveries of the pool have settled; until then it takes further ones. Close the bus
   * first. Closing twice waits for the same end. Rejects with `CloseTimeoutError`, which names what was left, when that
   * takes longer than `timeout` ms: the workers are terminated all the same, and what was left is rejected.
   * @example await pool.close({ timeout: 10_000 });
   */
  async close(options?: CloseOptions): Promise<void> {
    checkOptions(options, { timeout: milliseconds });
    await this.deliveries.close(options?.timeout);
  }

  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
