import { settledWithin, unrefTimers } from '../../core/index.js';

// Milliseconds that a suspect has to itself: enough to end a process that it ends, and little for those that wait.
const alone = 1_000;

/**
 * Deliveries that were begun and not ended, again and again: in case that one of them ends processes, they begin one after another, so
 * that others that were merely near it get through. One that hangs, or is slow, is not waited for long.
 */
export class PoisonGuard {
  #turn: Promise<unknown> = Promise.resolve();

  /** Makes one when it has its turn. */
  runAlone<T>(make: () => Promise<T>): Promise<T> {
    const made = this.#turn.then(make);
    this.#turn = this.#turn.then(() => settledWithin(made, alone, unrefTimers)).catch(() => undefined);
    return made;
  }
}
