import type { DispatchWatch } from './dispatch-observer.js';
import type { DispatchPlan } from './dispatch-plan.js';
import { classNameOf } from './event-class.js';
import type { Signal } from './handler.js';
import { Failed, LazyReport, type Outcome, type PublishReport, Skipped } from './publish-report.js';
import type { Subscription } from './subscription.js';

/** Which event led to another on one stack, back to the one that an outsider published. */
export interface Cause {
  readonly event: object;
  readonly depth: number;
  readonly parent: Cause | undefined;
}

/** Whom a dispatch tells of its failures and its end. */
export interface DispatchHost {
  failed(dispatch: Dispatch, subscription: Subscription, error: unknown): void;
  settled(dispatch: Dispatch): void;
}

const unsettled = Symbol('unsettled');

/**
 * One event on its way through its plan: what became of each step so far. Made only for a dispatch that is not plain:
 * something failed, was skipped, returned a promise, or is watched.
 */
export class Dispatch {
  readonly #outcomes: (Outcome | typeof unsettled | undefined)[];
  // One for the loop that calls the handlers, so that nothing is settled before all have been called.
  #pending = 1;
  #failures = 0;
  /** Set by a publisher who waits. */
  onSettled: (() => void) | undefined;

  constructor(
    private readonly host: DispatchHost,
    readonly event: object,
    readonly plan: DispatchPlan,
    readonly cause: Cause | undefined,
    /** Whether a publisher gets the failures. */
    readonly awaited: boolean,
    readonly signal: Signal | undefined,
    readonly watch: DispatchWatch | undefined,
  ) {
    this.#outcomes = plan.steps.map(() => undefined);
  }

  get settled(): boolean {
    return this.#pending === 0;
  }

  /** Whether a publisher who waits is to be rejected. */
  get hasFailures(): boolean {
    return this.#failures > 0;
  }

  /** Whether at least one handler was called. */
  get started(): boolean {
    return this.#outcomes.some((outcome) => !(outcome instanceof Skipped));
  }

  wasSkipped(index: number): boolean {
    return this.#outcomes[index] instanceof Skipped;
  }

  /** Takes what a step returned: a promise settles with the others, anything else is done. */
  returned(index: number, value: unknown): void {
    if (!isThenable(value)) return this.#settle(index, value);
    this.#outcomes[index] = unsettled;
    this.#pending++;
    try {
      // As Promise.allSettled does it: a foreign thenable is adopted, a native promise is used as it is.
      Promise.resolve(value).then(
        (result) => this.#settleLate(index, result),
        (error: unknown) => this.#settleLate(index, new Failed(error)),
      );
    } catch (error) {
      this.#settleLate(index, new Failed(error));
    }
  }

  threw(index: number, error: unknown): void {
    this.#settle(index, new Failed(error));
  }

  /** All handlers have been called. */
  called(): void {
    this.#release();
  }

  report<E extends object>(): PublishReport<E> {
    return new LazyReport(this.event as E, this.plan.steps, this.#outcomes as readonly (Outcome | undefined)[]);
  }

  /** The deliveries that have not settled, for people. */
  unfinished(): string[] {
    const event = classNameOf(this.event);
    return this.plan.steps
      .filter((_, index) => this.#outcomes[index] === unsettled)
      .map(({ name }) => `${event} → ${name}`);
  }

  #settle(index: number, result: unknown): void {
    const outcome = result instanceof Failed || result instanceof Skipped ? result : undefined;
    this.#outcomes[index] = outcome;
    this.watch?.settled(index, outcome);
    if (!(outcome instanceof Failed)) return;
    this.#failures++;
    this.host.failed(this, this.plan.steps[index] as Subscription, outcome.error);
  }

  #settleLate(index: number, result: unknown): void {
    // A promise whose `then` is not the platform's may answer twice.
    if (this.#outcomes[index] !== unsettled) return;
    this.#settle(index, result);
    this.#release();
  }

  #release(): void {
    this.#pending--;
    if (this.settled) this.host.settled(this);
  }
}

/** @throws whatever a getter named `then` throws: a failure of the handler that returned it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === undefined || value === null) return false;
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
