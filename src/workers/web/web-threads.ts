import { reportUncaught } from '../../core/index.js';
import type { Task } from '../message.js';
import type { Threads } from '../threads.js';
import { WorkerEndedError } from '../worker-errors.js';
import type { WebWorker } from './web-worker.js';

/** What a thread is sent: a task, and the name of the handler that is to do it. */
export interface WebTask extends Task {
  readonly handler: string;
}

/**
 * A worker and the task that it does. A thread is *idle* (it has no task), *busy*, or *ended* (it is not among the
 * threads any more). The legal moves are idle → busy, busy → idle, and from either of them to ended.
 */
interface WebThread {
  readonly worker: WebWorker;
  task?: { readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void } | undefined;
}

/** Web Workers, made when they are needed and kept. The target is the name of a handler that they `serve`. */
export class WebThreads implements Threads<string> {
  readonly noHandler =
    'the worker has no such handler. Its script has to serve({ … }) it, made by workerHandler(catalog, handler).';
  readonly #create: () => WebWorker;
  readonly #all = new Set<WebThread>();
  readonly #idle: WebThread[] = [];

  constructor(create: () => WebWorker) {
    this.#create = create;
  }

  async run(handler: string, task: Task, transfer: readonly object[], signal: AbortSignal): Promise<unknown> {
    const thread = this.#idle.pop() ?? this.#start();
    const abort = (): void => this.#end(thread, signal.reason);
    try {
      const answer = new Promise<unknown>((resolve, reject) => (thread.task = { resolve, reject }));
      const message: WebTask = { ...task, handler };
      try {
        thread.worker.postMessage(message, transfer as never[]);
      } catch (error) {
        // The event cannot be cloned. The thread has not received it, so it stays usable.
        thread.task?.reject(error);
      }
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      return await answer;
    } finally {
      signal.removeEventListener('abort', abort);
      thread.task = undefined;
      if (this.#all.has(thread)) this.#idle.push(thread);
    }
  }

  async close(): Promise<void> {
    for (const thread of this.#all) this.#end(thread, new Error('The pool is closed.'));
  }

  #start(): WebThread {
    const thread: WebThread = { worker: this.#create() };
    this.#all.add(thread);
    thread.worker.addEventListener('message', ({ data }) => thread.task?.resolve(data));
    // A Web Worker goes on after an error that nobody caught; nobody knows in what state.
    thread.worker.addEventListener('error', ({ message }) => {
      const problem = message ?? 'its script cannot be loaded';
      if (!thread.task) {
        reportUncaught(
          new WorkerEndedError(`A worker ended by an error that was thrown between deliveries: ${problem}`),
        );
      }
      this.#end(thread, new Error(problem));
    });
    return thread;
  }

  #end(thread: WebThread, error: unknown): void {
    this.#all.delete(thread);
    const index = this.#idle.indexOf(thread);
    if (index >= 0) this.#idle.splice(index, 1);
    thread.worker.terminate();
    thread.task?.reject(error);
  }
}
