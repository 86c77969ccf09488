import { handlerOf } from '../replay-id.js';
import type { WholePolicy } from '../delivery-policy.js';
import type { DurableHandlers } from '../durable-handlers.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { StoredDelivery } from '../store/entry.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { Alarm } from './alarm.js';
import type { Fetch } from './fetch.js';
import { FormerIds } from './former-ids.js';
import type { HandlerQueues } from './handler-queues.js';
import type { HighWaterMark } from './high-water-mark.js';
import { PausedHandlers } from './paused-handlers.js';

/** What it takes to fetch. */
export interface RoundsOptions {
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly alarm: Alarm;
  /** Milliseconds. */
  readonly pollInterval: number;
}

/** The rows of one fetch, by where they come from. */
interface LoadedRows {
  readonly fresh: readonly StoredDelivery[];
  readonly retries: readonly StoredDelivery[];
  /** The last place up to which the rows of a handler may be delivered. */
  readonly completeUpTo: ReadonlyMap<string, number>;
}

// How often a relay looks (ms) whether the deliveries of excess buckets have ended.
const giveBackInterval = 20;
// Grace period (ms): how long a bucket's previous owner may finish deliveries that it started.
const gracePeriod = 1_000;

/** The rounds of a relay while it has one assignment: give back excess buckets, fetch, wait. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #queues: HandlerQueues;
  readonly #formerIds: FormerIds;
  readonly #paused: PausedHandlers;
  readonly #assignment: BucketAssignment;
  readonly #highWaterMark: HighWaterMark;
  readonly #mayGoOn: () => boolean;

  /** `mayGoOn` says whether rows that are fetched may still be delivered. */
  constructor(
    options: RoundsOptions,
    queues: HandlerQueues,
    assignment: BucketAssignment,
    highWaterMark: HighWaterMark,
    mayGoOn: () => boolean,
  ) {
    this.#options = options;
    this.#queues = queues;
    this.#formerIds = new FormerIds(options.store, options.handlers);
    this.#paused = new PausedHandlers(options.store, options.alarm);
    this.#assignment = assignment;
    this.#highWaterMark = highWaterMark;
    this.#mayGoOn = mayGoOn;
  }

  /** Resolves when the next round is due. @throws when the store fails. */
  async next(): Promise<void> {
    const { alarm, pollInterval } = this.#options;
    await this.#queues.giveBack(this.#assignment);
    const hasMore = await this.#fetch();
    const hasExcess = this.#assignment.shares.some(({ excess }) => excess.length > 0);
    if (!hasMore) await alarm.wait(hasExcess ? giveBackInterval : pollInterval);
  }

  /** Resolves with whether there is more to fetch at once. */
  async #fetch(): Promise<boolean> {
    await this.#paused.look();
    const fetches = this.#assignment.shares
      .flatMap((share) => this.#queues.nextFetches(share, this.#highWaterMark.seq))
      .filter(({ request }) => !this.#paused.has(request.handler));
    if (fetches.length === 0) return false;
    const rows = await this.#load(fetches);
    // Otherwise a relay that was stopped, or has lost its buckets meanwhile, would deliver.
    if (!this.#mayGoOn()) return false;
    return this.#accept(fetches, rows);
  }

  async #load(fetches: readonly Fetch[]): Promise<LoadedRows> {
    const { store } = this.#options;
    const requests = fetches.map(({ request }) => request);
    const markBefore = this.#highWaterMark.seq;
    await this.#formerIds.adopt(requests);
    const [fresh, retries] = await Promise.all([store.fetch(requests), store.retries(requests)]);
    if (fresh.some(({ seq }) => seq > this.#highWaterMark.seq)) await this.#highWaterMark.advance();
    const completeUpTo = new Map<string, number>();
    for (const request of requests) {
      completeUpTo.set(request.handler, await this.#formerIds.completeUpTo(request, fresh, markBefore));
    }
    const blocked = fresh.filter(({ isBlocked }) => isBlocked);
    if (blocked.length > 0) await store.hold(blocked);
    return { fresh, retries, completeUpTo };
  }

  /** Returns whether there is more to fetch at once. */
  #accept(fetches: readonly Fetch[], { fresh, retries, completeUpTo }: LoadedRows): boolean {
    const { handlers } = this.#options;
    const more = fetches.map((fetch) => {
      const id = fetch.request.handler;
      const last = completeUpTo.get(id) ?? Infinity;
      const rows = [...retries, ...fresh].filter(({ handler, seq }) => handler === id && seq <= last);
      const policy = handlers.policyOf(handlerOf(id));
      const hasMore = fetch.accept(rows, (row) => row.isBlocked || isInGracePeriod(row, policy));
      return hasMore || last < Infinity;
    });
    return more.includes(true);
  }
}

/**
 * Returns whether another relay may still be delivering this row. The grace period doubles
 * with each unfinished attempt.
 */
function isInGracePeriod({ startedAgo, attempts }: StoredDelivery, { maxBackoff }: WholePolicy): boolean {
  return startedAgo !== undefined && startedAgo < Math.min(maxBackoff, gracePeriod * 2 ** (attempts - 1));
}
