import type { Begin } from 'class-events/domain';
import type { FailureNote, OutboxStore } from 'class-events/outbox';

/** A transaction of the database. Its statements are those of its own SQL. */
export interface Transaction {
  query(text: string, params?: unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>;
}

/**
 * A database with an outbox, as the contract of stores needs it. A store on another database implements this, and runs
 * the contract.
 */
export interface OutboxDatabase {
  readonly begin: Begin<Transaction>;
  /** Runs a part of a transaction, so that it alone is rolled back when `run` rejects. */
  savepoint(transaction: Transaction, run: (transaction: Transaction) => Promise<unknown>): Promise<unknown>;
  /** Returns a store on the database. Each is like one of another process. */
  store(): OutboxStore;
  /** Returns an outbox beside the first one, in the same database. Its tables do not exist yet. */
  another(): AnotherOutbox;
  readonly effects: Effects;
  readonly tamper: Tamper;
  /** Deletes all rows, and lets the sequence numbers begin at 1. */
  empty(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** An outbox whose tables do not exist yet. */
interface AnotherOutbox {
  store(): OutboxStore;
  /** Deletes its tables. */
  drop(): Promise<unknown>;
}

/** A table of the application, in which handlers and publishers write in their transactions. */
export interface Effects {
  /** Writes a row. It fails if there is one with this id. */
  write(transaction: Transaction, id: string, delivery?: string): Promise<unknown>;
  /** Resolves with the ids of all rows that are committed, in order. */
  ids(): Promise<readonly string[]>;
  /** Writes something that the database accepts now, and refuses when the transaction commits. */
  refuseCommit(transaction: Transaction): Promise<unknown>;
  /** A part of the message with which it refuses. */
  readonly refusal: string;
}

/**
 * Looks at the rows of an outbox, and changes them as time, crashes and operators do. Tests that need such a state
 * would have to wait for hours, or kill processes, otherwise.
 */
export interface Tamper {
  /** Resolves with the *waiting* rows, in the order of the log and then of their handlers. */
  waiting(): Promise<readonly { readonly handler: string; readonly key: string | null }[]>;
  /** Resolves with the log, in its order. */
  events(): Promise<readonly LoggedEvent[]>;
  /** Resolves with the ids of the scheduled events, in the order in which they were scheduled. */
  scheduled(): Promise<readonly string[]>;
  /** Resolves with the *failed* and *dead* rows, in the order of their handlers. */
  failures(): Promise<readonly LoggedFailure[]>;

  /**
   * Does what a crash leaves behind: attempts of *waiting* rows were started, the last of them `ago` milliseconds ago,
   * and have not ended. It concerns all rows, or the one with the sequence number `seq`.
   */
  pretendStarted(crash: { readonly attempts: number; readonly ago: number; readonly seq?: number }): Promise<unknown>;
  /** Lets the backoff of all *failed* rows pass, or of those of one handler. */
  makeDue(handler?: string): Promise<unknown>;
  /** Lets the time come at which scheduled events are due: all of them, or those that are due at one moment. */
  makeScheduledDue(at?: Date): Promise<unknown>;
  /** Lets an event be older by this many milliseconds. */
  age(seq: number, milliseconds: number): Promise<unknown>;
  /** Lets an event be written at another time. */
  recordAt(seq: number, date: Date): Promise<unknown>;
  /** Changes the data of an event, as somebody with access to the database could. */
  rewriteData(seq: number, json: string): Promise<unknown>;
  /** Deletes an event of the log, and leaves its rows. */
  deleteEvent(seq: number): Promise<unknown>;
  /** Deletes a *held*, *failed* or *dead* row by hand, as an operator may. What waits for it still does. */
  deleteHeld(seq: number): Promise<unknown>;
  /** Deletes all *waiting* rows, so that only a replay can deliver their events. */
  deleteWaiting(): Promise<unknown>;
}

/** An event of the log. */
export interface LoggedEvent {
  readonly seq: number;
  readonly name: string;
  readonly version: number;
  readonly key: string | null;
  readonly data: string;
}

/** A *failed* or *dead* row. */
export interface LoggedFailure {
  readonly handler: string;
  readonly dueAt: Date;
  readonly errors: readonly FailureNote[];
}
