import type { Cause } from './cause.js';
import type { Deferral, DispatchView } from './deferral.js';
import type { DispatchPlan } from './dispatch-plan.js';
import type { DispatchWatch } from './dispatch-observer.js';
import { noDiversion, type Situation } from './disposition.js';
import { isThenable } from '../thenable.js';
import type { HandlerContext, Signal } from '../subscribing/handler.js';
import type { PlacedWork } from './in-flight.js';
import { deliveryName, PublishReport } from './publish-report.js';
import { Outcome } from '../outcome.js';
import type { Redelivery } from './redelivery.js';
import type { Subscription } from '../subscribing/subscription.js';

/** The owner of a dispatch, which is told of failures and of the end. */
export interface DispatchHost {
  readonly ports: { readonly context: HandlerContext };
  failed(dispatch: Dispatch, subscription: Subscription, error: unknown): void;
  settled(dispatch: Dispatch): void;
}

const unsettled = Symbol('unsettled');

/**
 * One event on its way through its plan: what became of each step so far. Made only for a dispatch that is not plain:
 * something failed, was skipped, returned a promise, or is watched.
 */
export class Dispatch implements Situation, DispatchView, PlacedWork {
  place = -1;
  hasFailures = false;
  /** Called when all deliveries have settled. */
  onSettled: (() => void) | undefined;
  /** The decisions that were made before the first handler ran. */
  diversionOf: Situation['diversionOf'] = noDiversion;
  /** The outcome of the deliveries that a module has taken over. */
  acceptances: ReadonlyMap<Deferral, Outcome | Promise<Outcome>> | undefined;
  readonly #outcomes: (Outcome | typeof unsettled | undefined)[] = [];
  // One for the loop that calls the handlers, so that nothing is settled before all have been called.
  #pending = 1;

  constructor(
    readonly host: DispatchHost,
    readonly event: object,
    readonly plan: DispatchPlan,
    readonly cause: Cause | undefined,
    /** Whether a publisher gets the failures. */
    readonly awaited: boolean,
    readonly signal?: Signal | undefined,
    readonly watch?: DispatchWatch | undefined,
    /** The redelivery that asked for the dispatch. */
    readonly redelivery?: Redelivery | undefined,
  ) {}

  get settled(): boolean {
    return this.#pending === 0;
  }

  /** Whether at least one handler has fulfilled. Every step must have settled. */
  get heard(): boolean {
    return this.plan.steps.some((_, index) => this.#outcomes[index] === undefined);
  }

  /** Returns whether one of the steps before `end` has called this target. Default: one of all steps. */
  ran(target: object, end?: number): boolean {
    return this.plan.steps.slice(0, end).some((step, index) => step.target === target && this.wasCalled(index));
  }

  ranBefore(step: Subscription): boolean {
    return this.ran(step.target, this.plan.steps.indexOf(step));
  }

  whenSettled(): Promise<void> {
    return new Promise((settled) => (this.settled ? settled() : (this.onSettled = settled)));
  }

  /** Whether the handler of a step was called. The step must have had its turn. */
  wasCalled(index: number): boolean {
    const outcome = this.#outcomes[index];
    return !Outcome.is(outcome) || outcome.called;
  }

  /** Records the result of a step. A promise settles later, anything else at once. */
  record(index: number, value: unknown): void {
    if (isThenable(value)) this.#await(index, value);
    else this.#settle(index, value);
  }

  #await(index: number, promise: PromiseLike<unknown>): void {
    this.#outcomes[index] = unsettled;
    this.#pending++;
    const fail = (error: unknown): void => this.#settleLate(index, new Outcome('rejected', error));
    try {
      // As Promise.allSettled does it: a foreign thenable is adopted, a native promise is used as it is.
      Promise.resolve(promise).then((result) => this.#settleLate(index, result), fail);
    } catch (error) {
      fail(error);
    }
  }

  /** One less to wait for; the loop calls it when all handlers have been called. */
  release(): void {
    if (--this.#pending > 0) return;
    try {
      this.watch?.finished(this.report());
      this.onSettled?.();
    } finally {
      // Otherwise the bus would never be idle again.
      this.host.settled(this);
    }
  }

  report<E extends object>(): PublishReport<E> {
    return new PublishReport(this.event as E, this.plan.steps, this.#outcomes as readonly (Outcome | undefined)[]);
  }

  /** The deliveries that have not settled, for people. */
  unfinished(): string[] {
    const late = this.plan.steps.filter((_, index) => this.#outcomes[index] === unsettled);
    return late.map((step) => deliveryName(this.event, step));
  }

  #settleLate(index: number, result: unknown): void {
    // A promise whose `then` is not the platform's may answer twice.
    if (this.#outcomes[index] !== unsettled) return;
    this.#settle(index, result);
    this.release();
  }

  #settle(index: number, result: unknown): void {
    const outcome = Outcome.is(result) ? result : undefined;
    this.#outcomes[index] = outcome;
    this.watch?.settled(index, outcome);
    if (outcome?.status !== 'rejected') return;
    this.hasFailures = true;
    this.host.failed(this, this.plan.steps[index] as Subscription, outcome.reason);
  }
}
