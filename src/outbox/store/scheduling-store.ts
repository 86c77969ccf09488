import type { Entry } from './entry.js';

/** An event that is to be published later, with the deliveries that it is to have then. */
export interface ScheduledEntry extends Entry {
  /** When it is due: a moment, or so many milliseconds after it was written, by the clock of the store. */
  readonly due: { readonly at: Date } | { readonly in: number };
}

/** What a look for due events has found. */
export interface DueStep {
  /** How many events were published. */
  readonly published: number;
  /** Milliseconds until the next one is due, as far as is known; undefined if there is none. */
  readonly nextIn: number | undefined;
  /**
   * A mark of the store's own for the next look: events that are due before it have been published. Only those are
   * missing that a transaction has scheduled and not committed for a minute.
   */
  readonly mark: string;
}

/** The part of a store that keeps events until they are due. */
export interface SchedulingStore {
  /**
   * Writes scheduled events, and deletes others by their ids, in the caller's transaction. An event that was to be
   * published in the past is due now.
   *
   * @throws OutboxError if `transaction` is not an open transaction.
   */
  schedule(transaction: unknown, entries: readonly ScheduledEntry[], unscheduled: readonly string[]): Promise<void>;
  /**
   * Resolves with whether an event is scheduled, and keeps it from being published until the caller's transaction ends.
   * It waits for whoever is publishing it or deciding on it.
   */
  lockScheduled(transaction: unknown, id: string): Promise<boolean>;
  /**
   * Publishes up to `limit` events that are due, each as `append` does, in the order in which they are due: they take
   * their places in the log now. One caller at a time; the others are told of nothing. An event that somebody decides
   * on is left out, and so is one whose key another transaction has locked: a transaction that stands still holds up
   * its own keys alone. `mark` is that of the look before. Without one, everything is looked at.
   */
  publishDue(limit: number, mark: string | undefined): Promise<DueStep>;
}
