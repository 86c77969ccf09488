/// <reference lib="es2021.promise" preserve="true" />
import { textOf } from '../core/index.js';

/**
 * The worker could not finish a delivery: its module cannot be loaded, it crashed, exited, ran out of memory, or was
 * terminated because its handler did not heed `context.signal`. The message names event and handler; `cause` is what
 * the platform said. That may be what an earlier delivery of the thread left behind. Whether the handler did its work
 * is not known. The thread is replaced, and no other delivery is lost.
 *
 * @example
 * ```ts
 * const isRetryable = (error: unknown): boolean => error instanceof WorkerEndedError;
 * ```
 */
export class WorkerEndedError extends Error {
  override readonly name = 'WorkerEndedError';
}

/**
 * All threads are busy, the queue is full, and the pool was made with `whenFull: 'fail'`. The
 * handler has not been called.
 *
 * @example
 * ```ts
 * const pool = new WorkerPool({ catalog, bus, threads: 2, queue: 100, whenFull: 'fail' });
 * ```
 */
export class WorkerQueueFullError extends Error {
  override readonly name = 'WorkerQueueFullError';
}

/**
 * The pool is closed, and takes no deliveries any more.
 *
 * @example
 * ```ts
 * await bus.close(); // first, for its deliveries need the pool
 * await pool.close();
 * ```
 */
export class WorkerPoolClosedError extends Error {
  override readonly name = 'WorkerPoolClosedError';
}

/**
 * What `mainBus.publish` rejects with inside a worker: handlers on the main thread failed, or the event could not be
 * published there. `errors` says what each of them threw, by name, message and stack.
 *
 * @example
 * ```ts
 * await mainBus.publish(new ThumbnailMade(id)).catch((error: RemotePublishError) => console.error(error.errors));
 * ```
 */
export class RemotePublishError extends AggregateError {
  override readonly name = 'RemotePublishError';

  /** @internal */
  constructor(event: string, errors: readonly Error[]) {
    const lines = errors.map((error) => `\n  ${textOf(error)}`).join('');
    super(errors, `${event} was published on the main thread, and failed there:${lines}`);
  }
}
