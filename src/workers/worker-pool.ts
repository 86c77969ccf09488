import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import { checkOptions, type CloseOptions, milliseconds } from '../core/index.js';
import { Deliveries } from './deliveries.js';
import { PiscinaThreads } from './piscina-threads.js';
import { completePoolOptions, poolChecks, type PoolOptions } from './pool-options.js';

/**
 * How a pool of worker threads serves its handlers. `threads` is by default one less than the machine runs at once.
 *
 * @example
 * ```ts
 * const options: WorkerPoolOptions = { catalog, bus, resourceLimits: { maxOldGenerationSizeMb: 256 } };
 * ```
 */
export interface WorkerPoolOptions extends PoolOptions {
  /** How much memory a thread may take, as `new Worker` has it. One that takes more ends, and its delivery fails. */
  readonly resourceLimits?: ResourceLimits | undefined;
}

/**
 * Worker threads for the handlers that `inWorker` makes. A thread makes one delivery at a time. They start with
 * the pool, and do not keep the process alive while they have nothing to do. A thread that crashes, exits or has
 * to be terminated is replaced.
 *
 * @throws TypeError for an option that is unknown, impossible or missing; Error for a piscina before 5.
 * @example
 * ```ts
 * const pool = new WorkerPool({ catalog, bus, threads: 2 });
 * const thumbnail = inWorker(new URL('./thumbnail.worker.js', import.meta.url), { pool });
 * bus.subscribe(ImageUploaded, thumbnail, { timeout: 10_000 });
 * // At the end:
 * await bus.close({ timeout: 30_000 });
 * await pool.close({ timeout: 1_000 });
 * ```
 */
export class WorkerPool implements AsyncDisposable {
  /** @internal */
  readonly deliveries: Deliveries<URL>;

  constructor(options: WorkerPoolOptions) {
    const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
    const checks = { ...poolChecks, resourceLimits: ['an object of numbers', isObject] as const };
    const complete = completePoolOptions(options, checks, Math.max(1, availableParallelism() - 1));
    this.deliveries = new Deliveries(complete, new PiscinaThreads(complete.threads, options.resourceLimits));
  }

  /**
   * Ends the threads, once all deliveries of the pool have settled; until then it takes further ones. Close the bus
   * first. Closing twice waits for the same end. Rejects with `CloseTimeoutError`, which names what was left, when that
   * takes longer than `timeout` ms: the threads are terminated all the same, and what was left is rejected.
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
