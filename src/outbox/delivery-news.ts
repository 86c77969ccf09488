import type { EventBus } from '../core/index.js';

/**
 * What is published of one delivery on the channels `class-events:outbox:…` of `node:diagnostics_channel`:
 *
 * - `class-events:outbox:delivered`: it has succeeded, and is settled.
 * - `class-events:outbox:retry`: an attempt has failed, and there will be another one ({@link RetryNews}).
 * - `class-events:outbox:dead`: it is a dead letter ({@link DeadNews}).
 * - `class-events:outbox:taken-over`: an attempt of it begins, and the one before has never ended: its process was
 *   killed, or had lost its session ({@link TakenOverNews}).
 *
 * Where nobody has subscribed it costs nothing. What a subscriber throws stops no delivery; Node lets it surface as an
 * uncaught error.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe('class-events:outbox:delivered', (news) => {
 *   const { handler, duration } = news as DeliveryNews;
 *   console.log(`${handler}: ${duration} ms`);
 * });
 * ```
 */
export interface DeliveryNews {
  /** The bus whose handler it is. */
  readonly bus: EventBus;
  /** The durable id of the handler. */
  readonly handler: string;
  /** The id of the delivery, as in the context of the handler. */
  readonly id: string;
  /** The id of the event. */
  readonly event: string;
  /** The wire name of the event. */
  readonly name: string;
  /** What the event is ordered by. */
  readonly key: string | undefined;
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** Milliseconds that the attempt took; 0 where it was not made, or begins now. */
  readonly duration: number;
}

/**
 * An attempt has failed, and there will be another one.
 *
 * @example
 * ```ts
 * subscribe('class-events:outbox:retry', (news) => console.log((news as RetryNews).nextAt));
 * ```
 */
export interface RetryNews extends DeliveryNews {
  /** What was thrown. */
  readonly error: unknown;
  /** When the next one is due, by the clock of this process. */
  readonly nextAt: Date;
  /** False where it counts no attempt: after `NotNow`, and for an event that waits for a deploy. */
  readonly counts: boolean;
}

/**
 * A delivery is a dead letter.
 *
 * @example
 * ```ts
 * subscribe('class-events:outbox:dead', (news) => console.log((news as DeadNews).error));
 * ```
 */
export interface DeadNews extends DeliveryNews {
  /** What was thrown last. */
  readonly error: unknown;
}

/**
 * An attempt begins, and the one before has never ended.
 *
 * @example
 * ```ts
 * subscribe('class-events:outbox:taken-over', (news) => console.log((news as TakenOverNews).startedAgo));
 * ```
 */
export interface TakenOverNews extends DeliveryNews {
  /** Milliseconds since the one before was started. */
  readonly startedAgo: number;
}
