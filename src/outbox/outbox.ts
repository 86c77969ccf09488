import type { EventCatalog } from '../catalog/index.js';
import type { EventBus } from '../core/index.js';
import { Alarm } from './relaying/alarm.js';
import { DeadLetters } from './operating/dead-letters.js';
import { Deliveries } from './operating/deliveries.js';
import { DeliveryRuns } from './delivery-runs.js';
import type { DrainOptions, DrainResult } from './relaying/drain-result.js';
import { DurableDeliveries } from './publishing/durable-deliveries.js';
import { Notifications } from './publishing/notifications.js';
import { DurableHandlers } from './durable-handlers.js';
import { checkOutboxOptions, type OutboxOptions } from './outbox-options.js';
import type { OutboxStatus } from './store/outbox-status.js';
import type { OutboxStore } from './store/outbox-store.js';
import { type PauseOptions, Pauses } from './operating/pauses.js';
import { erase, type ErasureResult, type ErasureSelection } from './operating/erasure.js';
import { Replay, type ReplayOptions } from './operating/replay.js';
import { ScheduledEvents, type ScheduleTime } from './publishing/scheduled-events.js';

// How long (ms) a stop waits until relays of other processes have been told of the last commits.
const lastNotification = 500;

const busesWithOutbox = new WeakSet<EventBus>();

/**
 * Delivers events to the durable handlers of a bus, at least once, by any number of processes.
 *
 * Publishing in a unit of work writes the event and one row for each durable handler into its transaction; a rollback
 * leaves nothing. After the commit a relay, here or in another process that has called `start`, calls the handlers:
 * those of one key one after another in the order of the commits, and different keys side by side. What fails is tried
 * again, later and later; what has used up its attempts becomes a dead letter. A handler with `transactional` writes in
 * the transaction that deletes its row: its writes happen once.
 *
 * @throws TypeError for options that are missing, unknown or impossible, and for a bus that has an outbox.
 * @example
 * ```ts
 * const outbox = new Outbox({ bus, catalog, store: postgres(pool) });
 * bus.subscribe(OrderPlaced, sendReceipt, { durable: 'mail.receipt' });
 * await outbox.migrate();
 * await outbox.start();
 * await unitOfWork(async (tx) => {
 *   await orders.save(order, tx);
 *   await publishEventsOf(bus, order);
 * });
 * await outbox.stop({ timeout: 10_000 });
 * ```
 */
export class Outbox implements AsyncDisposable {
  /** What is not tried any more. */
  readonly deadLetters: DeadLetters;
  /** What has not been delivered yet, in every state. */
  readonly deliveries: Deliveries;
  readonly #options: OutboxOptions;
  readonly #handlers: DurableHandlers;
  readonly #pauses: Pauses;
  readonly #scheduled: ScheduledEvents;
  readonly #runs: DeliveryRuns;
  readonly #alarm = new Alarm();
  readonly #notifications: Notifications;
  #stopping: Promise<void> | undefined;

  constructor(options: OutboxOptions) {
    checkOutboxOptions(options);
    const { bus, catalog, store } = options;
    this.#options = options;
    const handlers = (this.#handlers = new DurableHandlers(bus, options.defaults ?? {}, options.handlers ?? {}));
    this.#notifications = new Notifications(() => store.notify());
    const wake = (): void => this.#wake();
    this.deadLetters = new DeadLetters(store, wake);
    this.deliveries = new Deliveries(store, wake);
    this.#pauses = new Pauses(store, handlers, wake);
    if (busesWithOutbox.has(bus)) throw new TypeError('The bus has an outbox already. One bus, one outbox.');
    busesWithOutbox.add(bus);
    const opensOwn = options.outsideUnitOfWork === 'transaction';
    const deliveries = new DurableDeliveries({ ...options, handlers, opensOwn, onCommit: wake });
    bus.ports.deferrals.add(deliveries);
    this.#runs = new DeliveryRuns(options, handlers, this.#alarm, wake);
    const onScheduled = (): void => this.#runs.lookForDueEvents();
    this.#scheduled = new ScheduledEvents({ bus, catalog, store, deliveries, opensOwn, onCommit: onScheduled });
  }

  /** @internal For metrics: whose deliveries are counted. */
  get bus(): EventBus {
    return this.#options.bus;
  }

  /** @internal For tools: how events are written and read. */
  get catalog(): EventCatalog {
    return this.#options.catalog;
  }

  /** @internal For tools. */
  get store(): OutboxStore {
    return this.#options.store;
  }

  /**
   * Creates the tables, or brings them to this version. Several processes may do it at once. Resolves with the steps
   * that were taken: none, when all was there.
   */
  migrate(): Promise<readonly string[]> {
    return this.#options.store.migrate();
  }

  /**
   * Begins to deliver, until `stop`. The process stays alive meanwhile. Subscribe the durable handlers before.
   *
   * @throws TypeError for policies without a handler, and for a handler none of whose classes is in the catalog.
   * @throws OutboxError when it has been started.
   */
  async start(): Promise<void> {
    this.#handlers.checkPolicies();
    this.#handlers.checkClasses(this.#options.catalog);
    await this.#runs.start();
  }

  /**
   * Fetches nothing more, and ends when the deliveries at work have ended; after `timeout` milliseconds (default 10
   * 000) their signals abort, and the next relay delivers them again. Called again meanwhile, it returns the same
   * promise. Harmless when it has not been started.
   *
   * @throws OutboxError naming what was at work when the time was up.
   */
  stop({ timeout = 10_000 }: { readonly timeout?: number } = {}): Promise<void> {
    return (this.#stopping ??= this.#stop(timeout));
  }

  /**
   * Delivers in this process all that is due, and all that this leads to, then ends: for tests, for jobs that a clock
   * starts, and where a process lives as long as a request. Works with `start` and without; without, nothing is left
   * behind. What waits for its next attempt is left, unless `retryNow` is set.
   *
   * Drains of one outbox take turns. It waits for no relay of another process for longer than a moment.
   *
   * @throws TypeError for options that are unknown or impossible.
   * @throws OutboxError for a durable id that no handler has, in a unit of work, and in a durable handler.
   * @throws what the store rejects with, and the reason of `signal` when that aborts.
   * @example
   * ```ts
   * const { delivered, left } = await outbox.drain({ timeout: 20_000 });
   * ```
   */
  drain(options?: DrainOptions): Promise<DrainResult> {
    return this.#runs.drain(options);
  }

  /** The same as `stop()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** How it stands: all relays, and for each handler what is pending, blocked and dead, and how late. */
  status(): Promise<OutboxStatus> {
    return this.#options.store.status();
  }

  /**
   * Pauses a durable handler in the database, for all processes: no attempt begins after it has resolved, until
   * `resume` or the time of `until`. What is at work goes on to its end. Its replays are paused with it, or one of
   * them alone by its id. Paused again, it gets the new end.
   *
   * @throws TypeError for a time that is past.
   * @throws OutboxError for an id that no handler has, in any process, and that nothing waits for.
   * @example
   * ```ts
   * await outbox.pause('mail.receipt', { until: new Date('2027-01-01T06:00:00Z') });
   * ```
   */
  pause(handler: string, options: PauseOptions = {}): Promise<void> {
    return this.#pauses.pause(handler, options);
  }

  /** Lets a handler go on that was paused, within a second in all processes. Resolves with whether it was paused. */
  resume(handler: string): Promise<boolean> {
    return this.#pauses.resume(handler);
  }

  /**
   * Delivers events of the log once more to one handler, while live ones go on beside them. Answers how many deliveries
   * it has written, when all of them are. It begins when the transactions have ended that are writing now.
   *
   * @throws OutboxError for a durable id that no handler has.
   * @example
   * ```ts
   * const count = await outbox.replay({ handler: 'search.index', from: new Date('2026-11-01') });
   * ```
   */
  replay(options: ReplayOptions): Promise<number> {
    return new Replay(this.#options, this.#handlers, () => this.#wake()).run(options);
  }

  /**
   * Erases events, with their deliveries and the errors of their attempts. What waited for them in their keys goes on.
   *
   * @throws TypeError for a selection that is none, or that has no criterion.
   * @example
   * ```ts
   * const { events } = await outbox.erase({ key: 'customer:17' });
   * ```
   */
  erase(selection: ErasureSelection): Promise<ErasureResult> {
    return erase(this.#options.store, () => this.#wake(), selection);
  }

  /**
   * Publishes an event later, to its durable handlers alone: those that are subscribed here now. It is written in the
   * open unit of work, and gone if that is rolled back. When it is due, by the clock of the database, a relay publishes
   * it: then it takes its place in the log, and in the order of its key. Resolves with the id of the event, which
   * `unschedule` takes.
   *
   * @throws TypeError for a time that is none.
   * @throws NoUnitOfWorkError outside of a unit of work, unless `outsideUnitOfWork` is `transaction`.
   * @throws OutboxError for an event that no durable handler takes, or that cannot be kept.
   * @example
   * ```ts
   * const id = await outbox.schedule(new PaymentOverdue('o-1'), { in: 14 * 24 * 3_600_000 });
   * ```
   */
  schedule(event: object, time: ScheduleTime): Promise<string> {
    return this.#scheduled.schedule(event, time);
  }

  /**
   * Takes a scheduled event back, in the open unit of work, or in a transaction of its own. Resolves with false when it
   * is not scheduled any more: it has been published, or was taken back before.
   *
   * @throws TypeError for what is no id.
   * @example
   * ```ts
   * if (!(await outbox.unschedule(id))) console.log('The reminder is out already.');
   * ```
   */
  unschedule(id: string): Promise<boolean> {
    return this.#scheduled.unschedule(id);
  }

  async #stop(timeout: number): Promise<void> {
    try {
      await this.#runs.stop(timeout);
    } finally {
      await this.#notifications.settled(lastNotification);
      this.#stopping = undefined;
    }
  }

  /** Wakes the relay of this process, and the relays of other processes. */
  #wake(): void {
    this.#alarm.ring();
    this.#notifications.add();
  }
}
