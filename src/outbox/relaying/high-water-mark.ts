import type { LogEnd, LogReader } from '../store/log-end.js';

// Milliseconds between two looks. What lies between the horizon and the end of the log is fetched again and again.
const lookEvery = 100;

/**
 * How far the log is complete. Transactions commit in another order than they take their places, so what comes late may belong before
 * what was fetched long ago, and what follows it in its key must not be fetched without it. A place is certain when all transactions
 * have ended that were there when the log went so far. A relay that has lost its share may meet another server, and begins anew.
 */
export class HighWaterMark {
  readonly #store: LogReader;
  #seen: LogEnd | undefined;
  #dueAt = 0;
  #seq = 0;

  constructor(store: LogReader) {
    this.#store = store;
  }

  /** Nothing will be committed any more up to this place. */
  get seq(): number {
    return this.#seq;
  }

  /** Moves it on, where some time has passed and those transactions have ended. */
  async look(): Promise<void> {
    if (performance.now() < this.#dueAt) return;
    if (await this.#seen?.isComplete()) {
      this.#seq = this.#seen!.seq;
      this.#seen = undefined;
    }
    this.#seen ??= await this.#store.logEnd();
    this.#dueAt = performance.now() + lookEvery;
  }
}
