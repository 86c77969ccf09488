import type { Entry, StoredDelivery } from './entry.js';
import type { DeadLetter, DeadLetterQuery } from './dead-letter.js';
import type { Failure } from './failure.js';
import type { OutboxStatus } from './outbox-status.js';
import type { BucketAssignment } from './bucket-assignment.js';

/** The rows of one handler that are wanted. */
export interface FetchRequest {
  readonly handler: string;
  /** From which place on, and how many at most, for each bucket. */
  readonly from: readonly { readonly bucket: number; readonly seq: number; readonly limit: number }[];
  /** Keys of which enough is held already. */
  readonly except: readonly string[];
  /** How many at most in all, the first ones of the log. */
  readonly limit: number;
}

/** Events of the log that are to be delivered to one handler again. */
export interface ReplayQuery {
  readonly handler: string;
  /** Whether their keys are in order. */
  readonly ordered: boolean;
  readonly names: readonly string[];
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** The last place in the log. */
  readonly upTo: number;
}

/**
 * Where an outbox keeps its rows. Every method is one transaction of the store's own, but for those that are given one.
 */
export interface OutboxStore {
  /** The user's function by which its transactions begin, where there is one. */
  readonly ownBegin?: ((run: never) => unknown) | undefined;

  /** Creates or updates the tables. Safe when several processes do it at once. Returns the steps that were taken. */
  migrate(): Promise<readonly string[]>;

  /** Writes events with their deliveries into the caller's transaction. @throws when it is none. */
  append(transaction: unknown, entries: readonly Entry[]): Promise<void>;
  /** Tells the relays of other processes that something was written. */
  notify(): Promise<void>;
  /** Runs something in a transaction of the store's own. */
  transaction<T>(run: (transaction: unknown) => Promise<T>): Promise<T>;

  /** Begins to share the buckets with the other relays of the group. `wake` is called when something was written. */
  join(group: string, takeover: number, wake: () => void): Promise<BucketAssignment>;
  /** The durable ids for which rows wait, in any bucket. */
  waiting(): Promise<readonly string[]>;
  /**
   * The last place of the log that can be seen, with a number above those of all transactions that have begun to write, and the lowest
   * number of those that have not ended.
   */
  horizon(): Promise<{ readonly seq: number; readonly next: bigint; readonly oldest: bigint }>;
  /** Rows that have not failed. */
  fetch(wanted: readonly FetchRequest[]): Promise<readonly StoredDelivery[]>;
  /** Rows that have failed and whose time has come. */
  retries(wanted: readonly FetchRequest[]): Promise<readonly StoredDelivery[]>;
  /** The data of an event that was too large to be fetched with others. */
  data(seq: number): Promise<string | undefined>;

  /** Counts an attempt each, before it is made. Answers false for a row that is gone. */
  startAttempts(deliveries: readonly StoredDelivery[]): Promise<readonly boolean[]>;
  /** Deletes rows whose effects have happened. */
  settle(deliveries: readonly StoredDelivery[]): Promise<void>;
  /** Deletes a row in the transaction of its handler. Answers false when somebody else has it. */
  claim(transaction: unknown, delivery: StoredDelivery): Promise<boolean>;
  /** Sets a row apart, with all that follows it in its key. Answers false when somebody else has it. */
  fail(delivery: StoredDelivery, failure: Failure): Promise<boolean>;
  /** Sets rows apart that follow one which failed. */
  hold(deliveries: readonly StoredDelivery[]): Promise<void>;
  /** Puts back what was set apart and waits for nothing, or for what is gone. Answers how much it was. */
  releaseOrphans(): Promise<number>;
  /** Gives rows of these buckets that wait for a former id to the handler. Answers how many. */
  adopt(handler: string, formerIds: readonly string[], buckets: readonly number[]): Promise<number>;
  /** Forgets events that are older (ms) and have no deliveries left, some at a time. Answers how many. */
  prune(olderThan: number, limit: number): Promise<number>;

  /** The dead letters that match, the oldest first. */
  deadLetters(query: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  /** Makes them due, as if they had not been tried. Answers how many. */
  redrive(query: DeadLetterQuery): Promise<number>;
  /** Deletes them, and lets go on what waits for them. Answers how many. */
  discard(query: DeadLetterQuery): Promise<number>;
  /** Writes deliveries for events of the log, as those of `as`, some at a time after `after`. Answers the last place, if any is left. */
  replay(
    query: ReplayQuery,
    as: string,
    after: number,
    limit: number,
  ): Promise<{ readonly written: number; readonly last: number | undefined }>;
  /** How all handlers stand, and the relays of the group. */
  status(group: string): Promise<OutboxStatus>;

  /** Whether an error says that the store was not reached, and nothing about the statement. */
  isOutage(error: unknown): boolean;
}
