import { setTimeout as delay } from 'node:timers/promises';
import { settledWithin, textOf, unrefTimers } from '../../core/index.js';
import { OutboxError } from '../outbox-errors.js';
import type { BucketAssignment, Share } from '../store/bucket-assignment.js';
import type { Deliverer } from './deliverer.js';
import type { Gates } from './gates.js';
import { HandlerQueues } from './handler-queues.js';
import { HighWaterMark } from './high-water-mark.js';
import { Housekeeping, type HousekeepingOptions } from './housekeeping.js';
import { Rounds, type RoundsOptions } from './rounds.js';

/** What it takes to relay. */
export interface RelayOptions extends RoundsOptions, HousekeepingOptions {
  readonly deliverer: Deliverer;
  readonly gates: Gates;
}

// How long (ms) the store has to take the buckets back when the time of the stop is up. Otherwise the other
// relays would wait for them.
const closeTimeout = 500;

/**
 * Brings the rows of an outbox to their handlers, for the buckets that are assigned to this process.
 *
 * States: joining → running → stopped. A relay whose assignment is revoked joins again, and it may be stopped in any
 * state. While it is running it does rounds, and its housekeeping beside them.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #queues: HandlerQueues;
  readonly #housekeeping: Housekeeping;
  #running: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #assignment: BucketAssignment | undefined;

  constructor(options: RelayOptions) {
    const { handlers, deliverer, alarm, gates } = options;
    this.#options = options;
    this.#queues = new HandlerQueues(handlers, deliverer, alarm, gates);
    this.#housekeeping = new Housekeeping(options, this.#queues);
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

  /** Its shares; none while it has no buckets. */
  get shares(): readonly Share[] {
    return this.#assignment?.shares ?? [];
  }

  /** Whether no delivery of some handlers is at work. */
  isIdle(serves: (handler: string) => boolean): boolean {
    return this.#queues.areEmpty(serves);
  }

  /** Ends when what is in work has ended, or has been told to (ms). @throws OutboxError naming what was left. */
  async stop(timeout: number): Promise<void> {
    const { alarm, deliverer } = this.#options;
    this.#stopping.abort(new OutboxError('The outbox is stopped.'));
    alarm.ring();
    this.#queues.clear();
    const deadline = performance.now() + timeout;
    const rest = (): number => Math.max(0, deadline - performance.now());
    while (this.#queues.unfinished.length > 0 && rest() > 0) await delay(5);
    const { unfinished } = this.#queues;
    deliverer.setAssignment(undefined, this.#stopping.signal.reason);
    alarm.clear();
    // A store that does not answer must not keep the process.
    await settledWithin(Promise.resolve(this.#running), rest(), unrefTimers);
    await settledWithin(Promise.resolve(this.#assignment?.close()), Math.max(rest(), closeTimeout), unrefTimers);
    if (unfinished.length === 0) return;
    throw new OutboxError(
      `The outbox was stopped after ${timeout} ms with deliveries at work, which will be delivered again: ${unfinished.join(', ')}.`,
    );
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #join(): Promise<BucketAssignment | undefined> {
    const { store, handlers, takeoverAfter, alarm, deliverer } = this.#options;
    const ids = (): readonly string[] => [...handlers.all.keys()];
    const { signal } = this.#stopping;
    const joining = store.join(ids, takeoverAfter, () => alarm.ring(), signal);
    const assignment = await joining.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (!assignment) return undefined;
    if (this.#isStopping) {
      // No round would serve its buckets, and the stop has perhaps not waited for it.
      await assignment.close();
      return undefined;
    }
    this.#assignment = assignment;
    deliverer.setAssignment(assignment);
    assignment.revoked.addEventListener('abort', () => alarm.ring());
    return assignment;
  }

  async #run(first: BucketAssignment): Promise<void> {
    let assignment: BucketAssignment | undefined = first;
    while (assignment && !this.#isStopping) {
      await this.#serve(assignment);
      if (this.#isStopping) break;
      this.#lose(assignment);
      assignment = await this.#untilAnswered(() => this.#join());
    }
    await this.#housekeeping.settled();
  }

  /** Does rounds until the assignment is revoked, or the relay is stopped. */
  async #serve(assignment: BucketAssignment): Promise<void> {
    const mayGoOn = (): boolean => !this.#isStopping && !assignment.revoked.aborted;
    const rounds = new Rounds(this.#options, this.#queues, assignment, new HighWaterMark(this.#options.store), mayGoOn);
    while (mayGoOn()) {
      await this.#untilAnswered(async () => {
        if (!mayGoOn()) return;
        this.#housekeeping.begin(assignment);
        await rounds.next();
      });
    }
  }

  #lose(assignment: BucketAssignment): void {
    const { deliverer, problems } = this.#options;
    // Others may have the buckets by now.
    const error: unknown = assignment.revoked.reason;
    const message = `The relay has lost its session and joins again; deliveries at work may be repeated: ${textOf(error)}`;
    problems.add({ kind: 'unavailable', message, error });
    deliverer.setAssignment(undefined, error);
    this.#queues.clear();
  }

  /** Asks the store until it answers, later and later. Resolves with undefined when the relay is stopped. */
  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T | undefined> {
    const { alarm, problems } = this.#options;
    for (let failures = 1; !this.#isStopping; failures++) {
      try {
        const answer = await ask();
        problems.answered();
        return answer;
      } catch (error) {
        const message = `The outbox's store does not answer; the relay tries again: ${String(error)}`;
        problems.add({ kind: 'unavailable', message, error });
        await alarm.wait(Math.min(5_000, 50 * 2 ** failures));
      }
    }
    return undefined;
  }
}
