import type { DurableHandlers } from '../durable-handlers.js';
import { handlerOf } from '../replay-id.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { Alarm } from './alarm.js';
import { FormerIds } from './former-ids.js';
import type { HandlerQueues } from './handler-queues.js';
import type { ProblemReport } from './problem-report.js';
import { UnservedHandlers } from './unserved-handlers.js';
import { Upkeep } from './upkeep.js';

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
}

// How often (ms) everything is read again. It bounds how long a row waits that another process has left.
const sweepInterval = 1_000;
const releaseInterval = 10_000;
const pruneInterval = 30_000;
// The number of events that one statement deletes at most.
const pruneLimit = 5_000;
// How many times the takeover may pass before nobody serves a handler: a program that is restarted is away for a while.
const patience = 2;

/** The tasks of a relay beside its rounds: it opens queues, and cleans up what others and time have left. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #queues: HandlerQueues;
  readonly #formerIds: FormerIds;
  readonly #unserved: UnservedHandlers;
  readonly #upkeep: Upkeep;
  #assignment: BucketAssignment | undefined;

  constructor(options: HousekeepingOptions, queues: HandlerQueues) {
    this.#options = options;
    this.#queues = queues;
    this.#formerIds = new FormerIds(options.store, options.handlers);
    this.#unserved = new UnservedHandlers(options.takeoverAfter * patience, options.problems);
    this.#upkeep = new Upkeep(
      [
        { name: 'Looking for handlers with deliveries', every: sweepInterval, run: () => this.#sweep() },
        { name: 'Releasing orphans', every: releaseInterval, run: () => this.#releaseOrphans() },
        { name: 'Pruning the log', every: pruneInterval, run: () => this.#prune() },
      ],
      options.problems.add,
    );
  }

  /** Begins what is due, for the buckets of the assignment. */
  begin(assignment: BucketAssignment): void {
    this.#assignment = assignment;
    this.#upkeep.beginDue();
  }

  /** Resolves when nothing of it runs any more. */
  settled(): Promise<void> {
    return this.#upkeep.settled();
  }

  async #sweep(): Promise<void> {
    const { store, alarm } = this.#options;
    const { opened, unknown } = this.#queues.update(await store.waiting(this.#queues.ids));
    this.#queues.restart();
    if (opened.length > 0) alarm.ring();
    const missing = new Set(unknown.map(handlerOf).filter((id) => !this.#formerIds.include(id)));
    if (this.#assignment) await this.#unserved.update([...missing], this.#assignment);
  }

  async #releaseOrphans(): Promise<void> {
    if ((await this.#options.store.releaseOrphans()) > 0) this.#options.alarm.ring();
  }

  /** One relay is enough: the owner of the first bucket. Resolves with whether it is due again at once. */
  async #prune(): Promise<boolean> {
    const { store, retention } = this.#options;
    if (!this.#assignment?.shares.some(({ buckets }) => buckets.includes(0))) return true;
    return (await store.prune(retention, pruneLimit, this.#queues.ids)) >= pruneLimit;
  }
}
