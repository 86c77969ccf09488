import type { FailureNote } from './failure.js';

/**
 * Where a delivery stands.
 *
 * - `waiting`: it is made when it has its turn, or is being made for the first time.
 * - `failing`: its last attempt has failed, and there will be another one.
 * - `blocked`: an earlier delivery of its key is failing or dead, and it waits for that one.
 * - `dead`: it is not tried any more.
 */
export type DeliveryState = 'waiting' | 'failing' | 'blocked' | 'dead';

/**
 * A delivery that has not been made yet: one event for one durable handler.
 *
 * @example
 * ```ts
 * for (const { id, state, attempts, dueAt } of await outbox.deliveries.list({ key: 'order:o-1' })) {
 *   console.log(id, state, attempts, dueAt);
 * }
 * ```
 */
export interface OutboxDelivery {
  /**
   * What its handler gets as `context.id`: the id of the event, a slash, and the handler. Where the log has lost the
   * event, the place stands for the event: `17/mail.receipt`.
   */
  readonly id: string;
  /** The durable id of the handler; of a replay, with `#` and the name of the replay behind it. */
  readonly handler: string;
  /** Its place in the log: with the handler, what names it. */
  readonly seq: number;
  readonly state: DeliveryState;
  /** The id of the event; the nil UUID where the log has lost it. */
  readonly event: string;
  /** The event's wire name. */
  readonly name: string;
  /** The event's version. */
  readonly version: number;
  /** The event's key. */
  readonly key: string | undefined;
  /** When the event was written, by the clock of the database. */
  readonly recordedAt: Date | undefined;
  /** How many attempts were started. */
  readonly attempts: number;
  /** When the last attempt was started, while its end is not known. */
  readonly startedAt: Date | undefined;
  /** When it is tried again, of one that is failing. */
  readonly dueAt: Date | undefined;
  /** When it died, of one that is dead. */
  readonly deadAt: Date | undefined;
  /** How many deliveries of its key wait for it. Of one that is failing or dead; otherwise 0. */
  readonly followers: number;
  /** What went wrong at each attempt, the last twenty. */
  readonly errors: readonly FailureNote[];
  /** What was written of the event, as JSON. */
  readonly data: string;
}

/**
 * The place of a delivery in lists: behind the earlier ones of the log, and by its handler among those of one event.
 */
export type DeliveryPlace = Pick<OutboxDelivery, 'seq' | 'handler'>;

/**
 * Which deliveries are meant: all that match everything given.
 *
 * @example
 * ```ts
 * const since = new Date('2026-11-01');
 * await outbox.deliveries.list({ handler: 'mail.receipt', state: 'failing', name: 'order.placed', from: since });
 * ```
 */
export interface DeliveryQuery {
  /** The one with this id. */
  readonly id?: string | undefined;
  /** Of this durable handler, as `status` names it. */
  readonly handler?: string | undefined;
  /** In this state. */
  readonly state?: DeliveryState | undefined;
  /** Of events with this key. */
  readonly key?: string | undefined;
  /** Of this event: its id, a UUID. */
  readonly event?: string | undefined;
  /** Of events with this wire name. */
  readonly name?: string | undefined;
  /** At this place in the log. */
  readonly seq?: number | undefined;
  /** Of events that were written then or later. */
  readonly from?: Date | undefined;
  /** Of events that were written before. */
  readonly to?: Date | undefined;
  /** Behind this one: the last delivery of the page before. With `handler`, its place in the log is enough. */
  readonly after?: DeliveryPlace | number | undefined;
  /** At most this many, the oldest first. Default: 1 000 in a list, and all in a decision. */
  readonly limit?: number | undefined;
}

/**
 * Which deliveries are decided on: all that match everything given. What is `undefined` is no criterion, nor are
 * `state`, `after` and `limit`: without another one nothing is decided, except with `all`.
 *
 * @example
 * ```ts
 * await outbox.deliveries.redrive({ handler: 'mail.receipt', state: 'failing' });
 * await outbox.deliveries.discard({ state: 'dead', all: true });
 * ```
 */
export interface DeliverySelection extends DeliveryQuery {
  /** Every delivery, or every one in the `state`. Not beside a criterion. */
  readonly all?: boolean | undefined;
}
