import { aFunction, checkOptions, type Checks, describe, type Handler } from '../../core/index.js';
import { remoteHandler, type RemoteHandlerOptions } from '../remote-handler.js';
import { WebWorkerPool } from './web-worker-pool.js';

/**
 * Where a handler runs, and what goes with its events.
 *
 * @example
 * ```ts
 * const options: InWorkerOptions<ImagePasted> = { pool, transfer: (event) => [event.pixels] };
 * ```
 */
export interface InWorkerOptions<E extends object = object> extends RemoteHandlerOptions<E> {
  /** Whose workers run it. */
  readonly pool: WebWorkerPool;
}

const checks: Checks<InWorkerOptions> = {
  pool: ['a WebWorkerPool', (value) => value instanceof WebWorkerPool],
  transfer: aFunction,
};

/**
 * An async handler whose body runs on a Web Worker: the one that its script serves by this name. All options of
 * `subscribe` hold. Its failure is the delivery's failure, with the name, message and stack that it has in the worker.
 * While the delivery waits for a worker, observers see it `waiting`.
 *
 * An event whose class is not in the pool's catalog is refused: when it is subscribed, or, for a subclass of what
 * was subscribed, when it comes.
 *
 * @throws TypeError for what is no name, and for options that cannot work.
 * @example
 * ```ts
 * bus.subscribe(SearchRequested, inWorker('search', { pool }), { timeout: 10_000 });
 * ```
 */
export function inWorker<E extends object>(name: string, options: InWorkerOptions<E>): Handler<E> {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(
      `inWorker takes the name of a handler that the worker serves, as in inWorker('search', { pool }), not ${describe(name)}.`,
    );
  }
  checkOptions(options as InWorkerOptions, checks);
  if (!options?.pool) throw new TypeError("inWorker needs the option 'pool', as in inWorker('search', { pool }).");
  return remoteHandler(options.pool.deliveries, name, name, options);
}
