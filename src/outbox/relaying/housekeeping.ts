import type { DurableHandlers } from '../durable-handlers.js';
import { handlerOf } from '../replay-id.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { Alarm } from './alarm.js';
import { FormerIds } from './former-ids.js';
import type { HandlerQueues } from './handler-queues.js';
import type { ProblemReport } from './problem-report.js';
import { Upkeep } from './upkeep.js';

/** What it takes to keep house. */
export interface HousekeepingOptions {
  readonly store: RelayingStore;
  readonly handlers: DurableHandlers;
  readonly alarm: Alarm;
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

/** The tasks of a relay beside its rounds: it opens queues, and cleans up what others and time have left. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #queues: HandlerQueues;
  readonly #formerIds: FormerIds;
  readonly #unknownIds = new Set<string>();
  readonly #upkeep: Upkeep;
  #assignment: BucketAssignment | undefined;

  constructor(options: HousekeepingOptions, queues: HandlerQueues) {
    this.#options = options;
    this.#queues = queues;
    this.#formerIds = new FormerIds(options.store, options.handlers);
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
    const { store, alarm, problems } = this.#options;
    const { opened, unknown } = this.#queues.update(await store.waiting(this.#queues.ids));
    for (const id of unknown) {
      if (this.#unknownIds.has(id) || this.#formerIds.include(handlerOf(id))) continue;
      this.#unknownIds.add(id);
      const message = `Deliveries wait for the durable handler '${id}', which this process does not have. If no other has it: subscribe it, name its successor's 'formerIds', or discard them.`;
      problems.add({ kind: 'unknown handler', message, handler: id });
    }
    this.#queues.restart();
    if (opened.length > 0) alarm.ring();
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
