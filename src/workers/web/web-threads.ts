import { reportUncaught } from '../../core/index.js';
import type { Task } from '../message.js';
import type { Threads } from '../threads.js';
import { WorkerEndedError } from '../worker-errors.js';
import type { WebWorker } from './web-worker.js';

/** What a thread is sent: a task, and the name of the handler that is to do it. */
export interface WebTask extends Task {
  readonly handler: string;
}

interface WebThread {
  readonly worker: WebWorker;
  /** Of the task that it does. */
  answer?: ((answer: unknown) => void) | undefined;
  end?: ((error: unknown) => void) | undefined;
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
      const answered = new Promise<unknown>((answer, end) => Object.assign(thread, { answer, end }));
      const message: WebTask = { ...task, handler };
      try {
        thread.worker.postMessage(message, transfer as never[]);
      } catch (error) {
        // It cannot be cloned, and the thread has heard nothing of it.
        thread.answer?.(Promise.reject(error));
      }
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      return await answered;
    } finally {
      signal.removeEventListener('abort', abort);
      thread.answer = thread.end = undefined;
      if (this.#all.has(thread)) this.#idle.push(thread);
    }
  }

  async close(): Promise<void> {
    for (const thread of this.#all) this.#end(thread, new Error('The pool is closed.'));
  }

  #start(): WebThread {
    const thread: WebThread = { worker: this.#create() };
    this.#all.add(thread);
    thread.worker.addEventListener('message', ({ data }) => thread.answer?.(data));
    // A Web Worker goes on after an error that nobody caught; nobody knows in what state.
    thread.worker.addEventListener('error', ({ message }) => {
      const problem = message ?? 'its script cannot be loaded';
      if (!thread.end) {
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
    const place = this.#idle.indexOf(thread);
    if (place >= 0) this.#idle.splice(place, 1);
    thread.worker.terminate();
    thread.end?.(error);
  }
}
