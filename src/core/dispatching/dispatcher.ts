import { type Cause, causedBy, type Queued } from './cause.js';
import { Dispatch, type DispatchHost } from './dispatch.js';
import { type DispatchObserver, DispatchWatch } from './dispatch-observer.js';
import { type DispatchPlan, type DispatchPlanner, subsetOf } from './dispatch-plan.js';
import { DispatchPorts } from './dispatch-ports.js';
import type { DispatcherOptions } from './dispatcher-options.js';
import { hiddenFromCatchAll } from '../event-class.js';
import { type FailureQueue, Failures } from './failures.js';
import { callAll, callSole } from './fast-path.js';
import { UnhandledEvent } from './handler-failed.js';
import type { InFlight } from './in-flight.js';
import { Outcome } from '../outcome.js';
import type { Redelivery } from './redelivery.js';
import { runStep } from './run-step.js';
import type { Signal } from '../subscribing/handler.js';
import type { Subscription } from '../subscribing/subscription.js';
import { reportUncaught } from '../uncaught.js';

/** The terms of one dispatch. */
interface Request {
  /** Whether a publisher gets the failures. */
  readonly awaited: boolean;
  readonly signal?: Signal | undefined;
  readonly redelivery?: Redelivery;
}

const emitted: Request = { awaited: false };

/**
 * Runs plans. A publish inside a handler is depth first, with a queue for the events that its own handlers emit. An
 * emit inside a handler is breadth first, and joins the queue.
 */
export class Dispatcher implements DispatchHost, FailureQueue {
  readonly observers = new Set<DispatchObserver>();
  readonly ports: DispatchPorts;
  readonly #planner: DispatchPlanner;
  readonly #inFlight: InFlight;
  readonly #maxDepth: number;
  readonly #failures: Failures;
  // The version at which nobody waited for unhandled events: looking that up takes longer than a publish to nobody.
  #noUnhandledListenersAt = 0;
  // The event whose handlers are on the stack now, what caused it, and what was emitted meanwhile.
  #event: object | undefined;
  #cause: Cause | undefined;
  #queue: Queued[] | undefined;

  readonly #redeliver = (redelivery: Redelivery): Dispatch => {
    const { event, signal } = redelivery;
    const plan = this.#planner.planOf(event);
    const steps = plan.steps.filter((step) => redelivery.isFor(step));
    return this.#runNested(event, subsetOf(plan, steps), undefined, { awaited: true, signal, redelivery }) as Dispatch;
  };

  constructor(planner: DispatchPlanner, inFlight: InFlight, options: DispatcherOptions) {
    // A copy, because the caller may change its object later.
    const { maxDepth = 100, onError } = (options = { ...options });
    this.#planner = planner;
    this.#inFlight = inFlight;
    this.#maxDepth = maxDepth;
    this.ports = new DispatchPorts(inFlight, options, this.#redeliver);
    this.#failures = new Failures(planner, this, maxDepth, onError);
  }

  /** Whether handlers are on the stack now. */
  get dispatching(): boolean {
    return this.#event !== undefined;
  }

  /** The plan for an event that may be dispatched. @throws TypeError, NoUnitOfWorkError */
  admit(event: object): DispatchPlan {
    const plan = this.#planner.planOf(event);
    if (!plan.fastPath) this.ports.assertDeliverable(event, plan);
    return plan;
  }

  /**
   * Dispatches depth first. Returns undefined if every handler was called, none failed, and none is waited for.
   *
   * @throws CascadeError
   */
  dispatch(event: object, plan: DispatchPlan, signal: Signal | undefined): Dispatch | undefined {
    if (plan.fastPath && !signal && this.#isUndisturbed()) return this.#runFast(event, plan, true);
    if (this.#canSkip(plan)) return undefined;
    if (this.#event) return this.#runNested(event, plan, this.#causeOf(event), { awaited: true, signal });
    return this.#runFrame(event, plan, { awaited: true, signal });
  }

  /** Dispatches breadth first. @throws TypeError, NoUnitOfWorkError, CascadeError */
  emit(event: object): void {
    const plan = this.#planner.planOf(event);
    if (plan.fastPath && this.#isUndisturbed()) this.#runFast(event, plan, false);
    else if (!this.#canSkip(plan)) this.#emit(event, plan);
  }

  #emit(event: object, plan: DispatchPlan): void {
    if (!plan.fastPath) this.ports.assertDeliverable(event, plan);
    if (this.#event) this.enqueue({ event, cause: this.#causeOf(event) });
    else this.#runFrame(event, plan, emitted);
  }

  failed(dispatch: Dispatch, subscription: Subscription, error: unknown): void {
    this.#failures.passOn(dispatch, subscription, error);
  }

  settled(dispatch: Dispatch): void {
    this.#inFlight.leave(dispatch);
  }

  /** Whether an event has no handler, and neither a handler of `UnhandledEvent` nor an observer would hear of it. */
  #canSkip({ steps, version }: DispatchPlan): boolean {
    if (steps.length > 0 || this.#event || this.observers.size > 0) return false;
    return version === this.#noUnhandledListenersAt;
  }

  /** Runs a frame on top of the one that is on the stack. */
  #runNested(event: object, plan: DispatchPlan, cause: Cause | undefined, request: Request): Dispatch | undefined {
    const [outerEvent, outerCause, outerQueue] = [this.#event, this.#cause, this.#queue];
    this.#cause = cause;
    this.#queue = undefined;
    try {
      return this.#runFrame(event, plan, request);
    } finally {
      this.#event = outerEvent;
      this.#cause = outerCause;
      this.#queue = outerQueue;
    }
  }

  /** Runs a frame: one event with all events that its handlers emit. */
  #runFrame(event: object, plan: DispatchPlan, request: Request): Dispatch | undefined {
    try {
      const dispatch = this.#run(event, plan, request);
      if (this.#queue) this.#drain(this.#queue);
      return dispatch;
    } finally {
      this.#event = this.#cause = this.#queue = undefined;
    }
  }

  #run(event: object, plan: DispatchPlan, request: Request): Dispatch | undefined {
    this.#event = event;
    if (plan.steps.length === 0) this.#unhandled(event, plan);
    if (!plan.fastPath || request.signal || this.#isWatched()) return this.#runWithOptions(event, plan, request);
    return this.#track(callAll(this, event, plan, this.#cause, request.awaited, this.#planner));
  }

  #isWatched(): boolean {
    return this.observers.size + this.ports.silencers.size > 0;
  }

  /** Whether no handler is on the stack, and no module looks on. */
  #isUndisturbed(): boolean {
    return this.#event === undefined && !this.#isWatched();
  }

  /** Runs a frame that needs only calls. It is short, so that V8 inlines it (a, d8, d1000). */
  #runFast(event: object, plan: DispatchPlan, awaited: boolean): Dispatch | undefined {
    this.#event = event;
    try {
      const dispatch = this.#track(
        plan.soleCall
          ? callSole(this, event, plan, undefined, awaited)
          : callAll(this, event, plan, undefined, awaited, this.#planner),
      );
      if (this.#queue) this.#drain(this.#queue);
      return dispatch;
    } finally {
      this.#event = this.#cause = this.#queue = undefined;
    }
  }

  #runWithOptions(event: object, plan: DispatchPlan, { awaited, signal, redelivery }: Request): Dispatch {
    const cause = this.#cause;
    const { observers } = this;
    const watch = observers.size > 0 ? new DispatchWatch(observers, event, plan, cause, redelivery) : undefined;
    const dispatch = new Dispatch(this, event, plan, cause, awaited, signal, watch, redelivery);
    this.ports.defer(
      dispatch,
      (steps, isAwaited) => this.#runNested(event, subsetOf(plan, steps), cause, { awaited: isAwaited }) as Dispatch,
    );
    for (let index = 0; index < plan.steps.length; index++) {
      let result: unknown;
      try {
        result = runStep(dispatch, index);
      } catch (error) {
        result = new Outcome('rejected', error);
      }
      dispatch.record(index, result);
    }
    this.#track(dispatch);
    return dispatch;
  }

  /** Keeps a dispatch in flight whose handlers go on after all have been called. */
  #track(dispatch: Dispatch | undefined): Dispatch | undefined {
    dispatch?.release();
    if (dispatch?.settled === false) this.#inFlight.enter(dispatch);
    return dispatch;
  }

  #unhandled(event: object, { prototype }: DispatchPlan): void {
    if (this.#planner.version === this.#noUnhandledListenersAt || hiddenFromCatchAll in prototype) return;
    if (!this.#planner.hasHandlers(UnhandledEvent)) this.#noUnhandledListenersAt = this.#planner.version;
    else this.enqueue({ event: new UnhandledEvent(event), cause: causedBy(event, this.#cause, this.#maxDepth) });
  }

  /** Runs an event after the current one's handlers were called, or at once if none is current. */
  enqueue(queued: Queued): void {
    const queue = (this.#queue ??= []);
    queue.push(queued);
    if (this.#event) return;
    try {
      this.#drain(queue);
    } finally {
      this.#event = this.#cause = this.#queue = undefined;
    }
  }

  #drain(queue: readonly Queued[]): void {
    // Grows while it is read: what these events lead to comes after them.
    for (const { event, cause, unheard } of queue) {
      let dispatch: Dispatch | undefined;
      let ran = false;
      try {
        const plan = this.admit(event);
        this.#cause = cause;
        dispatch = this.#run(event, plan, emitted);
        ran = plan.steps.length > 0;
      } catch (error) {
        // Refused only now: a handler of a later phase subscribed after the emit.
        reportUncaught(error);
      }
      if (!unheard) continue;
      const rescue = (): void => {
        if (!ran || dispatch?.heard === false) this.#failures.passToLastResort(unheard);
      };
      // A handler may end without having been called, or fail.
      if (dispatch?.settled === false) dispatch.onSettled = rescue;
      else rescue();
    }
  }

  /** The cause of what the current event's handlers publish. @throws CascadeError */
  #causeOf(next: object): Cause {
    return causedBy(this.#event as object, this.#cause, this.#maxDepth, next);
  }
}
