import { type Cause, causedBy, type Queued } from './cause.js';
import { runStep } from './run-step.js';
import { Dispatch, type DispatchHost } from './dispatch.js';
import { type DispatchObserver, DispatchWatch } from './dispatch-observer.js';
import { type DispatchPlan, type DispatchPlanner, subsetOf } from './dispatch-plan.js';
import { DispatchPorts } from './dispatch-ports.js';
import { type EventClass, hiddenFromCatchAll, textOf } from '../event-class.js';
import { unabortable } from './handler-context.js';
import { HandlerFailed, UnhandledEvent } from './handler-failed.js';
import { isThenable } from '../subscribing/handler-function.js';
import type { Handler, Signal } from '../subscribing/handler.js';
import type { InFlight } from './in-flight.js';
import { lastResort } from './last-resort.js';
import { Outcome, skipped } from '../outcome.js';
import type { Redelivery } from './redelivery.js';
import type { Subscription } from '../subscribing/subscription.js';
import { reportUncaught } from '../uncaught.js';

/** The options of a bus that concern dispatching. */
export interface DispatcherOptions {
  /** How deep events may lead to events on one stack before `CascadeError`. Default 100. */
  readonly maxDepth?: number | undefined;
  /**
   * What becomes of a publish whose event has handlers of a later phase, where no unit of work is open. `throw`: it is
   * refused with `NoUnitOfWorkError`. `immediate`: they run at once, but for those of `afterRollback`. Default `throw`.
   */
  readonly outsideUnitOfWork?: 'throw' | 'immediate' | undefined;
  /**
   * Gets a failure that no publisher awaits and no handler of `HandlerFailed` took. Default: it surfaces as uncaught.
   */
  readonly onError?: ((failure: HandlerFailed) => unknown) | undefined;
}

/**
 * Runs plans: the only place from which handlers are called. A publish inside a handler is depth first, with a queue of
 * its own for what its handlers emit; an emit inside a handler is breadth first, and joins the queue.
 */
export class Dispatcher implements DispatchHost {
  readonly observers = new Set<DispatchObserver>();
  readonly ports: DispatchPorts;
  readonly #planner: DispatchPlanner;
  readonly #inFlight: InFlight;
  readonly #maxDepth: number;
  readonly #onError: ((failure: HandlerFailed) => unknown) | undefined;
  // The version at which nobody waited for unhandled events: looking that up takes longer than a publish to nobody.
  #noUnhandledListenersAt = 0;
  // The event whose handlers are on the stack now, what caused it, and what was emitted meanwhile.
  #event: object | undefined;
  #cause: Cause | undefined;
  #queue: Queued[] | undefined;

  constructor(
    planner: DispatchPlanner,
    inFlight: InFlight,
    { maxDepth = 100, outsideUnitOfWork, onError }: DispatcherOptions,
  ) {
    this.#planner = planner;
    this.#inFlight = inFlight;
    this.#maxDepth = maxDepth;
    this.ports = new DispatchPorts(inFlight, outsideUnitOfWork === 'immediate', (redelivery) =>
      this.#redeliver(redelivery),
    );
    this.#onError = onError;
  }

  /** Whether handlers are on the stack now. */
  get dispatching(): boolean {
    return this.#event !== undefined;
  }

  /** The plan for an event that may be dispatched. @throws TypeError, NoUnitOfWorkError */
  admit(event: object): DispatchPlan {
    const plan = this.#planner.planOf(event);
    if (!plan.fastPath && plan.later.length > 0) this.ports.assertDeliverable(event, plan);
    return plan;
  }

  /** Depth first. Undefined stands for the plain case: every handler was called, none failed, nothing to wait for. */
  dispatch(event: object, plan: DispatchPlan, signal: Signal | undefined): Dispatch | undefined {
    if (this.#event) return this.#runNested(event, plan, this.#causeOf(event), true, signal);
    return this.#canSkip(plan) ? undefined : this.#runFrame(event, plan, true, signal);
  }

  /** Breadth first. */
  emit(event: object, plan: DispatchPlan): void {
    if (this.#event) this.#enqueue({ event, cause: this.#causeOf(event) });
    else if (!this.#canSkip(plan)) this.#runFrame(event, plan, false);
  }

  failed(dispatch: Dispatch, subscription: Subscription, error: unknown): void {
    this.#reportFailure(dispatch, new HandlerFailed(dispatch.event, error, subscription), dispatch.awaited);
    const { onFailure } = subscription.options;
    if (!onFailure) return;
    try {
      const event = onFailure(error, dispatch.event as never);
      if (event === undefined) return;
      this.admit(event);
      this.#enqueue({ event, cause: causedBy(dispatch.event, dispatch.cause, this.#maxDepth, event) });
    } catch (thrown) {
      const failure = new AggregateError(
        [thrown],
        `onFailure of ${subscription.name} failed itself: ${textOf(thrown)}`,
        { cause: error },
      );
      this.#reportFailure(dispatch, new HandlerFailed(dispatch.event, failure, subscription), false);
    }
  }

  settled(dispatch: Dispatch): void {
    dispatch.watch?.finished(dispatch.report());
    dispatch.onSettled?.();
    this.#inFlight.leave(dispatch);
  }

  /** Whether nobody handles the event, is told that nobody does, or looks on. */
  #canSkip({ steps, version }: DispatchPlan): boolean {
    return steps.length === 0 && version === this.#noUnhandledListenersAt && this.observers.size === 0;
  }

  /** A frame on top of whatever is on the stack. */
  #runNested(
    event: object,
    plan: DispatchPlan,
    cause: Cause | undefined,
    awaited: boolean,
    signal?: Signal,
    redelivery?: Redelivery,
  ) {
    const [outerEvent, outerCause, outerQueue] = [this.#event, this.#cause, this.#queue];
    this.#cause = cause;
    this.#queue = undefined;
    try {
      return this.#runFrame(event, plan, awaited, signal, redelivery);
    } finally {
      this.#event = outerEvent;
      this.#cause = outerCause;
      this.#queue = outerQueue;
    }
  }

  /** One event with all that its handlers emit. */
  #runFrame(
    event: object,
    plan: DispatchPlan,
    awaited: boolean,
    signal?: Signal,
    redelivery?: Redelivery,
  ): Dispatch | undefined {
    try {
      const dispatch = this.#run(event, plan, awaited, signal, redelivery);
      if (this.#queue) this.#drain(this.#queue);
      return dispatch;
    } finally {
      this.#event = this.#cause = this.#queue = undefined;
    }
  }

  #run(
    event: object,
    plan: DispatchPlan,
    awaited: boolean,
    signal?: Signal,
    redelivery?: Redelivery,
  ): Dispatch | undefined {
    this.#event = event;
    if (plan.steps.length === 0) this.#unhandled(event);
    if (!plan.fastPath || signal || this.observers.size + this.ports.silencers.size > 0) {
      return this.#runWithOptions(event, plan, awaited, signal, redelivery);
    }
    return this.#runFast(event, plan, awaited);
  }

  /** A loop of its own, for nothing in it asks what no handler wants: 7 % less for ten handlers. */
  #runFast(event: object, plan: DispatchPlan, awaited: boolean): Dispatch | undefined {
    const { steps, calls, version } = plan;
    const planner = this.#planner;
    let dispatch: Dispatch | undefined;
    for (let index = 0; index < calls.length; index++) {
      const call = calls[index] as Handler;
      let result: unknown;
      try {
        // While nobody has come or gone, all are active: asking each costs ten handlers a fifth more.
        const goes = planner.version === version || steps[index]?.state === 'active';
        result = goes ? call(event, unabortable) : skipped('unsubscribed');
      } catch (error) {
        result = new Outcome('rejected', error);
      }
      if (result === undefined || !(isThenable(result) || result instanceof Outcome)) continue;
      dispatch ??= new Dispatch(this, event, plan, this.#cause, awaited);
      dispatch.record(index, result);
    }
    return dispatch && this.#track(dispatch);
  }

  #runWithOptions(
    event: object,
    plan: DispatchPlan,
    awaited: boolean,
    signal?: Signal,
    redelivery?: Redelivery,
  ): Dispatch {
    const cause = this.#cause;
    const watch = this.observers.size > 0 ? new DispatchWatch(this.observers, event, plan, cause?.event) : undefined;
    const dispatch = new Dispatch(this, event, plan, cause, awaited, signal, watch, redelivery);
    this.ports.defer(
      dispatch,
      (steps, isAwaited) => this.#runNested(event, subsetOf(plan, steps), cause, isAwaited) as Dispatch,
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
    return this.#track(dispatch);
  }

  #redeliver(redelivery: Redelivery): Dispatch {
    const { event, signal } = redelivery;
    const plan = this.#planner.planOf(event);
    const steps = plan.steps.filter((step) => redelivery.isFor(step));
    return this.#runNested(event, subsetOf(plan, steps), undefined, true, signal, redelivery) as Dispatch;
  }

  /** All handlers have been called, and some may go on. */
  #track(dispatch: Dispatch): Dispatch {
    dispatch.release();
    if (!dispatch.settled) this.#inFlight.enter(dispatch);
    return dispatch;
  }

  #unhandled(event: object): void {
    if (this.#planner.version === this.#noUnhandledListenersAt || hiddenFromCatchAll in event) return;
    if (!this.#isHeard(UnhandledEvent)) this.#noUnhandledListenersAt = this.#planner.version;
    else this.#enqueue({ event: new UnhandledEvent(event), cause: causedBy(event, this.#cause, this.#maxDepth) });
  }

  #reportFailure(dispatch: Dispatch, failure: HandlerFailed, awaited: boolean): void {
    const unheard = awaited ? undefined : failure;
    // A handler of HandlerFailed that fails is not wrapped again: that could go on for ever.
    if (this.#isHeard(HandlerFailed) && !(dispatch.event instanceof HandlerFailed)) {
      this.#enqueue({ event: failure, cause: causedBy(dispatch.event, dispatch.cause, this.#maxDepth), unheard });
    } else if (unheard) {
      lastResort(unheard, this.#onError);
    }
  }

  #isHeard({ prototype }: EventClass): boolean {
    return this.#planner.planFor(prototype).steps.length > 0;
  }

  /**
   * Runs an event that others led to: after the current one's handlers were called, or at once when none is current.
   */
  #enqueue(queued: Queued): void {
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
      let planned = 0;
      try {
        const plan = this.admit(event);
        planned = plan.steps.length;
        this.#cause = cause;
        dispatch = this.#run(event, plan, false);
      } catch (error) {
        // Refused only now: a handler of a later phase subscribed after the emit.
        reportUncaught(error);
      }
      if (!unheard) continue;
      const rescue = (): void => {
        if (planned === 0 || dispatch?.started === false) lastResort(unheard, this.#onError);
      };
      // A handler that waits in its around may end without having been called.
      if (dispatch?.settled === false) dispatch.onSettled = rescue;
      else rescue();
    }
  }

  /** The cause of what the current event's handlers publish. @throws CascadeError */
  #causeOf(next: object): Cause {
    return causedBy(this.#event as object, this.#cause, this.#maxDepth, next);
  }
}
