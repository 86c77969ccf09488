import { setTimeout as delay } from 'node:timers/promises';
import { settledWithin, unrefTimers } from '../../core/index.js';
import type { Alarm } from './alarm.js';
import type { Deliverer } from './deliverer.js';
import type { WholePolicy } from '../delivery-policy.js';
import type { DurableHandlers } from '../durable-handlers.js';
import type { StoredDelivery } from '../store/entry.js';
import { HighWaterMark } from './high-water-mark.js';
import { KeyedQueue } from './keyed-queue.js';
import { OutboxError } from '../outbox-errors.js';
import { handlerOf } from '../replay-id.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { ProblemReport } from './problem-report.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';

/** What it takes to relay. */
export interface RelayOptions {
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly deliverer: Deliverer;
  readonly alarm: Alarm;
  readonly group: string;
  /** Milliseconds, all of them. */
  readonly takeoverAfter: number;
  readonly pollInterval: number;
  readonly retention: number;
  readonly problems: ProblemReport;
}

// Milliseconds. What others have left is found by the sweep, so it bounds how long that waits.
const sweepEvery = 1_000;
const healEvery = 10_000;
const pruneEvery = 30_000;
const pruneAtOnce = 5_000;
// How long somebody who has lost a bucket may go on with what he has begun of it, before it is begun again.
const handover = 1_000;
// How long the store has to take the buckets back, although the time of the stop is up: the others wait for them.
const closing = 500;

/** Brings the rows of an outbox to their handlers, for the buckets that this process holds. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #lanes = new Map<string, KeyedQueue>();
  readonly #unknown = new Set<string>();
  #running: Promise<void> | undefined;
  #isStopping = false;
  #share: BucketAssignment | undefined;
  #horizon: HighWaterMark;
  #due = { sweep: 0, heal: 0, prune: 0 };

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#horizon = new HighWaterMark(options.store);
  }

  /**
   * Resolves when it has its first buckets, or has been told that the others have all of them, or has been stopped meanwhile.
   *
   * @throws when the store fails.
   */
  async start(): Promise<void> {
    const joining = this.#join();
    // A failure is that of the start.
    this.#running = joining.then(
      (share) => share && this.#run(share),
      () => undefined,
    );
    await joining;
  }

  /** Ends when what is in work has ended, or has been told to (ms). @throws OutboxError naming what was left. */
  async stop(timeout: number): Promise<void> {
    const { alarm, deliverer } = this.#options;
    this.#isStopping = true;
    alarm.ring();
    for (const lanes of this.#lanes.values()) lanes.clear();
    const deadline = performance.now() + timeout;
    const rest = (): number => Math.max(0, deadline - performance.now());
    while ([...this.#lanes.values()].some(({ size }) => size > 0) && rest() > 0) await delay(5);
    const left = [...this.#lanes.values()]
      .filter(({ size }) => size > 0)
      .map(({ handler, size }) => `${handler} (${size})`);
    deliverer.setAssignment(undefined, new OutboxError('The outbox is stopped.'));
    alarm.clear();
    // A store that does not answer must not keep the process.
    await settledWithin(Promise.resolve(this.#running), rest(), unrefTimers);
    await settledWithin(Promise.resolve(this.#share?.close()), Math.max(rest(), closing), unrefTimers);
    if (left.length === 0) return;
    throw new OutboxError(
      `The outbox was stopped after ${timeout} ms with deliveries at work, which will be made again: ${left.join(', ')}.`,
    );
  }

  async #join(): Promise<BucketAssignment | undefined> {
    const { store, group, takeoverAfter, alarm, deliverer } = this.#options;
    const share = await store.join(group, takeoverAfter, () => alarm.ring());
    if (this.#isStopping) {
      // Nobody would serve its buckets, and whoever stops has perhaps not waited for it.
      await share.close();
      return undefined;
    }
    this.#share = share;
    this.#horizon = new HighWaterMark(store);
    deliverer.setAssignment(share);
    share.revoked.addEventListener('abort', () => alarm.ring());
    return share;
  }

  async #run(first: BucketAssignment): Promise<void> {
    const { deliverer, problems } = this.#options;
    let share: BucketAssignment | undefined = first;
    for (let failures = 0; !this.#isStopping;) {
      try {
        share ??= await this.#join();
        while (share && !this.#isStopping && !share.revoked.aborted) {
          await this.#round(share);
          failures = 0;
          problems.answered();
        }
      } catch (error) {
        failures++;
        const message = `The outbox's store does not answer; the relay tries again: ${String(error)}`;
        problems.add({ kind: 'unavailable', message, error });
        await this.#options.alarm.wait(Math.min(5_000, 50 * 2 ** failures));
      }
      if (!share?.revoked.aborted || this.#isStopping) continue;
      // Others may have the buckets by now.
      deliverer.setAssignment(undefined, share.revoked.reason);
      for (const lanes of this.#lanes.values()) lanes.clear();
      share = undefined;
    }
  }

  async #round(share: BucketAssignment): Promise<void> {
    const { alarm, pollInterval } = this.#options;
    await this.#upkeep(share);
    if (share.excess.length > 0) await this.#giveBack(share);
    if (!(await this.#fetch(share))) await alarm.wait(share.excess.length > 0 ? 20 : pollInterval);
  }

  async #upkeep({ buckets }: BucketAssignment): Promise<void> {
    const { store, retention } = this.#options;
    const now = performance.now();
    if (now >= this.#due.sweep) {
      await this.#look();
      for (const lanes of this.#lanes.values()) lanes.restart();
      this.#due.sweep = now + sweepEvery;
    }
    if (now >= this.#due.heal) {
      await store.releaseOrphans();
      this.#due.heal = now + healEvery;
    }
    // One of them is enough.
    if (now >= this.#due.prune && buckets.includes(0)) {
      const pruned = await store.prune(retention, pruneAtOnce);
      this.#due.prune = now + (pruned < pruneAtOnce ? pruneEvery : 0);
    }
  }

  /** Which handlers there are, and for which others something waits. */
  async #look(): Promise<void> {
    const { store, handlers, problems } = this.#options;
    const known = handlers.all;
    const waiting = new Set(await store.waiting());
    // A replay has an id of its own, which does not come again.
    const isServed = (id: string): boolean => known.has(id) || (known.has(handlerOf(id)) && waiting.has(id));
    for (const [id, { size }] of this.#lanes) if (size === 0 && !isServed(id)) this.#lanes.delete(id);
    for (const id of known.keys()) this.#lanesOf(id, id);
    const formerIds = new Set([...known.keys()].flatMap((id) => handlers.policyOf(id).formerIds));
    for (const id of waiting) {
      const base = handlerOf(id);
      if (known.has(base)) this.#lanesOf(id, base);
      else if (!formerIds.has(base) && !this.#unknown.has(id)) {
        this.#unknown.add(id);
        const message = `Deliveries wait for the durable handler '${id}', which this process does not have. If no other has it: subscribe it, name its successor's 'formerIds', or discard them.`;
        problems.add({ kind: 'unknown handler', message, handler: id });
      }
    }
  }

  #lanesOf(id: string, base: string): KeyedQueue {
    const { handlers, deliverer, alarm } = this.#options;
    let lanes = this.#lanes.get(id);
    if (!lanes) {
      const deliver = (delivery: StoredDelivery) => deliverer.deliver(base, delivery);
      const { concurrency } = handlers.policyOf(base);
      this.#lanes.set(id, (lanes = new KeyedQueue(id, concurrency, deliver, () => alarm.ring())));
    }
    return lanes;
  }

  /** Whether there is more to fetch at once. */
  async #fetch({ buckets, excess }: BucketAssignment): Promise<boolean> {
    const { store, handlers } = this.#options;
    const own = buckets.filter((bucket) => !excess.includes(bucket));
    const fetches = [...this.#lanes.values()].flatMap((lanes) => lanes.nextFetch(own, this.#horizon.seq) ?? []);
    if (fetches.length === 0) return false;
    const wanted = fetches.map(({ request }) => request);
    const ids = wanted.map(({ handler }) => handler);
    const certain = this.#horizon.seq;
    for (const id of ids) await this.#adopt(id, own);
    const [fresh, retries] = await Promise.all([store.fetch(wanted), store.retries(wanted)]);
    if (fresh.some(({ seq }) => seq > this.#horizon.seq)) await this.#horizon.look();
    // Also after the fetch: what was given to the handler only now belongs before something of its key that was fetched. Up to the
    // horizon there can be none of that, so that those who still publish for a former id hold up nobody.
    const incomplete = new Set<string>();
    for (const id of ids) {
      const isCertain = fresh.every(({ handler, seq }) => handler !== id || seq <= certain);
      if (!isCertain && (await this.#adopt(id, own)) > 0) incomplete.add(id);
    }
    const blocked = fresh.filter(({ isBlocked }) => isBlocked);
    if (blocked.length > 0) await store.hold(blocked);
    // Stopped, or lost, meanwhile.
    if (this.#isStopping || this.#share?.revoked.aborted) return false;
    let more = false;
    for (const fetch of fetches) {
      const id = fetch.request.handler;
      const lanes = this.#lanes.get(id) as KeyedQueue;
      const last = incomplete.has(id) ? certain : Infinity;
      const rows = [...retries, ...fresh].filter(({ handler, seq }) => handler === id && seq <= last);
      const policy = handlers.policyOf(handlerOf(id));
      fetch.accept(rows, (row) => row.isBlocked || isInOtherHands(row, policy));
      more ||= lanes.hasMore || incomplete.has(id);
    }
    return more;
  }

  /** Gives the handler what waits for its former ids. Answers how much that was. */
  async #adopt(id: string, buckets: readonly number[]): Promise<number> {
    const { formerIds } = this.#options.handlers.policyOf(id);
    return formerIds.length > 0 ? this.#options.store.adopt(id, formerIds, buckets) : 0;
  }

  async #giveBack(share: BucketAssignment): Promise<void> {
    for (const lanes of this.#lanes.values()) lanes.clear(share.excess);
    const busy = new Set([...this.#lanes.values()].flatMap(({ buckets }) => [...buckets]));
    for (const bucket of share.excess) if (!busy.has(bucket)) await share.release(bucket);
  }
}

/** Begun a while ago, and not ended: whoever began it gets time to end, and the more of it the more often that happened. */
function isInOtherHands({ startedAgo, attempts }: StoredDelivery, { maxBackoff }: WholePolicy): boolean {
  return startedAgo !== undefined && startedAgo < Math.min(maxBackoff, handover * 2 ** (attempts - 1));
}
