import type { LogEnd, LogReader } from '../store/log-end.js';

// How often (ms) the end of the log is read. The rows between the mark and the end of the log are
// fetched again until it has moved.
const readInterval = 100;

/**
 * The place in the log up to which the log is complete.
 *
 * Sequence numbers are assigned before commit, so a row with a lower number can appear after a row with a higher
 * one. Rows above the mark are fetched again for that reason. A relay that joins again needs a new mark, because
 * it may reach another server.
 */
export class HighWaterMark {
  readonly #store: LogReader;
  /** The end of the log at which the mark will be when it is complete. */
  #next: LogEnd | undefined;
  #dueAt = 0;
  #seq = 0;

  constructor(store: LogReader) {
    this.#store = store;
  }

  /** No event will be committed any more up to this place. */
  get seq(): number {
    return this.#seq;
  }

  /**
   * Moves the mark on, at most once in an interval, to an end of the log that was read before and is complete by now.
   */
  async advance(): Promise<void> {
    if (performance.now() < this.#dueAt) return;
    const end = this.#next;
    if (end && (await end.isComplete())) {
      this.#seq = end.seq;
      this.#next = undefined;
    }
    this.#next ??= await this.#store.logEnd();
    this.#dueAt = performance.now() + readInterval;
  }
}
