import { settledWithin, unrefTimers } from '../../core/index.js';

// How long (ms) a suspect runs alone: long enough to crash the process, short enough for the queue.
const aloneTime = 1_000;

/**
 * Runs suspects one after another: deliveries that were started repeatedly without an end. If one of them crashes the
 * process, the others were merely near it, and get through. A suspect that hangs, or is slow, is not waited for long.
 */
export class PoisonGuard {
  #turn: Promise<unknown> = Promise.resolve();

  /** Runs a suspect when it has its turn. */
  runAlone<T>(run: () => Promise<T>): Promise<T> {
    const running = this.#turn.then(run);
    this.#turn = this.#turn.then(() => settledWithin(running, aloneTime, unrefTimers)).catch(() => undefined);
    return running;
  }
}
