import { setTimeout as delay } from 'node:timers/promises';
import { settledWithin, textOf, unrefTimers } from '../../core/index.js';
import type { WholePolicy } from '../delivery-policy.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { OutboxError } from '../outbox-errors.js';
import { handlerOf } from '../replay-id.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { StoredDelivery } from '../store/entry.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { Alarm } from './alarm.js';
import type { Deliverer } from './deliverer.js';
import type { Fetch } from './fetch.js';
import { FormerIds } from './former-ids.js';
import { HandlerQueues } from './handler-queues.js';
import { HighWaterMark } from './high-water-mark.js';
import type { ProblemReport } from './problem-report.js';
import { Upkeep } from './upkeep.js';

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

/** The rows of one fetch, by where they come from. */
interface LoadedRows {
  readonly fresh: readonly StoredDelivery[];
  readonly retries: readonly StoredDelivery[];
  /** The last place up to which the rows of a handler may be delivered. */
  readonly completeUpTo: ReadonlyMap<string, number>;
}

// How often (ms) everything is read again. It bounds how long a row waits that another process has left.
const sweepInterval = 1_000;
const releaseInterval = 10_000;
const pruneInterval = 30_000;
// The number of events that one statement deletes at most.
const pruneLimit = 5_000;
// How often (ms) a relay looks whether the deliveries of excess buckets have ended.
const giveBackInterval = 20;
// Grace period (ms): how long a bucket's previous owner may finish deliveries that it started.
const gracePeriod = 1_000;
// How long (ms) the store has to take the buckets back when the time of the stop is up. Otherwise the other
// relays would wait for them.
const closeTimeout = 500;

/**
 * Brings the rows of an outbox to their handlers, for the buckets that are assigned to this process.
 *
 * States: joining → running → stopped. A relay whose assignment is revoked joins again, and it may be stopped in any
 * state. While it is running it repeats one round: upkeep, give back excess buckets, fetch.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #queues: HandlerQueues;
  readonly #formerIds: FormerIds;
  readonly #upkeep: Upkeep;
  readonly #unknownIds = new Set<string>();
  #running: Promise<void> | undefined;
  #isStopping = false;
  #assignment: BucketAssignment | undefined;
  #highWaterMark: HighWaterMark;

  constructor(options: RelayOptions) {
    const { store, handlers, deliverer, alarm } = options;
    this.#options = options;
    this.#queues = new HandlerQueues(handlers, deliverer, alarm);
    this.#formerIds = new FormerIds(store, handlers);
    this.#highWaterMark = new HighWaterMark(store);
    this.#upkeep = new Upkeep([
      { every: sweepInterval, run: () => this.#sweep() },
      { every: releaseInterval, run: () => this.#releaseOrphans() },
      { every: pruneInterval, run: () => this.#prune() },
    ]);
  }

  /**
   * Resolves when it has its first buckets, or has been told that the others have all of them,
   * or has been stopped meanwhile.
   *
   * @throws when the store fails.
   */
  async start(): Promise<void> {
    const joining = this.#join();
    // A failure is that of the start.
    this.#running = joining.then(
      (assignment) => assignment && this.#run(assignment),
      () => undefined,
    );
    await joining;
  }

  /** Ends when what is in work has ended, or has been told to (ms). @throws OutboxError naming what was left. */
  async stop(timeout: number): Promise<void> {
    const { alarm, deliverer } = this.#options;
    this.#isStopping = true;
    alarm.ring();
    this.#queues.clear();
    const deadline = performance.now() + timeout;
    const rest = (): number => Math.max(0, deadline - performance.now());
    while (this.#queues.unfinished.length > 0 && rest() > 0) await delay(5);
    const { unfinished } = this.#queues;
    deliverer.setAssignment(undefined, new OutboxError('The outbox is stopped.'));
    alarm.clear();
    // A store that does not answer must not keep the process.
    await settledWithin(Promise.resolve(this.#running), rest(), unrefTimers);
    await settledWithin(Promise.resolve(this.#assignment?.close()), Math.max(rest(), closeTimeout), unrefTimers);
    if (unfinished.length === 0) return;
    throw new OutboxError(
      `The outbox was stopped after ${timeout} ms with deliveries at work, which will be delivered again: ${unfinished.join(', ')}.`,
    );
  }

  async #join(): Promise<BucketAssignment | undefined> {
    const { store, group, takeoverAfter, alarm, deliverer } = this.#options;
    const assignment = await store.join(group, takeoverAfter, () => alarm.ring());
    if (this.#isStopping) {
      // No round would serve its buckets, and the stop has perhaps not waited for it.
      await assignment.close();
      return undefined;
    }
    this.#assignment = assignment;
    this.#highWaterMark = new HighWaterMark(store);
    deliverer.setAssignment(assignment);
    assignment.revoked.addEventListener('abort', () => alarm.ring());
    return assignment;
  }

  async #run(first: BucketAssignment): Promise<void> {
    const { deliverer, problems } = this.#options;
    let assignment: BucketAssignment | undefined = first;
    for (let failures = 0; !this.#isStopping;) {
      try {
        assignment ??= await this.#join();
        while (assignment && !this.#isStopping && !assignment.revoked.aborted) {
          await this.#round(assignment);
          failures = 0;
          problems.answered();
        }
      } catch (error) {
        failures++;
        const message = `The outbox's store does not answer; the relay tries again: ${String(error)}`;
        problems.add({ kind: 'unavailable', message, error });
        await this.#options.alarm.wait(Math.min(5_000, 50 * 2 ** failures));
      }
      if (!assignment?.revoked.aborted || this.#isStopping) continue;
      // Others may have the buckets by now.
      const error: unknown = assignment.revoked.reason;
      const message = `The relay has lost its session and joins again; deliveries at work may be repeated: ${textOf(error)}`;
      problems.add({ kind: 'unavailable', message, error });
      deliverer.setAssignment(undefined, error);
      this.#queues.clear();
      assignment = undefined;
    }
  }

  async #round(assignment: BucketAssignment): Promise<void> {
    const { alarm, pollInterval } = this.#options;
    await this.#upkeep.runDue();
    await this.#queues.giveBack(assignment);
    const hasMore = await this.#fetch(assignment);
    const hasExcess = assignment.shares.some(({ excess }) => excess.length > 0);
    if (!hasMore) await alarm.wait(hasExcess ? giveBackInterval : pollInterval);
  }

  /** Resolves with whether there is more to fetch at once. */
  async #fetch(assignment: BucketAssignment): Promise<boolean> {
    const { shares, revoked } = assignment;
    const fetches = shares.flatMap((share) => this.#queues.nextFetches(share, this.#highWaterMark.seq));
    if (fetches.length === 0) return false;
    const rows = await this.#load(fetches);
    // Otherwise a relay that was stopped, or has lost its buckets meanwhile, would deliver.
    if (this.#isStopping || revoked.aborted) return false;
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

  async #sweep(): Promise<void> {
    const { store, problems } = this.#options;
    for (const id of this.#queues.update(await store.waiting())) {
      if (this.#unknownIds.has(id) || this.#formerIds.include(handlerOf(id))) continue;
      this.#unknownIds.add(id);
      const message = `Deliveries wait for the durable handler '${id}', which this process does not have. If no other has it: subscribe it, name its successor's 'formerIds', or discard them.`;
      problems.add({ kind: 'unknown handler', message, handler: id });
    }
    this.#queues.restart();
  }

  async #releaseOrphans(): Promise<void> {
    await this.#options.store.releaseOrphans();
  }

  /** One relay is enough: the owner of the first bucket. Resolves with whether it is due again at once. */
  async #prune(): Promise<boolean> {
    const { store, retention } = this.#options;
    if (!this.#assignment?.shares.some(({ buckets }) => buckets.includes(0))) return true;
    return (await store.prune(retention, pruneLimit)) >= pruneLimit;
  }
}

/**
 * Returns whether another relay may still be delivering this row. The grace period doubles
 * with each unfinished attempt.
 */
function isInGracePeriod({ startedAgo, attempts }: StoredDelivery, { maxBackoff }: WholePolicy): boolean {
  return startedAgo !== undefined && startedAgo < Math.min(maxBackoff, gracePeriod * 2 ** (attempts - 1));
}
