import type { FailureNote } from './failure.js';

/**
 * A delivery that is not tried any more. In an ordered handler it keeps its place: what follows it in its key waits
 * until it is redriven or discarded.
 *
 * @example
 * ```ts
 * for (const { handler, key, errors } of await outbox.deadLetters.list()) {
 *   console.log(handler, key, errors.at(-1)?.message);
 * }
 * ```
 */
export interface DeadLetter {
  /** The durable id of the handler. */
  readonly handler: string;
  /** Its place in the log: with the handler, what names it. */
  readonly seq: number;
  /** The id of the event; the nil UUID where the log has lost it. */
  readonly event: string;
  /** The event's wire name. */
  readonly name: string;
  /** The event's version. */
  readonly version: number;
  /** The event's key, where the handler wants order. */
  readonly key: string | undefined;
  /** How many deliveries of its key wait for it. */
  readonly followers: number;
  /** When it died. */
  readonly deadAt: Date;
  /** What went wrong at each attempt, the last twenty. */
  readonly errors: readonly FailureNote[];
  /** What was written of the event, as JSON. */
  readonly data: string;
}

/**
 * Which dead letters are meant: all that match everything given.
 *
 * @example
 * ```ts
 * await outbox.deadLetters.redrive({ handler: 'mail.receipt' });
 * ```
 */
export interface DeadLetterQuery {
  /** Of this handler. */
  readonly handler?: string | undefined;
  /** Of this key. */
  readonly key?: string | undefined;
  /** Of this event: its id, a UUID. */
  readonly event?: string | undefined;
  /** At this place in the log. */
  readonly seq?: number | undefined;
  /**
   * Beyond this place in the log: where the page before ended. With `handler` alone, for which a place is one letter.
   */
  readonly after?: number | undefined;
  /** At most this many, the oldest first. Default 1 000. */
  readonly limit?: number | undefined;
}

/**
 * Which dead letters are decided on: all that match everything given. A criterion that is `undefined` is none, and
 * without a criterion nothing is decided, except with `all`.
 *
 * @example
 * ```ts
 * await outbox.deadLetters.discard({ handler: 'mail.receipt' });
 * await outbox.deadLetters.redrive({ all: true });
 * ```
 */
export interface DeadLetterSelection extends DeadLetterQuery {
  /** Every dead letter. Not beside a criterion. */
  readonly all?: boolean | undefined;
}
