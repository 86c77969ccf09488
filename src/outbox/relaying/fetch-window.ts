import type { StoredDelivery } from '../store/entry.js';
import type { FetchRequest } from '../store/relaying-store.js';
import { Fetch, type FetchAnswer } from './fetch.js';

/** What a queue holds when it asks for more. */
export interface HeldDeliveries {
  /** By their places in the log. */
  readonly deliveries: ReadonlyMap<number, StoredDelivery>;
  /** Keys with as many deliveries as one key may have. */
  readonly truncatedKeys: readonly string[];
}

/**
 * The part of the store that one handler reads next: from which row on in each bucket, without
 * which keys, and how many rows.
 *
 * A bucket's cursor only moves forward by an answer. It moves back when a row has to be read again,
 * and to the start by `restart`.
 */
export class FetchWindow {
  readonly #handler: string;
  readonly #capacity: number;
  readonly #onAnswer: (answer: FetchAnswer) => void;
  /** The last row that was seen, for each bucket. */
  readonly #cursors = new Map<number, number>();
  /**
   * Keys that another process is delivering. Their rows would fill every fetch, so they are
   * skipped until the next `restart`.
   */
  readonly #excludedKeys = new Set<string>();
  /** How many buckets had rows in the last answer. The room is divided among them. */
  #activeBuckets: number | undefined;
  #open: Fetch | undefined;
  #hasMore = false;
  #isRestarting = false;

  /** `capacity` is how many deliveries the handler's queue holds at most. */
  constructor(handler: string, capacity: number, onAnswer: (answer: FetchAnswer) => void) {
    this.#handler = handler;
    this.#capacity = capacity;
    this.#onAnswer = onAnswer;
  }

  /** Whether the store has more than was fetched. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Whether a queue that holds this many deliveries is to fetch more. */
  hasRoom(held: number): boolean {
    return held <= this.#capacity / 2;
  }

  /** Opens the next fetch, from the high-water mark at the latest. Returns undefined while enough is held. */
  next(buckets: readonly number[], highWaterMark: number, held: HeldDeliveries): Fetch | undefined {
    const { deliveries, truncatedKeys } = held;
    if (!this.hasRoom(deliveries.size) || buckets.length === 0) return undefined;
    this.#applyRestart();
    const room = this.#capacity - deliveries.size;
    const limit = Math.ceil(room / Math.max(1, this.#activeBuckets ?? buckets.length));
    // The store returns held rows again because it does not know that they are held.
    const limits = new Map(buckets.map((bucket) => [bucket, limit]));
    for (const { bucket } of deliveries.values()) limits.set(bucket, (limits.get(bucket) ?? 0) + 1);
    const request: FetchRequest = {
      handler: this.#handler,
      from: buckets.map((bucket) => ({
        bucket,
        seq: Math.min(this.#cursors.get(bucket) ?? 0, highWaterMark),
        limit: limits.get(bucket) as number,
      })),
      except: [...truncatedKeys, ...this.#excludedKeys],
      limit: this.#capacity + deliveries.size,
    };
    return (this.#open = new Fetch(request, deliveries.keys(), (answer) => this.#accept(answer)));
  }

  /** Has the next fetch read everything again: another process may have ended and left rows behind the cursors. */
  restart(): void {
    this.#isRestarting = true;
  }

  // Not at once, because the answer to an open fetch moves the cursors.
  #applyRestart(): void {
    if (!this.#isRestarting) return;
    this.#isRestarting = false;
    this.#cursors.clear();
    this.#excludedKeys.clear();
  }

  /** Reads the delivery's bucket again from the delivery on. An open fetch has asked before, so it is told as well. */
  restartAt(delivery: StoredDelivery): void {
    this.#open?.restartAt(delivery);
    this.#moveBack(delivery);
  }

  /** As `restartAt`, for rows that are known to be there. */
  readMoreFrom(delivery: StoredDelivery): void {
    this.restartAt(delivery);
    this.#hasMore = true;
  }

  #accept(answer: FetchAnswer): boolean {
    const { request, rows, waiting, restarts } = answer;
    this.#open = undefined;
    const counts = new Map<number, number>();
    for (const { bucket, seq, isRetry } of rows) {
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      // Retries come from another table, so they do not move the cursor.
      if (!isRetry) this.#cursors.set(bucket, Math.max(this.#cursors.get(bucket) ?? 0, seq));
    }
    this.#activeBuckets = counts.size;
    this.#hasMore =
      rows.length >= request.limit || request.from.some(({ bucket, limit }) => (counts.get(bucket) ?? 0) >= limit);
    // Otherwise the next fetch would meet rows that follow them, and not them.
    for (const delivery of [...waiting, ...restarts]) this.#moveBack(delivery);
    // The rows that follow a blocked one are set apart in the store, and are not returned again.
    for (const { key, isBlocked } of waiting) if (key !== undefined && !isBlocked) this.#excludedKeys.add(key);
    this.#onAnswer(answer);
    return this.#hasMore;
  }

  #moveBack({ bucket, seq }: StoredDelivery): void {
    const cursor = this.#cursors.get(bucket);
    if (cursor !== undefined) this.#cursors.set(bucket, Math.min(cursor, seq));
  }
}
