import { deliver } from './deliver.js';
import { type Cause, Dispatch, type DispatchHost, isThenable } from './dispatch.js';
import { type DispatchObserver, DispatchWatch } from './dispatch-observer.js';
import type { DispatchPlan, DispatchPlanner } from './dispatch-plan.js';
import { CascadeError, NoUnitOfWorkError, OnFailureError } from './errors.js';
import { classNameOf, namedOnly } from './event-class.js';
import { contextFor } from './handler-context.js';
import { HandlerFailed, UnhandledEvent } from './handler-failed.js';
import type { Signal } from './handler.js';
import type { InFlight } from './in-flight.js';
import type { LastResort } from './last-resort.js';
import { Skipped } from './publish-report.js';
import type { Subscription } from './subscription.js';
import { surface } from './uncaught.js';

/** An event that runs after the handlers of the current one have been called. */
interface Queued {
  readonly event: object;
  readonly cause: Cause;
  /** The failure that has to reach somebody else when no handler of this event is called. */
  readonly unheard?: HandlerFailed | undefined;
}

const unabortable = contextFor(undefined);

/**
 * Runs plans: the only place from which handlers are called. A publish inside a handler is depth first, with a queue of
 * its own for what its handlers emit; an emit inside a handler is breadth first, and joins the queue.
 */
export class Dispatcher implements DispatchHost {
  readonly observers = new Set<DispatchObserver>();
  // The event whose handlers are on the stack now, what caused it, and what was emitted meanwhile.
  #event: object | undefined;
  #cause: Cause | undefined;
  #queue: Queued[] | undefined;

  constructor(
    private readonly planner: DispatchPlanner,
    private readonly inFlight: InFlight,
    private readonly lastResort: LastResort,
    private readonly maxDepth: number,
  ) {}

  /** Whether handlers are on the stack now. */
  get dispatching(): boolean {
    return this.#event !== undefined;
  }

  /** The plan for an event that may be dispatched. @throws TypeError, NoUnitOfWorkError */
  admit(event: object): DispatchPlan {
    const plan = this.planner.planOf(event);
    if (plan.unserved.length > 0) {
      const handlers = plan.unserved.map(({ name, phase, options }) => `${name} (${options.durable ?? phase})`);
      throw new NoUnitOfWorkError(classNameOf(event), handlers);
    }
    return plan;
  }

  /** Undefined stands for the plain case: every handler was called, none failed, nothing to wait for. */
  publish(event: object, plan: DispatchPlan, signal: Signal | undefined): Dispatch | undefined {
    return this.#frame(event, plan, this.#causeOf(event), true, signal);
  }

  emit(event: object, plan: DispatchPlan): void {
    const cause = this.#causeOf(event);
    if (cause === undefined) this.#frame(event, plan, undefined, false, undefined);
    else this.#follow({ event, cause });
  }

  failed(dispatch: Dispatch, subscription: Subscription, error: unknown): void {
    this.#report(dispatch, new HandlerFailed(dispatch.event, error, subscription), dispatch.awaited);
    const { onFailure } = subscription.options;
    if (onFailure === undefined) return;
    try {
      const event = onFailure(error, dispatch.event as never);
      if (event === undefined) return;
      this.admit(event);
      this.#follow({ event, cause: this.#descend(dispatch.event, dispatch.cause, event) });
    } catch (thrown) {
      const failure = new OnFailureError(subscription.name, thrown, error);
      this.#report(dispatch, new HandlerFailed(dispatch.event, failure, subscription), false);
    }
  }

  settled(dispatch: Dispatch): void {
    dispatch.watch?.finished(dispatch.report());
    dispatch.onSettled?.();
    this.inFlight.end(dispatch);
  }

  /** One event with all that its handlers emit. */
  #frame(
    event: object,
    plan: DispatchPlan,
    cause: Cause | undefined,
    awaited: boolean,
    signal: Signal | undefined,
  ): Dispatch | undefined {
    const [outerEvent, outerCause, outerQueue] = [this.#event, this.#cause, this.#queue];
    this.#queue = undefined;
    try {
      const dispatch = this.#run(event, plan, cause, awaited, signal);
      this.#drain();
      return dispatch;
    } finally {
      this.#event = outerEvent;
      this.#cause = outerCause;
      this.#queue = outerQueue;
    }
  }

  #run(
    event: object,
    plan: DispatchPlan,
    cause: Cause | undefined,
    awaited: boolean,
    signal: Signal | undefined,
  ): Dispatch | undefined {
    this.#event = event;
    this.#cause = cause;
    const { steps } = plan;
    if (steps.length === 0) this.#unhandled(event);
    const careful = plan.careful || signal !== undefined || this.observers.size > 0;
    let dispatch = careful ? this.#begin(event, plan, awaited, signal) : undefined;
    for (let index = 0; index < steps.length; index++) {
      try {
        const value = careful ? deliver(dispatch as Dispatch, index) : callPlainly(steps[index] as Subscription, event);
        if (!careful && !says(value)) continue;
        dispatch ??= this.#begin(event, plan, awaited, signal);
        dispatch.returned(index, value);
      } catch (error) {
        dispatch ??= this.#begin(event, plan, awaited, signal);
        dispatch.threw(index, error);
      }
    }
    dispatch?.called();
    if (dispatch?.settled === false) this.inFlight.begin(dispatch);
    return dispatch;
  }

  #begin(event: object, plan: DispatchPlan, awaited: boolean, signal: Signal | undefined): Dispatch {
    const { observers } = this;
    const watch = observers.size > 0 ? new DispatchWatch(observers, event, plan, this.#cause?.event) : undefined;
    return new Dispatch(this, event, plan, this.#cause, awaited, signal, watch);
  }

  #unhandled(event: object): void {
    if (namedOnly in event || this.planner.planFor(UnhandledEvent.prototype).steps.length === 0) return;
    this.#follow({ event: new UnhandledEvent(event), cause: this.#descend(event, this.#cause) });
  }

  #report(dispatch: Dispatch, failure: HandlerFailed, awaited: boolean): void {
    const unheard = awaited ? undefined : failure;
    const heard = this.planner.planFor(HandlerFailed.prototype).steps.length > 0;
    // A handler of HandlerFailed that fails is not wrapped again: that could go on for ever.
    if (heard && !(dispatch.event instanceof HandlerFailed)) {
      this.#follow({ event: failure, cause: this.#descend(dispatch.event, dispatch.cause), unheard });
    } else if (unheard !== undefined) {
      this.lastResort.take(unheard);
    }
  }

  /** Runs an event that others led to: after the current one's handlers were called, or at once when none is current. */
  #follow(queued: Queued): void {
    if (this.#queue !== undefined) {
      this.#queue.push(queued);
      return;
    }
    this.#queue = [queued];
    if (this.#event !== undefined) return;
    try {
      this.#drain();
    } finally {
      this.#event = this.#cause = this.#queue = undefined;
    }
  }

  #drain(): void {
    // Grows while it is read: what these events lead to comes after them.
    for (const queued of this.#queue ?? []) this.#runQueued(queued);
  }

  #runQueued({ event, cause, unheard }: Queued): void {
    let heard = false;
    try {
      const plan = this.admit(event);
      const dispatch = this.#run(event, plan, cause, false, undefined);
      heard = plan.steps.length > 0 && (dispatch === undefined || dispatch.started);
    } catch (error) {
      // Refused only now: a handler of a later phase subscribed after the emit.
      surface(error);
    }
    if (unheard !== undefined && !heard) this.lastResort.take(unheard);
  }

  /** The cause of an event that is published now; undefined on an empty stack. @throws CascadeError */
  #causeOf(event: object): Cause | undefined {
    return this.#event === undefined ? undefined : this.#descend(this.#event, this.#cause, event);
  }

  #descend(event: object, parent: Cause | undefined, next?: object): Cause {
    const cause: Cause = { event, parent, depth: (parent?.depth ?? 0) + 1 };
    // The bus's own events pass, for a failure must not be lost; what their handlers publish does not.
    if (next !== undefined && cause.depth >= this.maxDepth)
      throw new CascadeError([...lineOf(cause), classNameOf(next)]);
    return cause;
  }
}

function lineOf({ event, parent }: Cause): string[] {
  return parent === undefined ? [classNameOf(event)] : [...lineOf(parent), classNameOf(event)];
}

function callPlainly({ state, call }: Subscription, event: object): unknown {
  return state === 'active' ? call(event, unabortable) : new Skipped('unsubscribed');
}

/** Whether what a handler returned changes its delivery. */
function says(value: unknown): boolean {
  return value !== undefined && (value instanceof Skipped || isThenable(value));
}
