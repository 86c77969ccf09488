import type { ResourceLimits, TransferListItem } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { surface, textOf } from '../core/index.js';
import type { Task } from './message.js';
import type { Threads } from './threads.js';
import { WorkerEndedError } from './worker-errors.js';

/** Worker threads, kept and replaced by piscina. The target is the module whose default export is the handler. */
export class PiscinaThreads implements Threads<URL> {
  readonly noHandler = 'the module does not export default workerHandler(catalog, handler).';
  readonly #piscina: Piscina;

  constructor(threads: number, resourceLimits: ResourceLimits | undefined) {
    this.#piscina = new Piscina({
      minThreads: threads,
      maxThreads: threads,
      // Threads that sleep until the next task would hear of nothing that comes between tasks.
      atomics: 'disabled',
      recordTiming: false,
      ...(resourceLimits && { resourceLimits }),
    });
    // Thrown while no delivery was running, so none can fail of it.
    this.#piscina.on('error', (cause: unknown) =>
      surface(
        new WorkerEndedError(`A worker ended by an error that was thrown between deliveries: ${textOf(cause)}`, {
          cause,
        }),
      ),
    );
  }

  run(module: URL, task: Task, transfer: readonly object[], signal: AbortSignal): Promise<unknown> {
    const transferList = transfer as readonly TransferListItem[] as TransferListItem[];
    return this.#piscina.run(task, { filename: module.href, transferList, signal });
  }

  close(): Promise<void> {
    return this.#piscina.destroy();
  }
}
