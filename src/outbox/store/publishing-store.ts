import type { Entry } from './entry.js';
import type { StoreTransactions } from './store-transactions.js';

/** The limits of a store, which a publisher is told before anything is written. */
export interface StoreLimits {
  /** The maximum length of a key, in bytes of UTF-8. Every row of a key of this length must fit every index. */
  readonly keyBytes: number;
}

/** The part of a store that a publisher calls. */
export interface PublishingStore extends StoreTransactions {
  readonly limits: StoreLimits;
  /**
   * Returns which part of a JSON text the store cannot keep, as a noun: "a NUL character, which …". Returns undefined
   * if it can keep all of it. The text is a key or the data of an event, as `JSON.stringify` writes it.
   */
  unstorablePart(json: string): string | undefined;
  /**
   * Writes events with their deliveries, in the caller's transaction. Sequence numbers rise with the order of the
   * entries.
   *
   * Transactions that write the same key take their numbers one after another, each after the previous one has ended.
   * Otherwise a relay could deliver an event before an earlier one of its key. The keys of one call are locked in one
   * order for all callers, because publishers would deadlock otherwise.
   *
   * @throws OutboxError if `transaction` is not an open transaction.
   */
  append(transaction: unknown, entries: readonly Entry[]): Promise<void>;
  /** Wakes the relays of other processes. It may be lost: relays poll as well. */
  notify(): Promise<void>;
}
