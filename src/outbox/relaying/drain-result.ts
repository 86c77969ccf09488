import type { Signal } from '../../core/index.js';

/**
 * What is to be drained, and for how long.
 *
 * @example
 * ```ts
 * await outbox.drain({ handlers: ['mail.receipt'], timeout: 20_000 });
 * ```
 */
export interface DrainOptions {
  /** The durable ids. Default: every durable handler that is subscribed. */
  readonly handlers?: readonly string[] | undefined;
  /**
   * Milliseconds after which it ends in any case: the signals of handlers at work abort, if the outbox was not started.
   * Default: none, so that it takes as long as there is something to deliver.
   */
  readonly timeout?: number | undefined;
  /** Ends it as its `timeout` does, and has it reject with the signal's reason. */
  readonly signal?: Signal | undefined;
  /**
   * Whether failures that wait for their next attempt are tried at once, again and again until they have succeeded or
   * are dead letters. For tests: a service that is away for a moment uses up all attempts. Default false.
   */
  readonly retryNow?: boolean | undefined;
}

/**
 * What a drain has done, and what it has left.
 *
 * @example
 * ```ts
 * const { delivered, left } = await outbox.drain();
 * for (const { handler, count, reason } of left) console.log(`${handler}: ${count} left, ${reason}`);
 * ```
 */
export interface DrainResult {
  /** Deliveries that have succeeded. */
  readonly delivered: number;
  /** Attempts that have failed, and that will be made again. */
  readonly retried: number;
  /** Deliveries that have become dead letters. */
  readonly dead: number;
  /** What was not delivered, by handler and reason; empty when nothing was left. */
  readonly left: readonly LeftDeliveries[];
}

/**
 * Deliveries of one handler that a drain has left, for one reason.
 *
 * - `retry`: they have failed and wait for the next attempt, or wait in their keys for one that has.
 * - `away`: whoever the handler calls is away, as it has said by `NotNow`.
 * - `dead`: they wait in their keys for a dead letter, which is not counted.
 * - `elsewhere`: another relay has their buckets, or has begun them, and delivers them.
 * - `paused`: their handler is paused.
 * - `unknown`: no handler of this process has their id.
 * - `time`: the time of the drain was up.
 *
 * @example
 * ```ts
 * const waiting = left.filter(({ reason }) => reason === 'retry');
 * ```
 */
export interface LeftDeliveries {
  /** The durable id. */
  readonly handler: string;
  readonly reason: 'retry' | 'away' | 'dead' | 'elsewhere' | 'paused' | 'unknown' | 'time';
  /** How many. Of ten thousand or more, at least that many. */
  readonly count: number;
}
