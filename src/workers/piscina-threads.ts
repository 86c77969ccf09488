import type { ResourceLimits, TransferListItem } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { reportUncaught, textOf } from '../core/index.js';
import type { Task } from './message.js';
import type { Threads } from './threads.js';
import { WorkerEndedError } from './worker-errors.js';

/** Worker threads, kept and replaced by piscina. The target is the module whose default export is the handler. */
export class PiscinaThreads implements Threads<URL> {
  readonly noHandler = 'the module does not export default workerHandler(catalog, handler).';
  readonly #piscina: Piscina;
  /** One for each task that is being done, or waits for a thread that starts. */
  readonly #runs = new Set<AbortController>();

  /** @throws Error for a piscina that cannot serve. */
  constructor(threads: number, resourceLimits: ResourceLimits | undefined) {
    // Older ones know no `atomics`. Their threads would sleep, and hear of nothing that comes between tasks.
    if (Number.parseInt(Piscina.version, 10) < 5) {
      throw new Error(
        `WorkerPool needs piscina 5 or newer, and found ${Piscina.version}. Install it: npm install piscina@5.`,
      );
    }
    this.#piscina = new Piscina({
      minThreads: threads,
      maxThreads: threads,
      // Threads that sleep until the next task would hear of nothing that comes between tasks.
      atomics: 'disabled',
      recordTiming: false,
      ...(resourceLimits && { resourceLimits }),
    });
    this.#piscina.on('error', (cause: unknown) => this.#onError(cause));
  }

  async run(module: URL, task: Task, transfer: readonly object[], signal: AbortSignal): Promise<unknown> {
    const transferList = transfer as readonly TransferListItem[] as TransferListItem[];
    const ending = new AbortController();
    const end = (): void => ending.abort(signal.reason);
    this.#runs.add(ending);
    signal.addEventListener('abort', end);
    try {
      return await this.#piscina.run(task, { filename: module.href, transferList, signal: ending.signal });
    } catch (error) {
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      signal.removeEventListener('abort', end);
      this.#runs.delete(ending);
    }
  }

  close(): Promise<void> {
    return this.#piscina.destroy();
  }

  /** Handles the failure of a thread that had no task. */
  #onError(cause: unknown): void {
    // The answer of a thread that was terminated while it answered: its delivery has failed of that.
    if ((cause as Partial<Error> | undefined)?.message?.startsWith('Unexpected message from Worker')) return;
    if (this.#runs.size > 0 && this.#piscina.threads.length === 0) {
      // It died while it started, and piscina starts no others then: what waits for a thread would wait for ever.
      for (const run of this.#runs) run.abort(cause);
      return;
    }
    // Thrown while no delivery was running, so none can fail of it.
    reportUncaught(
      new WorkerEndedError(`A worker ended by an error that was thrown between deliveries: ${textOf(cause)}`, {
        cause,
      }),
    );
  }
}
