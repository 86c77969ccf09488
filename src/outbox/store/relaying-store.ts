import type { Signal } from '../../core/index.js';
import type { BucketAssignment } from './bucket-assignment.js';
import type { StoredDelivery } from './entry.js';
import type { Failure } from './failure.js';
import type { LogReader } from './log-end.js';
import type { PauseReader } from './pausing-store.js';
import type { StoreTransactions } from './store-transactions.js';

/** The rows that a relay wants of one handler. */
export interface FetchRequest {
  readonly handler: string;
  /** For each bucket: the lowest sequence number that is wanted, and the maximum number of rows. */
  readonly from: readonly { readonly bucket: number; readonly seq: number; readonly limit: number }[];
  /** Keys to leave out, because the relay holds enough of them. */
  readonly except: readonly string[];
  /** The maximum number of rows in all. Those with the lowest sequence numbers are taken. */
  readonly limit: number;
}

/**
 * The part of a store that a relay calls. Each method is one transaction of the store's own, except `claim`.
 *
 * Two relays may call any of them for the same row at the same time, because a relay that has lost a bucket learns of
 * it later. No method waits for a row that another transaction has locked: the row is skipped. docs/writing-a-store.md
 * has the states of a row.
 */
export interface RelayingStore extends StoreTransactions, LogReader, PauseReader {
  /**
   * Joins the relays that serve some of these handlers, which divide the buckets of each handler among themselves.
   * `handlers` returns durable ids, and may return others later. Resolves with the first assignment. A relay that is
   * silent for `takeoverAfter` milliseconds loses its buckets to the others. `wake` is called after a `notify` of any
   * process, and when the assignment has changed. When `stopped` aborts before that, it rejects, and gives back what it
   * has.
   *
   * @throws OutboxError if the tables are missing.
   */
  join(
    handlers: () => readonly string[],
    takeoverAfter: number,
    wake: () => void,
    stopped: Signal,
  ): Promise<BucketAssignment>;
  /**
   * Resolves with the ids of all other handlers than these that have rows, in any bucket: *waiting* rows, or failures.
   * It does not read the rows of the known ones, of which there may be many.
   */
  waiting(known: readonly string[]): Promise<readonly string[]>;
  /**
   * Resolves with *waiting* rows in the order of the log, as one moment saw them. A row that was put back is part of
   * them even if its sequence number is below the requested one, because relays have passed it already.
   */
  fetch(requests: readonly FetchRequest[]): Promise<readonly StoredDelivery[]>;
  /** Resolves with *failed* rows that are due, the longest due first. `except` and `seq` of a request do not matter. */
  retries(requests: readonly FetchRequest[]): Promise<readonly StoredDelivery[]>;
  /**
   * Resolves with the data of an event that was too large to be fetched with others; undefined if the event is gone.
   */
  data(seq: number): Promise<string | undefined>;

  /**
   * Counts an attempt of each row and notes its time, before the handlers are called. Resolves with false for a row
   * that is gone, locked, or has another count than the one that was fetched: of two relays that start the same row,
   * one is told true. Resolves with false as well for a row of a handler that is paused, or whose replay is paused.
   */
  startAttempts(deliveries: readonly StoredDelivery[]): Promise<readonly boolean[]>;
  /**
   * Deletes rows of attempts that have succeeded, and puts back what waited for them. It is safe for a relay that has
   * lost the bucket, because the effect has happened. Resolves with the deliveries whose rows another transaction has:
   * they have to be settled again. Rows that are gone are ignored.
   */
  settle(deliveries: readonly StoredDelivery[]): Promise<readonly StoredDelivery[] | void>;
  /**
   * Deletes a row in the transaction of its handler, so that both happen or neither. Resolves with false if the row is
   * gone, or if another transaction has it.
   */
  claim(transaction: unknown, delivery: StoredDelivery): Promise<boolean>;
  /**
   * Makes a row *failed* or *dead*, and holds the later rows of its key. A *dead* row with `afterDead: 'pass'` holds
   * none, and puts back those that waited for it. Resolves with false, and changes nothing, if the row is gone or if
   * another transaction has it; with false as well if an earlier row of its key has been redriven meanwhile: then it is
   * *held* behind that one, and the attempt does not count.
   */
  fail(delivery: StoredDelivery, failure: Failure): Promise<boolean>;
  /** Holds rows that were fetched with `isBlocked`. A row whose failure has been released meanwhile stays *waiting*. */
  hold(deliveries: readonly StoredDelivery[]): Promise<void>;
  /**
   * Puts back *held* rows that wait for a failure that is gone, and forgets failures whose rows are gone. Both are left
   * by an operator who deletes rows by hand, and by transactions that run at the same time. Resolves with the number of
   * rows put back.
   */
  releaseOrphans(): Promise<number>;
  /**
   * Gives the rows of former ids to a handler, in these buckets. Of two rows for one event one stays. Of two failures
   * of one key the earlier one stays. Replays of the former id (`former#…`) become replays of the handler. Resolves
   * with the number of rows.
   */
  adopt(handler: string, formerIds: readonly string[], buckets: readonly number[]): Promise<number>;
  /**
   * Deletes up to `limit` events that are older than `age` milliseconds and have no rows left. Resolves with their
   * number. It never runs at the same time as `replay`, which would write rows for an event that is being deleted.
   * `known` are ids that may have rows, as in `waiting`: others may have them as well.
   */
  prune(age: number, limit: number, known: readonly string[]): Promise<number>;

  /**
   * Returns whether an error says that the store was not reached, or had to give up for a reason of its own: its
   * limits, a restart. An outage does not count as a failure of the handler.
   */
  isOutage(error: unknown): boolean;
}
