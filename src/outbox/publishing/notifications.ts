import { settledWithin, unrefTimers } from '../../core/index.js';

// How long (ms) the notifications of commits are gathered. Each one is a transaction that others of the database wait
// for, because the server lets one notify at a time.
const pause = 5;

/**
 * Tells relays of other processes that there is something to fetch: at once, and then at most once in a pause, for all
 * commits since.
 *
 * States: silent → telling → silent. What comes while it is telling is told by the next round.
 */
export class Notifications {
  readonly #notify: () => Promise<void>;
  #isWanted = false;
  #telling: Promise<void> | undefined;

  constructor(notify: () => Promise<void>) {
    this.#notify = notify;
  }

  add(): void {
    this.#isWanted = true;
    this.#telling ??= this.#tell();
  }

  /** Resolves when all was told, after so many milliseconds at the latest. */
  async settled(timeout: number): Promise<void> {
    // A store that does not answer must not keep the process.
    await settledWithin(Promise.resolve(this.#telling), timeout, unrefTimers);
  }

  async #tell(): Promise<void> {
    // In a microtask. Otherwise the first of several calls in a row would be told alone.
    await Promise.resolve();
    while (this.#isWanted) {
      this.#isWanted = false;
      // A relay that is not notified delivers later, and nothing is lost: it polls as well.
      await this.#notify().catch(() => undefined);
      // By a timer that a test cannot have stopped.
      await settledWithin(new Promise(() => undefined), pause);
    }
    this.#telling = undefined;
  }
}
