import { AsyncLocalStorage } from 'node:async_hooks';
import { aBoolean, checkOptions, type Checks, describe, type EventBus, milliseconds } from '../../core/index.js';
import { currentUnitOfWork, withoutUnitOfWork } from '../../domain/index.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { OutboxError } from '../outbox-errors.js';
import type { DrainingStore } from '../store/draining-store.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { DeliveryRun } from './delivery-run.js';
import { Drain } from './drain.js';
import type { DrainOptions, DrainResult } from './drain-result.js';

/** What it takes to drain an outbox. */
export interface DrainsOptions {
  readonly bus: EventBus;
  readonly store: RelayingStore & DrainingStore;
  readonly handlers: DurableHandlers;
  /** What delivers in this process now; undefined where the outbox was not started. */
  readonly currentRun: () => DeliveryRun | undefined;
  /** Returns what delivers to these handlers, and was not started. */
  readonly newRun: (handlers: DurableHandlers) => DeliveryRun;
  readonly wake: () => void;
  /** Milliseconds. */
  readonly takeoverAfter: number;
}

const checks: Checks<DrainOptions> = {
  handlers: ['a list of durable ids', (value) => Array.isArray(value) && value.every((id) => typeof id === 'string')],
  timeout: milliseconds,
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  retryNow: aBoolean,
};

/** The outboxes whose deliveries this code runs in. */
const deliveringFor = new AsyncLocalStorage<readonly Drains[]>();

/** The drains of one outbox: one after another, because an outbox has one relay at a time. */
export class Drains {
  readonly #options: DrainsOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DrainsOptions) {
    this.#options = options;
  }

  /** Starts what delivers from now on, when the drains before it have ended. */
  start(run: DeliveryRun): Promise<void> {
    const start = this.#last.then(() => this.#startRun(run));
    this.#last = start.catch(() => undefined);
    return start;
  }

  async drain(options: DrainOptions = {}): Promise<DrainResult> {
    this.#check(options);
    const { timeout, signal } = options;
    signal?.throwIfAborted();
    const over = new AbortController();
    const end = (): void => over.abort();
    const timer = timeout === undefined ? undefined : setTimeout(end, timeout);
    signal?.addEventListener('abort', end);
    const turn = this.#last.then(() => this.#drain(options, over.signal));
    this.#last = turn.catch(() => undefined);
    try {
      const result = await turn;
      signal?.throwIfAborted();
      return result;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }

  async #drain(options: DrainOptions, over: AbortSignal): Promise<DrainResult> {
    const { handlers, currentRun, newRun } = this.#options;
    const current = currentRun();
    if (current) return this.#watch(current, options, over);
    const run = newRun(options.handlers ? handlers.only(options.handlers) : handlers);
    try {
      await this.#startRun(run);
      return await this.#watch(run, options, over);
    } finally {
      // What is at work now ran out of time, and is among what is left.
      await run.stop(0).catch(() => undefined);
    }
  }

  /** In no unit of work, and so that a handler that drains can be found out. */
  #startRun(run: DeliveryRun): Promise<void> {
    const outer = deliveringFor.getStore() ?? [];
    return withoutUnitOfWork(() => deliveringFor.run([...outer, this], () => run.start()));
  }

  #watch(run: DeliveryRun, { handlers: chosen, retryNow = false }: DrainOptions, over: AbortSignal) {
    const { store, handlers, wake, takeoverAfter } = this.#options;
    // The time in which a relay learns that another has ended, or wants a part of its buckets.
    const patience = takeoverAfter / 4;
    return new Drain({ store, handlers, chosen, run, wake, patience, retryNow }).run(over);
  }

  /** @throws TypeError for options that are none, OutboxError where a drain could not end. */
  #check(options: DrainOptions): void {
    checkOptions(options, checks);
    const { bus, handlers } = this.#options;
    const known = [...handlers.all.keys()];
    const unknown = options.handlers?.find((id) => !known.includes(id));
    if (unknown !== undefined) {
      throw new OutboxError(
        `No handler has the durable id ${describe(unknown)}. Known are: ${known.join(', ') || 'none'}.`,
      );
    }
    if (deliveringFor.getStore()?.includes(this)) {
      throw new OutboxError('A durable handler cannot drain the outbox that delivers to it: it would wait for itself.');
    }
    if (currentUnitOfWork(bus)?.active) {
      throw new OutboxError(
        'The outbox cannot be drained in a unit of work: what it publishes is not committed yet. Drain after it.',
      );
    }
  }
}
