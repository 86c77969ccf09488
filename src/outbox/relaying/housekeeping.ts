import type { DurableHandlers } from '../durable-handlers.js';
import { handlerOf } from '../replay-id.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { Alarm } from './alarm.js';
import { FormerIds } from './former-ids.js';
import type { HandlerQueues } from './handler-queues.js';
import type { HighWaterMark } from './high-water-mark.js';
import { MarkKeeper } from './mark-keeper.js';
import type { ProblemReport } from './problem-report.js';
import type { SlowReport } from './slow-report.js';
import { UnservedHandlers } from './unserved-handlers.js';
import { Upkeep } from './upkeep.js';
import { WayFinder } from './way-finder.js';

/** What it takes to keep house. */
export interface HousekeepingOptions {
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly alarm: Alarm;
  /** Milliseconds. */
  readonly takeoverAfter: number;
  /** How long (ms) events stay in the log. */
  readonly retention: number;
  readonly problems: ProblemReport;
  readonly slow: SlowReport;
}

/** What a relay has from when it has joined until it has lost its buckets. */
export interface Tenure {
  readonly assignment: BucketAssignment;
  readonly highWaterMark: HighWaterMark;
}

// How often (ms) everything is read again. It bounds how long a row waits that another process has left.
const sweepInterval = 1_000;
const releaseInterval = 10_000;
const pruneInterval = 30_000;
const keepInterval = 10_000;
// How often (ms) one bucket is looked at for rows below its low mark.
const lookBelowInterval = 1_000;
// How soon (ms) a way that was not found is looked for again.
const searchInterval = 250;
// The number of events that one statement deletes at most.
const pruneLimit = 5_000;
// How many times the takeover may pass before nobody serves a handler: a program that is restarted is away for a while.
const patience = 2;

/**
 * The tasks of a relay beside its rounds: it opens queues, finds where their deliveries begin, and cleans up what
 * others and time have left.
 */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #queues: HandlerQueues;
  readonly #formerIds: FormerIds;
  readonly #unserved: UnservedHandlers;
  readonly #upkeep: Upkeep;
  readonly #wayFinder: WayFinder;
  readonly #markKeeper: MarkKeeper;
  #tenure: Tenure | undefined;

  constructor(options: HousekeepingOptions, queues: HandlerQueues) {
    this.#options = options;
    this.#queues = queues;
    this.#formerIds = new FormerIds(options.store, options.handlers);
    this.#unserved = new UnservedHandlers(options.takeoverAfter * patience, options.problems);
    this.#wayFinder = new WayFinder(options.store, queues);
    this.#markKeeper = new MarkKeeper(options.store, queues);
    const tasks = [
      {
        name: 'Finding where deliveries begin',
        every: searchInterval,
        isNeeded: () => this.#isSearchNeeded(),
        run: () => this.#during((tenure) => this.#search(tenure)),
      },
      { name: 'Looking for handlers with deliveries', every: sweepInterval, run: () => this.#sweep() },
      {
        name: 'Looking for rows that were written by hand',
        every: lookBelowInterval,
        run: () => this.#during((tenure) => this.#lookBelow(tenure)),
      },
      {
        name: 'Keeping low marks',
        every: keepInterval,
        run: () => this.#during(({ assignment, highWaterMark }) => this.#markKeeper.keep(assignment, highWaterMark)),
      },
      { name: 'Releasing orphans', every: releaseInterval, run: () => this.#releaseOrphans() },
      { name: 'Pruning the log', every: pruneInterval, run: () => this.#prune() },
    ];
    this.#upkeep = new Upkeep(tasks, options.slow, options.problems);
  }

  /** Begins what is due. */
  begin(tenure: Tenure): void {
    // Handlers are there at once. What else waits, the sweep finds.
    if (tenure !== this.#tenure) this.#queues.update([]);
    this.#tenure = tenure;
    this.#upkeep.beginDue();
  }

  /** Resolves when nothing of it runs any more. */
  settled(): Promise<void> {
    return this.#upkeep.settled();
  }

  async #during(run: (tenure: Tenure) => Promise<unknown>): Promise<void> {
    if (this.#tenure && !this.#tenure.assignment.revoked.aborted) await run(this.#tenure);
  }

  #isSearchNeeded(): boolean {
    return this.#tenure !== undefined && this.#queues.withUnknownMarks(this.#tenure.assignment).length > 0;
  }

  async #search({ assignment, highWaterMark }: Tenure): Promise<void> {
    const { alarm } = this.#options;
    const found = (): void => alarm.ring();
    try {
      if (await this.#markKeeper.learn(assignment, highWaterMark)) found();
      await this.#wayFinder.run(assignment, highWaterMark, found);
      // What took long to find is not to be looked for again by the next relay.
      await this.#markKeeper.keep(assignment, highWaterMark);
    } catch (error) {
      alarm.ringIn(searchInterval);
      throw error;
    }
  }

  async #lookBelow({ assignment }: Tenure): Promise<void> {
    if (await this.#markKeeper.lookBelow(assignment)) this.#options.alarm.ring();
  }

  async #sweep(): Promise<void> {
    const { store, alarm } = this.#options;
    const { opened, unknown } = this.#queues.update(await store.waiting(this.#queues.ids));
    this.#queues.restart();
    if (opened.length > 0) alarm.ring();
    const missing = new Set(unknown.map(handlerOf).filter((id) => !this.#formerIds.include(id)));
    await this.#during(({ assignment }) => this.#unserved.update([...missing], assignment));
  }

  async #releaseOrphans(): Promise<void> {
    if ((await this.#options.store.releaseOrphans()) > 0) this.#options.alarm.ring();
  }

  /** One relay is enough: the owner of the first bucket. Resolves with whether it is due again at once. */
  async #prune(): Promise<boolean> {
    const { store, retention } = this.#options;
    if (!this.#tenure?.assignment.shares.some(({ buckets }) => buckets.includes(0))) return true;
    return (await store.prune(retention, pruneLimit, this.#queues.ids)) >= pruneLimit;
  }
}
