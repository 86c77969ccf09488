import type { StoredDelivery } from '../store/entry.js';
import type { FetchRequest } from '../store/relaying-store.js';
import { laneNameOf } from './lane.js';

/** The rows that the store returned, sorted by what becomes of them. */
export interface FetchAnswer {
  readonly request: FetchRequest;
  readonly rows: readonly StoredDelivery[];
  /** Rows to deliver. */
  readonly accepted: readonly StoredDelivery[];
  /** Rows that have to wait: the first one of each lane. */
  readonly waiting: readonly StoredDelivery[];
  /** Rows that were given up after the fetch was sent. The answer may lack them. */
  readonly restarts: readonly StoredDelivery[];
}

/**
 * A question to the store for rows of one handler. It knows what happened after it was sent,
 * because its answer may be stale.
 *
 * States: open → accepted. A fetch stays open if the store fails; the next one replaces it.
 */
export class Fetch {
  readonly #held: ReadonlySet<number>;
  readonly #onAnswer: (answer: FetchAnswer) => boolean;
  readonly #restarts: StoredDelivery[] = [];

  /** `held` are the places in the log of the deliveries that the process holds when it asks. */
  constructor(
    readonly request: FetchRequest,
    held: Iterable<number>,
    onAnswer: (answer: FetchAnswer) => boolean,
  ) {
    this.#held = new Set(held);
    this.#onAnswer = onAnswer;
  }

  /**
   * Notes that the store has to be read again from this delivery on. The answer may lack it, and has what follows it.
   */
  restartAt(delivery: StoredDelivery): void {
    this.#restarts.push(delivery);
  }

  /**
   * Takes the answer, in the order of the log. As soon as one row of a key must wait, its later rows are left out.
   * Returns whether the store has more rows.
   */
  accept(rows: readonly StoredDelivery[], mustWait: (delivery: StoredDelivery) => boolean): boolean {
    const restarts = [...this.#restarts];
    const stopped = new Set(restarts.map(laneNameOf));
    const known = new Set(this.#held);
    const accepted: StoredDelivery[] = [];
    const waiting: StoredDelivery[] = [];
    for (const row of rows) {
      const lane = laneNameOf(row);
      // The store returns held rows because it does not know that they are held, and may return a row twice.
      if (stopped.has(lane) || known.has(row.seq)) continue;
      if (mustWait(row)) {
        stopped.add(lane);
        waiting.push(row);
      } else {
        known.add(row.seq);
        accepted.push(row);
      }
    }
    return this.#onAnswer({ request: this.request, rows, accepted, waiting, restarts });
  }
}
