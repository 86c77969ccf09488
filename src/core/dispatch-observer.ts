import { surface } from './uncaught.js';
import type { DispatchPlan } from './dispatch-plan.js';
import { Failed, type Outcome, type PublishReport, Skipped } from './publish-report.js';
import type { Subscription } from './subscription.js';

/**
 * What is about to be dispatched.
 *
 * @example
 * ```ts
 * bus.observe({ onPlan: ({ event, cause }) => console.log(event, 'caused by', cause) });
 * ```
 */
export interface PlannedDispatch {
  readonly event: object;
  /** The event whose handler published this one, where that was on the same stack (not after an `await`). */
  readonly cause: object | undefined;
  /** The subscriptions in the order in which they will run. */
  readonly subscriptions: readonly Subscription[];
}

/**
 * One step in the life of a delivery: waiting → executing → fulfilled, rejected or skipped. A delivery whose attempt
 * failed inside `around` goes back to waiting, for a retry policy may run it again.
 *
 * @example
 * ```ts
 * bus.observe({ onDelivery: ({ id, status, duration }) => row(id).set(status, `${duration} ms`) });
 * ```
 */
export interface DeliveryProgress {
  /** The same for all steps of one delivery, and for no other of this process. */
  readonly id: number;
  readonly event: object;
  readonly subscription: Subscription;
  readonly status: 'waiting' | 'executing' | 'fulfilled' | 'rejected' | 'skipped';
  /** How often the handler has been started. */
  readonly attempt: number;
  /** Milliseconds from the dispatch to the handler's first start, or to now while it waits. */
  readonly waited: number;
  /** Milliseconds since the handler's first start; 0 before. */
  readonly duration: number;
  /** For rejected what was thrown, for skipped why. */
  readonly reason?: unknown;
}

/**
 * Sees plans, deliveries and reports, and cannot change them. All methods are optional; one that throws harms nothing
 * and surfaces as the platform's uncaught error.
 *
 * @example
 * ```ts
 * const stop = bus.observe({ onReport: (report) => metrics.count(report.event.constructor.name, report.failures.length) });
 * ```
 */
export interface DispatchObserver {
  /** Called before the first handler. */
  onPlan?(planned: PlannedDispatch): void;
  /** Called at each step of each delivery. */
  onDelivery?(progress: DeliveryProgress): void;
  /** Called when all deliveries have settled, also for events that were emitted. */
  onReport?(report: PublishReport): void;
  /** The clock for durations, in ms. Default `Date.now`; pass `() => performance.now()` for fractions. */
  now?(): number;
}

let lastId = 0;

/** One observer's view of one dispatch: it alone knows when things happened. */
class View {
  readonly #startedAt: number;
  readonly #executedAt: number[] = [];

  constructor(private readonly observer: DispatchObserver) {
    this.#startedAt = this.#now();
  }

  tell(act: (observer: DispatchObserver) => void): void {
    try {
      act(this.observer);
    } catch (error) {
      surface(error);
    }
  }

  progress(index: number, step: Omit<DeliveryProgress, 'waited' | 'duration'>): void {
    const now = this.#now();
    if (step.status === 'executing') this.#executedAt[index] ??= now;
    const executedAt = this.#executedAt[index] ?? now;
    this.tell((observer) =>
      observer.onDelivery?.({ ...step, waited: executedAt - this.#startedAt, duration: now - executedAt }),
    );
  }

  #now(): number {
    let now = 0;
    this.tell((observer) => {
      now = observer.now === undefined ? Date.now() : observer.now();
    });
    return now;
  }
}

/** All observers' view of one dispatch. */
export class DispatchWatch {
  readonly #views: readonly View[];
  readonly #firstId = lastId + 1;
  readonly #attempts: number[];

  constructor(
    observers: Iterable<DispatchObserver>,
    private readonly event: object,
    private readonly plan: DispatchPlan,
    cause: object | undefined,
  ) {
    this.#views = Array.from(observers, (observer) => new View(observer));
    this.#attempts = plan.steps.map(() => 0);
    lastId += plan.steps.length;
    const planned = Object.freeze({ event, cause, subscriptions: plan.steps });
    for (const view of this.#views) view.tell((observer) => observer.onPlan?.(planned));
    plan.steps.forEach((_, index) => this.waiting(index));
  }

  waiting(index: number): void {
    this.#step(index, 'waiting');
  }

  executing(index: number): void {
    this.#attempts[index] = this.#attemptsOf(index) + 1;
    this.#step(index, 'executing');
  }

  settled(index: number, outcome: Outcome | undefined): void {
    if (outcome instanceof Failed) this.#step(index, 'rejected', outcome.error);
    else if (outcome instanceof Skipped) this.#step(index, 'skipped', outcome.reason);
    else this.#step(index, 'fulfilled');
  }

  finished(report: PublishReport): void {
    for (const view of this.#views) view.tell((observer) => observer.onReport?.(report));
  }

  #step(index: number, status: DeliveryProgress['status'], reason?: unknown): void {
    const subscription = this.plan.steps[index] as Subscription;
    const step = {
      id: this.#firstId + index,
      event: this.event,
      subscription,
      status,
      attempt: this.#attemptsOf(index),
      reason,
    };
    for (const view of this.#views) view.progress(index, step);
  }

  #attemptsOf(index: number): number {
    return this.#attempts[index] as number;
  }
}
