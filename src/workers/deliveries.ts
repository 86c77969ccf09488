import type { EventCatalog, WrittenEvent } from '../catalog/index.js';
import {
  CloseTimeoutError,
  deliveryName,
  describe,
  type EventClass,
  type HandlerContext,
  settledWithin,
} from '../core/index.js';
import { Arrivals } from './arrivals.js';
import type { CompletePoolOptions } from './pool-options.js';
import { RemoteDelivery } from './remote-delivery.js';
import { Semaphore } from './semaphore.js';
import type { Threads } from './threads.js';
import { WorkerPoolClosedError, WorkerQueueFullError } from './worker-errors.js';

/** An event that has a thread: its written form, and the function that gives the thread back. */
export interface Admission {
  readonly name: string;
  readonly written: WrittenEvent;
  /** Gives the thread to the next delivery in the queue. */
  readonly release: () => void;
}

/**
 * All deliveries of one pool.
 *
 * A delivery is *outside* (it waits for a place in the queue), *queued* (its event is written, and it waits for a
 * thread), *admitted* (it has a thread, and its handler is not called yet), *running*, or *finished*. It moves through
 * these states in this order. A delivery that fails moves to finished from any of them.
 *
 * The pool is *open* until the deliveries have finished that `close` waits for, or until its time is up. Then it is
 * *closed*, and admits no more deliveries.
 */
export class Deliveries<Target> {
  readonly catalog: EventCatalog;
  readonly #options: CompletePoolOptions;
  readonly #threads: Threads<Target>;
  readonly #arrivals: Arrivals;
  /** Places in the pool: in its queue or on a thread. */
  readonly #places: Semaphore;
  readonly #freeThreads: Semaphore;
  readonly #unfinished = new Set<{ readonly name: string }>();
  readonly #running = new Set<RemoteDelivery>();
  #onIdle: (() => void)[] = [];
  #closing: Promise<void> | undefined;
  #state: 'open' | 'closed' = 'open';

  constructor(options: CompletePoolOptions, threads: Threads<Target>) {
    this.catalog = options.catalog;
    this.#options = options;
    this.#threads = threads;
    this.#arrivals = new Arrivals(options.catalog, options.bus);
    this.#places = new Semaphore(options.threads + options.queue);
    this.#freeThreads = new Semaphore(options.threads);
  }

  /** @throws TypeError naming the event class that the catalog does not know. */
  assertCatalogued(eventClasses: readonly EventClass[], handler: string): void {
    const unknown = eventClasses.find((eventClass) => !this.catalog.has(eventClass));
    if (!unknown) return;
    const name = describe(unknown);
    throw new TypeError(
      `${name} is not in the catalog of the pool, so ${handler} could not get it. ` +
        `Add it: catalog.add(${name}, { name: 'a.name.of.its.own', read: (data) => new ${name}(…) }), ` +
        `or subscribe to those of its subclasses that are in it.`,
    );
  }

  /**
   * Waits for a thread. An event is written when it has a place in the queue.
   *
   * @throws WorkerQueueFullError, WorkerPoolClosedError, and what the catalog throws.
   */
  async admit(event: object, handler: string): Promise<Admission> {
    const name = deliveryName(event, { name: handler });
    this.#assertOpen(name);
    const place = this.#places.tryAcquire();
    if (!place && this.#options.whenFull === 'fail') {
      const { threads, queue } = this.#options;
      throw new WorkerQueueFullError(
        `${name}: all threads (${threads}) are busy, and the queue (${queue}) is full. Try again later, or have deliveries wait: whenFull: 'wait'.`,
      );
    }
    const delivery = { name };
    this.#unfinished.add(delivery);
    const releases = [() => this.#finish(delivery)];
    const release = (): void => {
      for (const releasePermit of releases) releasePermit();
    };
    try {
      releases.push(place ?? (await this.#places.acquire()));
      const written = await this.catalog.write(event);
      releases.push(await this.#freeThreads.acquire());
      this.#assertOpen(name);
      return { name, written, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Calls the handler in the thread that was waited for. Settles as the handler does. */
  async run(admission: Admission, target: Target, context: HandlerContext, transfer: readonly object[]): Promise<void> {
    const delivery = this.#begin(admission, target, context, transfer);
    this.#running.add(delivery);
    void delivery.released.finally(() => {
      this.#running.delete(delivery);
      admission.release();
    });
    return delivery.outcome;
  }

  /** @throws the signal's reason, for a delivery that was aborted in the queue; its thread is not troubled with it. */
  #begin(
    { name, written, release }: Admission,
    target: Target,
    context: HandlerContext,
    transfer: readonly object[],
  ): RemoteDelivery {
    try {
      const { id, attempt, event, signal } = context;
      signal.throwIfAborted();
      return new RemoteDelivery(
        {
          name,
          event: { name: written.name, version: written.version, data: written.data },
          context: { id, attempt, event },
          signal,
          transfer,
          grace: this.#options.grace,
          arrivals: this.#arrivals,
          noHandler: this.#threads.noHandler,
        },
        (task, moved, terminate) => this.#threads.run(target, task, moved, terminate),
      );
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Closes when all deliveries have settled, or when the time (ms) is up. The same promise each time. */
  close(timeout: number | undefined): Promise<void> {
    return (this.#closing ??= this.#close(timeout));
  }

  async #close(timeout: number | undefined): Promise<void> {
    await settledWithin(this.#idle(), timeout);
    this.#state = 'closed';
    const unfinished = [...this.#unfinished].map(({ name }) => name);
    for (const delivery of this.#running) delivery.terminate();
    await this.#threads.close();
    if (unfinished.length === 0) return;
    throw new CloseTimeoutError(
      `The pool was closed after ${timeout} ms with unfinished deliveries: ${unfinished.join(', ')}.`,
    );
  }

  async #idle(): Promise<void> {
    // Asked again after waking: whoever waited for the last delivery may have published before this line came to run.
    while (this.#unfinished.size > 0) await new Promise<void>((wake) => this.#onIdle.push(wake));
  }

  #finish(delivery: { readonly name: string }): void {
    this.#unfinished.delete(delivery);
    if (this.#unfinished.size === 0) for (const wake of this.#onIdle.splice(0)) wake();
  }

  #assertOpen(name: string): void {
    if (this.#state === 'closed') {
      throw new WorkerPoolClosedError(`${name}: the pool is closed. Close the bus first, and then the pool.`);
    }
  }
}
