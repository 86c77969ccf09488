import type { OutboxStore } from '../store/outbox-store.js';

// Milliseconds between two looks. What lies between the horizon and the end of the log is fetched again and again.
const lookEvery = 100;

/**
 * How far the log is complete. Transactions commit in another order than they take their places, so what comes late may belong before
 * what was fetched long ago, and what follows it in its key must not be fetched without it. A place is certain when all transactions
 * have ended that were there when the log went so far. A relay that has lost its share may meet another server, and begins anew.
 */
export class HighWaterMark {
  readonly #store: OutboxStore;
  #seen: Awaited<ReturnType<OutboxStore['horizon']>> | undefined;
  #dueAt = 0;
  #seq = 0;

  constructor(store: OutboxStore) {
    this.#store = store;
  }

  /** Nothing will be committed any more up to this place. */
  get seq(): number {
    return this.#seq;
  }

  /** Moves it on, where some time has passed and those transactions have ended. */
  async look(): Promise<void> {
    if (performance.now() < this.#dueAt) return;
    const now = await this.#store.horizon();
    this.#dueAt = performance.now() + lookEvery;
    if (this.#seen && now.oldest >= this.#seen.next) {
      this.#seq = this.#seen.seq;
      this.#seen = undefined;
    }
    this.#seen ??= now;
  }
}
