import type { DurableHandlers } from '../durable-handlers.js';
import { handlerOf } from '../replay-id.js';
import type { Alarm } from './alarm.js';
import type { Deliverer } from './deliverer.js';
import type { Fetch } from './fetch.js';
import { KeyedQueue } from './keyed-queue.js';

/** The queues of one relay: one for each durable handler, and one for each replay that is not over. */
export class HandlerQueues {
  readonly #handlers: DurableHandlers;
  readonly #deliverer: Deliverer;
  readonly #alarm: Alarm;
  readonly #queues = new Map<string, KeyedQueue>();

  constructor(handlers: DurableHandlers, deliverer: Deliverer, alarm: Alarm) {
    this.#handlers = handlers;
    this.#deliverer = deliverer;
    this.#alarm = alarm;
  }

  /** The ids of the queues that hold deliveries, with their numbers: "mail.receipt (2)". */
  get unfinished(): readonly string[] {
    return [...this.#queues.values()].filter(({ size }) => size > 0).map(({ handler, size }) => `${handler} (${size})`);
  }

  /** The buckets of which a queue holds deliveries. */
  get buckets(): ReadonlySet<number> {
    return new Set([...this.#queues.values()].flatMap(({ buckets }) => [...buckets]));
  }

  /** Opens and ends queues, by the ids for which rows wait. Returns the ids whose handlers are not subscribed. */
  update(waiting: readonly string[]): readonly string[] {
    const known = this.#handlers.all;
    // The id of a replay does not come again, so its queue ends with its rows.
    const served = new Set([...known.keys(), ...waiting.filter((id) => known.has(handlerOf(id)))]);
    for (const [id, { size }] of this.#queues) if (size === 0 && !served.has(id)) this.#queues.delete(id);
    for (const id of served) if (!this.#queues.has(id)) this.#open(id);
    return waiting.filter((id) => !served.has(id));
  }

  /** Opens the next fetch of each queue that has room, from the high-water mark at the latest. */
  nextFetches(buckets: readonly number[], highWaterMark: number): readonly Fetch[] {
    return [...this.#queues.values()].flatMap((queue) => queue.nextFetch(buckets, highWaterMark) ?? []);
  }

  /** Reads the store again from the start: another process may have left rows behind. */
  restart(): void {
    for (const queue of this.#queues.values()) queue.restart();
  }

  /** Forgets what is not running, of all buckets or of some. */
  clear(buckets?: readonly number[]): void {
    for (const queue of this.#queues.values()) queue.clear(buckets);
  }

  #open(id: string): void {
    const handler = handlerOf(id);
    const { concurrency } = this.#handlers.policyOf(handler);
    const deliverer = this.#deliverer;
    const queue = new KeyedQueue(
      id,
      concurrency,
      (delivery) => deliverer.deliver(handler, delivery),
      () => this.#alarm.ring(),
    );
    this.#queues.set(id, queue);
  }
}
