import type { DeliveryQuery, DeliverySelection, OutboxDelivery } from './outbox-delivery.js';

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
export interface DeadLetter extends OutboxDelivery {
  readonly state: 'dead';
  /** When it died. */
  readonly deadAt: Date;
}

/**
 * Which dead letters are meant: all that match everything given.
 *
 * @example
 * ```ts
 * const letters = await outbox.deadLetters.list({ handler: 'mail.receipt', name: 'order.placed' });
 * ```
 */
export type DeadLetterQuery = Omit<DeliveryQuery, 'state'>;

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
export type DeadLetterSelection = Omit<DeliverySelection, 'state'>;
