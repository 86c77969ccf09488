import type { Pause } from './pausing-store.js';

/**
 * How one handler stands.
 *
 * @example
 * ```ts
 * const late = status.handlers.filter(({ oldestDueAge }) => oldestDueAge > 60_000);
 * ```
 */
export interface HandlerStatus {
  /** Its durable id. */
  readonly handler: string;
  /** How many relays serve it. 0 for longer than a moment: its deliveries wait for a program that has it. */
  readonly relays: number;
  /** Deliveries that wait, those of blocked keys included, dead letters not. */
  readonly pending: number;
  /** Keys (or single deliveries without order) that wait for their next attempt. */
  readonly blocked: number;
  /** Dead letters. */
  readonly dead: number;
  /** Milliseconds since the oldest delivery that could be made now was written; 0 where none waits. The figure
   * to alert on: a replay counts from when its next attempt was due, for its events are old. */
  readonly oldestDueAge: number;
  /** Since when it is paused, and until when; undefined if it is not. The other figures go on meanwhile. */
  readonly paused?: Pause | undefined;
}

/**
 * How the outbox stands, as one moment of the database saw it.
 *
 * @example
 * ```ts
 * const { relays, handlers } = await outbox.status();
 * ```
 */
export interface OutboxStatus {
  /** How many relays live, of all services. */
  readonly relays: number;
  /**
   * How many buckets their relays have taken, of the handler of which they have the fewest. Handlers that no relay
   * serves do not count. Fewer than all for longer than a moment: deliveries wait for nobody.
   */
  readonly buckets: { readonly taken: number; readonly all: number };
  /** Every handler for which something waits, or that is paused, by id. */
  readonly handlers: readonly HandlerStatus[];
  /** Events in the log. An estimate where there are many. */
  readonly events: number;
}
