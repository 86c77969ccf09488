import type { Alarm } from './relaying/alarm.js';
import { DeliveryRun } from './relaying/delivery-run.js';
import type { DrainOptions, DrainResult } from './relaying/drain-result.js';
import { Drains } from './relaying/drains.js';
import type { DurableHandlers } from './durable-handlers.js';
import { handlerOf } from './replay-id.js';
import { OutboxError } from './outbox-errors.js';
import { type OutboxProblem, warn } from './outbox-problem.js';
import type { OutboxOptions } from './outbox-options.js';

/**
 * What delivers in this process: one run at a time, from a start to its stop, or for a drain.
 *
 * States: idle → started → stopping → idle. While it is idle, a drain has a run of its own.
 */
export class DeliveryRuns {
  readonly #options: OutboxOptions;
  readonly #handlers: DurableHandlers;
  readonly #alarm: Alarm;
  readonly #onPublished: () => void;
  readonly #drains: Drains;
  #started: DeliveryRun | undefined;
  #stopping: Promise<void> | undefined;

  /** `onPublished` is called when scheduled events were published. */
  constructor(options: OutboxOptions, handlers: DurableHandlers, alarm: Alarm, onPublished: () => void) {
    const { bus, store, takeoverAfter = 5_000 } = options;
    this.#options = options;
    this.#handlers = handlers;
    this.#alarm = alarm;
    this.#onPublished = onPublished;
    // A run that is about to start waits for the drains before it.
    const currentRun = (): DeliveryRun | undefined => (this.#started?.state === 'new' ? undefined : this.#started);
    const newRun = (some: DurableHandlers): DeliveryRun => this.#newRun(some);
    const wake = (): void => alarm.ring();
    this.#drains = new Drains({ bus, store, handlers, currentRun, newRun, wake, takeoverAfter });
  }

  async start(): Promise<void> {
    if (this.#started) throw new OutboxError('The outbox has been started already. Stop it first.');
    const run = this.#newRun(this.#handlers);
    this.#started = run;
    try {
      await this.#drains.start(run);
    } catch (error) {
      // Who stops it meanwhile forgets it.
      if (!this.#stopping) this.#started = undefined;
      throw error;
    }
  }

  stop(timeout: number): Promise<void> {
    if (!this.#started) return Promise.resolve();
    return (this.#stopping ??= this.#started.stop(timeout).finally(() => {
      this.#started = undefined;
      this.#stopping = undefined;
    }));
  }

  drain(options: DrainOptions | undefined): Promise<DrainResult> {
    return this.#drains.drain(options);
  }

  /** Has the run that was started look for due events at once: some were scheduled. */
  lookForDueEvents(): void {
    this.#started?.lookForDueEvents();
  }

  /** Whether it is only that a drain leaves out a handler of this process. */
  #isOfDrain({ kind, handler = '' }: OutboxProblem): boolean {
    if (kind !== 'unknown handler') return false;
    const id = handlerOf(handler);
    const all = [...this.#handlers.all.keys()];
    return all.some((known) => known === id || this.#handlers.policyOf(known).formerIds.includes(id));
  }

  #newRun(handlers: DurableHandlers): DeliveryRun {
    const { bus, catalog, store, tracing, onProblem = warn } = this.#options;
    const { takeoverAfter = 5_000, pollInterval = 1_000, retention = 604_800_000 } = this.#options;
    return new DeliveryRun({
      bus,
      catalog,
      store,
      handlers,
      alarm: this.#alarm,
      tracing,
      onProblem: (problem) => (this.#isOfDrain(problem) ? undefined : onProblem(problem)),
      onPublished: this.#onPublished,
      takeoverAfter,
      pollInterval,
      retention,
    });
  }
}
