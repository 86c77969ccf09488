import type { DurableHandlers } from '../durable-handlers.js';
import { handlerOf } from '../replay-id.js';
import type { BucketAssignment, Share } from '../store/bucket-assignment.js';
import type { Alarm } from './alarm.js';
import type { Deliverer } from './deliverer.js';
import type { Fetch } from './fetch.js';
import type { Gates } from './gates.js';
import { KeyedQueue } from './keyed-queue.js';

/** What an update of the queues has changed. */
export interface QueuesUpdate {
  /** The ids that have a queue now, and had none before. */
  readonly opened: readonly string[];
  /** The ids whose handlers are not subscribed. */
  readonly unknown: readonly string[];
}

// A queue without deliveries at this many updates in a row is not needed, unless it is one of a handler.
const lastEmptyUpdate = 3;

/** The queues of one relay: one for each durable handler, and one for each replay that is not over. */
export class HandlerQueues {
  readonly #handlers: DurableHandlers;
  readonly #deliverer: Deliverer;
  readonly #alarm: Alarm;
  readonly #gates: Gates;
  readonly #queues = new Map<string, KeyedQueue>();
  readonly #emptyUpdates = new Map<string, number>();

  constructor(handlers: DurableHandlers, deliverer: Deliverer, alarm: Alarm, gates: Gates) {
    this.#handlers = handlers;
    this.#deliverer = deliverer;
    this.#alarm = alarm;
    this.#gates = gates;
  }

  /** The ids of the queues that hold deliveries, with their numbers: "mail.receipt (2)". */
  get unfinished(): readonly string[] {
    return [...this.#queues.values()].filter(({ size }) => size > 0).map(({ handler, size }) => `${handler} (${size})`);
  }

  /** Whether the queues of some handlers hold nothing: no delivery of theirs is at work. */
  areEmpty(serves: (handler: string) => boolean): boolean {
    return [...this.#queues.values()].every(({ handler, size }) => size === 0 || !serves(handlerOf(handler)));
  }

  /** The ids of all queues. */
  get ids(): readonly string[] {
    return [...this.#queues.keys()];
  }

  /**
   * Opens queues for all handlers, and for the replays among the ids for which rows wait. Ends queues that are not
   * needed any more.
   */
  update(waiting: readonly string[]): QueuesUpdate {
    const known = this.#handlers.all;
    const served = new Set([...known.keys(), ...waiting.filter((id) => known.has(handlerOf(id)))]);
    for (const id of this.#queues.keys()) if (!served.has(id) && this.#isOver(id)) this.#end(id);
    const opened = [...served].filter((id) => !this.#queues.has(id));
    for (const id of opened) this.#open(id);
    return { opened, unknown: waiting.filter((id) => !served.has(id)) };
  }

  /** The id of a replay does not come again, so its queue ends when it has been empty for a while. */
  #isOver(id: string): boolean {
    const empty = this.#queues.get(id)?.size === 0 ? (this.#emptyUpdates.get(id) ?? 0) + 1 : 0;
    this.#emptyUpdates.set(id, empty);
    if (empty < lastEmptyUpdate) return false;
    return this.#emptyUpdates.delete(id);
  }

  /** Opens the next fetch of each queue of the share that has room, from the high-water mark at the latest. */
  nextFetches(share: Share, highWaterMark: number): readonly Fetch[] {
    const kept = share.buckets.filter((bucket) => !share.excess.includes(bucket));
    return this.#of(share).flatMap((queue) => queue.nextFetch(kept, highWaterMark) ?? []);
  }

  /** Reads the store again from the start: another process may have left rows behind. */
  restart(): void {
    for (const queue of this.#queues.values()) queue.restart();
  }

  /** Forgets what is not running. */
  clear(): void {
    for (const queue of this.#queues.values()) queue.clear();
  }

  /** Forgets what is not running of buckets in excess, and releases those of which nothing runs. */
  async giveBack(assignment: BucketAssignment): Promise<void> {
    for (const share of assignment.shares.filter(({ excess }) => excess.length > 0)) {
      const queues = this.#of(share);
      for (const queue of queues) queue.clear(share.excess);
      const held = new Set(queues.flatMap(({ buckets }) => [...buckets]));
      for (const bucket of share.excess) if (!held.has(bucket)) await assignment.release(share, bucket);
    }
  }

  #of(share: Share): readonly KeyedQueue[] {
    return [...this.#queues.values()].filter(({ handler }) => share.serves(handlerOf(handler)));
  }

  #end(id: string): void {
    const queue = this.#queues.get(id);
    if (queue) {
      this.#deliverer.outages.remove(handlerOf(id), queue);
      this.#gates.remove(handlerOf(id), queue);
    }
    this.#queues.delete(id);
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
      deliverer.outages.gateOf(handler, this.#gates.of(handler)),
    );
    deliverer.outages.add(handler, queue);
    this.#gates.add(handler, queue);
    this.#queues.set(id, queue);
  }
}
