import { aFunction, checkOptions, type Checks, describe, type Handler } from '../core/index.js';
import { remoteHandler, type RemoteHandlerOptions } from './remote-handler.js';
import { WorkerPool } from './worker-pool.js';

/**
 * Where a handler runs, and what goes with its events.
 *
 * @example
 * ```ts
 * const options: InWorkerOptions<ImageUploaded> = { pool, transfer: (event) => [event.pixels] };
 * ```
 */
export interface InWorkerOptions<E extends object = object> extends RemoteHandlerOptions<E> {
  /** Whose threads run it. */
  readonly pool: WorkerPool;
}

const checks: Checks<InWorkerOptions> = {
  pool: ['a WorkerPool', (value) => value instanceof WorkerPool],
  transfer: aFunction,
};

/**
 * An async handler whose body runs on a worker thread: the default export of a module, made by `workerHandler`. All
 * options of `subscribe` hold. Its failure is the delivery's failure, with the name, message and stack that it has in
 * the worker. While the delivery waits for a thread, observers see it `waiting`.
 *
 * An event whose class is not in the pool's catalog is refused: when it is subscribed, or, for a subclass of what
 * was subscribed, when it comes.
 *
 * @throws TypeError for a module that is no file: URL, and for options that cannot work.
 * @example
 * ```ts
 * const thumbnail = inWorker(new URL('./thumbnail.worker.js', import.meta.url), { pool });
 * bus.subscribe(ImageUploaded, thumbnail, { timeout: 10_000 });
 * ```
 */
export function inWorker<E extends object>(module: URL, options: InWorkerOptions<E>): Handler<E> {
  if (typeof module?.href !== 'string' || !module.href.startsWith('file:')) {
    throw new TypeError(
      `inWorker takes the file: URL of a module, as in new URL('./thumbnail.worker.js', import.meta.url), not ${describe(module)}.`,
    );
  }
  checkOptions(options as InWorkerOptions, checks);
  if (!options?.pool) throw new TypeError("inWorker needs the option 'pool', as in inWorker(url, { pool }).");
  const file = decodeURIComponent(module.pathname.slice(module.pathname.lastIndexOf('/') + 1));
  return remoteHandler(options.pool.deliveries, module, file, options);
}
