import { reportUncaught } from '../../core/index.js';
import type { WorkerHandler } from '../worker-handler.js';
import type { WebTask } from './web-threads.js';

/** What a worker script uses of its global scope. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (message: { readonly data: WebTask }) => void): void;
  addEventListener(type: 'unhandledrejection', listener: (event: UnhandledRejection) => void): void;
  postMessage(message: unknown, transfer: readonly object[]): void;
}
interface UnhandledRejection {
  readonly reason: unknown;
  preventDefault(): void;
}

/**
 * Serves the handlers of a worker script to the page's pool. Called once, in the script.
 *
 * @example
 * ```ts
 * // search.worker.ts
 * serve({
 *   search: workerHandler(catalog, async (event: SearchRequested, { mainBus }) => {
 *     await mainBus.publish(new SearchFinished(event.query, await find(event.query)));
 *   }),
 * });
 * ```
 */
export function serve(handlers: Readonly<Record<string, WorkerHandler>>): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.addEventListener('message', ({ data: task }) => {
    const handler = Object.hasOwn(handlers, task.handler) ? handlers[task.handler] : undefined;
    if (!handler) {
      // Anything but the answer of a handler: the page says so in the delivery's failure.
      scope.postMessage('unknown handler', []);
      return;
    }
    handler(task as never).then((answer) => scope.postMessage(answer, []), reportUncaught);
  });
  // A page hears of errors alone.
  scope.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    reportUncaught(event.reason);
  });
}
