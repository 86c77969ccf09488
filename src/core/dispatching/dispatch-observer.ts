import type { Cause } from './cause.js';
import type { DispatchPlan } from './dispatch-plan.js';
import { describe, isPlainObject } from '../event-class.js';
import { aFunction, checkOptions, type Checks } from '../option-checks.js';
import type { PublishReport } from './publish-report.js';
import type { Outcome } from '../outcome.js';
import type { Redelivery } from './redelivery.js';
import type { Subscription } from '../subscribing/subscription.js';
import { reportUncaught } from '../uncaught.js';

/**
 * What is about to be dispatched.
 *
 * @example
 * ```ts
 * bus.observe({ onPlan: ({ event, cause }) => console.log(event, 'caused by', cause) });
 * ```
 */
export interface PlannedDispatch {
  /** The event itself. */
  readonly event: object;
  /** The event whose handler published this one, where that was on the same stack (not after an `await`). */
  readonly cause: object | undefined;
  /** The subscriptions in the order in which they will run. */
  readonly subscriptions: readonly Subscription[];
  /** True if an outbox delivers the event, at each attempt: it is no publish. The event was published before. */
  readonly redelivered?: true | undefined;
}

/**
 * One step in the life of a delivery: waiting → executing → fulfilled, rejected or skipped. A retry policy in `around`
 * makes it executing once for each attempt. One that a unit of work takes over ends as deferred, and begins anew with
 * its phase.
 *
 * @example
 * ```ts
 * bus.observe({ onDelivery: ({ id, status, duration }) => row(id).set(status, `${duration} ms`) });
 * ```
 */
export interface DeliveryProgress {
  /** The same for all steps of one delivery, and for no other that this copy of the package makes. */
  readonly id: number;
  /** What the handler is called with. */
  readonly event: object;
  /** Whose handler. */
  readonly subscription: Subscription;
  /** Where the delivery stands now. */
  readonly status: 'waiting' | 'executing' | 'fulfilled' | 'rejected' | 'skipped' | 'deferred';
  /** How often the handler has been started. */
  readonly attempt: number;
  /** Whole milliseconds from the dispatch to the handler's first start, or to now while it waits. */
  readonly waited: number;
  /** Whole milliseconds since the handler's first start; 0 before. */
  readonly duration: number;
  /** For rejected what was thrown, for skipped why. */
  readonly reason?: unknown;
}

/**
 * Sees plans, deliveries and reports, and cannot change them. All methods are optional. What an observer throws stops
 * no handler, and surfaces as the platform's uncaught error, which ends a Node process.
 *
 * @example
 * ```ts
 * const stop = bus.observe({
 *   onReport: ({ event, failures }) => metrics.count(event.constructor.name, failures.length),
 * });
 * ```
 */
export interface DispatchObserver {
  /** Called before the first handler. */
  onPlan?(planned: PlannedDispatch): void;
  /** Called at each step of each delivery. */
  onDelivery?(progress: DeliveryProgress): void;
  /** Called when all deliveries have settled, also for events that were emitted. */
  onReport?(report: PublishReport): void;
}

const observerChecks: Checks<DispatchObserver> = { onPlan: aFunction, onDelivery: aFunction, onReport: aFunction };
const observerMethods = Object.keys(observerChecks) as (keyof DispatchObserver)[];

/** @throws TypeError for what observes nothing, and for a member that is misspelt. */
export function assertObserver(observer: DispatchObserver): void {
  // An instance of a class may have fields of its own.
  if (isPlainObject(observer)) checkOptions(observer, observerChecks);
  if (typeof observer === 'object' && observer !== null && observerMethods.some((method) => method in observer)) return;
  throw new TypeError(`${describe(observer)} is no observer. Give it ${observerMethods.join(', ')}, or some of them.`);
}

// Taken when the package is loaded: a test that stops the clock later does not change what is measured.
const { now } = Date;

let lastId = 0;

/** What the observers of one bus are shown of one dispatch. */
export class DispatchWatch {
  readonly #observers: readonly DispatchObserver[];
  readonly #event: object;
  readonly #startedAt = now();
  readonly #steps: { readonly id: number; readonly subscription: Subscription; attempt: number; executedAt?: number }[];

  constructor(
    observers: Iterable<DispatchObserver>,
    event: object,
    { steps }: DispatchPlan,
    cause: Cause | undefined,
    redelivery: Redelivery | undefined,
  ) {
    this.#observers = [...observers];
    this.#event = event;
    this.#steps = steps.map((subscription) => ({ id: ++lastId, subscription, attempt: 0 }));
    const redelivered = redelivery && (true as const);
    this.#tell((observer) => observer.onPlan?.({ event, cause: cause?.event, subscriptions: steps, redelivered }));
    this.#steps.forEach((_, index) => this.#progress(index, 'waiting'));
  }

  executing(index: number): void {
    const step = this.#steps[index]!;
    step.attempt++;
    step.executedAt ??= now();
    this.#progress(index, 'executing');
  }

  settled(index: number, outcome: Outcome | undefined): void {
    this.#progress(index, outcome?.status ?? 'fulfilled', outcome?.reason);
  }

  finished(report: PublishReport): void {
    this.#tell((observer) => observer.onReport?.(report));
  }

  #progress(index: number, status: DeliveryProgress['status'], reason?: unknown): void {
    // Made for the first who wants to see it: most observers look at plans or reports alone.
    let progress: DeliveryProgress | undefined;
    this.#tell((observer) => {
      if (observer.onDelivery) observer.onDelivery((progress ??= this.#progressOf(index, status, reason)));
    });
  }

  #progressOf(index: number, status: DeliveryProgress['status'], reason: unknown): DeliveryProgress {
    const endedAt = now();
    const { executedAt = endedAt, ...step } = this.#steps[index]!;
    const times = { waited: executedAt - this.#startedAt, duration: endedAt - executedAt };
    return { ...step, ...times, event: this.#event, status, reason };
  }

  #tell(show: (observer: DispatchObserver) => void): void {
    for (const observer of this.#observers) {
      try {
        show(observer);
      } catch (error) {
        reportUncaught(error);
      }
    }
  }
}
