import type { Signal } from '../core/index.js';
import type { Task } from './message.js';

/** The threads of a pool, whatever they are made of. `Target` says which handler is to be called. */
export interface Threads<Target> {
  /** What is wrong when a thread does not answer as a handler does: for messages. */
  readonly noHandler: string;
  /**
   * Has a free thread do a task; called for as many at once as there are threads. Fulfilled with what the thread
   * answers, when it is free again. Rejects when it ended, and when the signal aborts: then the thread is terminated.
   * Either way another takes its place.
   */
  run(target: Target, task: Task, transfer: readonly object[], signal: Signal): Promise<unknown>;
  /** Terminates all threads. */
  close(): Promise<void>;
}
