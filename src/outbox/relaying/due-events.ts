import { settledWithin, unrefTimers } from '../../core/index.js';
import type { OutboxProblem } from '../outbox-problem.js';
import type { SchedulingStore } from '../store/scheduling-store.js';
import { Alarm } from './alarm.js';

// The number of events that one look publishes at most, so that no transaction is long.
const atOnce = 100;
// How often (ms) everything is looked at, whatever the mark: a transaction may have been open for longer than a mark
// allows for.
const wholeLookInterval = 60_000;
// The share of the time that whole looks may take.
const wholeLookShare = 0.1;
// How long (ms) until what is due and was left out is looked at again.
const leftOutPause = 50;
const longestPause = 5_000;

/** What it takes to publish what is due. */
export interface DueEventsOptions {
  readonly store: SchedulingStore;
  /** Milliseconds between two looks when nothing is known to be due before. */
  readonly pollInterval: number;
  /** Some were published, and relays are to see them. */
  readonly onPublished: () => void;
  readonly onProblem: (problem: OutboxProblem) => void;
}

/**
 * Publishes scheduled events when they are due, as long as it runs. Every process that relays has one, for events of
 * all handlers. It works beside the relay, which must not wait for it.
 *
 * States: stopped → running → stopped.
 */
export class DueEvents {
  readonly #options: DueEventsOptions;
  readonly #alarm = new Alarm();
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #mark: string | undefined;
  #wholeLookAt = 0;

  constructor(options: DueEventsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Has it look at once: something was scheduled. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Resolves when the look that is under way has ended, after so many milliseconds at the latest. */
  async stop(timeout: number): Promise<void> {
    this.#isRunning = false;
    this.wake();
    // A store that does not answer must not keep the process.
    await settledWithin(this.#running, timeout, unrefTimers);
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#isRunning;) {
      let pause: number;
      try {
        pause = await this.#look();
        failures = 0;
      } catch (error) {
        pause = Math.min(longestPause, 50 * 2 ** ++failures);
        const message = `The store failed while scheduled events were looked for, which is tried again: ${String(error)}`;
        this.#options.onProblem({ kind: 'unavailable', message, error });
      }
      if (pause > 0 && this.#isRunning) await this.#alarm.wait(pause);
    }
  }

  /** Resolves with how long (ms) to wait until the next look. */
  async #look(): Promise<number> {
    const { store, pollInterval, onPublished } = this.#options;
    const start = performance.now();
    const isWhole = start >= this.#wholeLookAt;
    const { published, nextIn, mark } = await store.publishDue(atOnce, isWhole ? undefined : this.#mark);
    const end = performance.now();
    if (isWhole) this.#wholeLookAt = end + Math.max(wholeLookInterval, (end - start) / wholeLookShare);
    this.#mark = mark;
    if (published > 0) onPublished();
    if (published >= atOnce) return 0;
    return Math.min(pollInterval, Math.max(leftOutPause, nextIn ?? pollInterval));
  }
}
