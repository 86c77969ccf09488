import type { EventCatalog } from '../catalog/index.js';
import type { HandlerContext } from '../core/index.js';
import { MainBus } from './main-bus.js';
import { answerAfterDelivery, type Task, type ToMain, type ToWorker } from './message.js';
import { type Failed, Refusals } from './refusals.js';
import { errorOf, thrownData } from './thrown-data.js';

/**
 * What a handler in a worker is given besides the event. `signal` aborts when the delivery does on the main thread; a
 * handler that does not heed it is terminated, with its thread, when the pool's `grace` is over.
 *
 * @example
 * ```ts
 * const thumbnail = async (event: ImageUploaded, { signal, mainBus }: WorkerContext) => {
 *   signal.throwIfAborted();
 *   await mainBus.publish(new ThumbnailMade(event.imageId));
 * };
 * ```
 */
export interface WorkerContext extends HandlerContext {
  /** The main thread's bus. */
  readonly mainBus: MainBus;
}

/**
 * A handler as its thread calls it: made by `workerHandler`, and called by nobody else.
 *
 * @example
 * ```ts
 * const handlers: Record<string, WorkerHandler> = { search: workerHandler(catalog, search) };
 * ```
 */
export type WorkerHandler = (task: never) => Promise<unknown>;

/**
 * The handler of a worker module, as its pool calls it. Events come as instances of their class: the catalog
 * makes them. It has to know every class that crosses, in either direction; most often it is the main thread's,
 * from a module that both import.
 *
 * @throws TypeError for what is no catalog or no function.
 * @example
 * ```ts
 * // thumbnail.worker.ts
 * export default workerHandler(catalog, async (event: ImageUploaded, { signal, mainBus }) => {
 *   const thumbnail = await resize(event.path, { signal });
 *   await mainBus.publish(new ThumbnailMade(event.imageId, thumbnail));
 * });
 * ```
 */
export function workerHandler(
  catalog: EventCatalog,
  handler: (event: never, context: WorkerContext) => unknown,
): WorkerHandler {
  if (typeof catalog?.read !== 'function' || typeof handler !== 'function') {
    throw new TypeError(
      'workerHandler takes a catalog and a function, as in workerHandler(catalog, async (event: ImageUploaded) => …).',
    );
  }
  return (task: Task) => serve(task, catalog, handler as (event: object, context: WorkerContext) => unknown);
}

async function serve(
  { event: written, context, port }: Task,
  catalog: EventCatalog,
  handler: (event: object, context: WorkerContext) => unknown,
): Promise<typeof answerAfterDelivery> {
  const post = (message: ToMain): void => port.postMessage(message, []);
  const refusals = new Refusals();
  const mainBus = new MainBus(catalog, port, refusals);
  const controller = new AbortController();
  port.addEventListener('message', ({ data }) => {
    const message = data as ToWorker;
    if (message.type === 'abort') controller.abort(errorOf(message.reason));
    else mainBus.settle(message);
  });
  port.start();
  post({ type: 'started' });
  let own: Failed | undefined;
  try {
    const event = await catalog.read(written.name, written.version, written.data);
    await handler(event, { ...context, signal: controller.signal, mainBus });
  } catch (error) {
    own = { error };
  }
  await mainBus.end();
  const failure = refusals.failure(own);
  // Behind all that was published, on the same port: when this arrives, nothing is on its way any more.
  post(failure ? { type: 'rejected', reason: thrownData(failure.error) } : { type: 'fulfilled' });
  mainBus.release();
  return answerAfterDelivery;
}
