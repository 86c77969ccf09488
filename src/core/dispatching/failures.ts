import { type Cause, causedBy, type Queued } from './cause.js';
import type { Dispatch } from './dispatch.js';
import type { DispatchPlanner } from './dispatch-plan.js';
import { textOf } from '../event-class.js';
import { HandlerFailed } from './handler-failed.js';
import { lastResort } from './last-resort.js';
import type { Subscription } from '../subscribing/subscription.js';

/** The queue for the events that failures lead to. */
export interface FailureQueue {
  /** @throws an error for an event that must not be dispatched. */
  admit(event: object): unknown;
  enqueue(queued: Queued): void;
}

/** Passes the failures of handlers on to `onFailure`, to handlers of `HandlerFailed`, and to the last resort. */
export class Failures {
  readonly #planner: DispatchPlanner;
  readonly #queue: FailureQueue;
  readonly #maxDepth: number;
  readonly #onError: ((failure: HandlerFailed) => unknown) | undefined;

  constructor(
    planner: DispatchPlanner,
    queue: FailureQueue,
    maxDepth: number,
    onError: ((failure: HandlerFailed) => unknown) | undefined,
  ) {
    this.#planner = planner;
    this.#queue = queue;
    this.#maxDepth = maxDepth;
    this.#onError = onError;
  }

  passOn(dispatch: Dispatch, subscription: Subscription, error: unknown): void {
    // The module that delivers again tells of it, when it knows what becomes of the delivery.
    if (!dispatch.redelivery) {
      this.#report(dispatch, new HandlerFailed(dispatch.event, error, subscription), dispatch.awaited);
    }
    const { onFailure } = subscription.options;
    if (!onFailure) return;
    try {
      const event = onFailure(error, dispatch.event as never);
      if (event === undefined) return;
      this.#queue.admit(event);
      this.#queue.enqueue({ event, cause: this.#causeOf(dispatch, event) });
    } catch (thrown) {
      const failure = new AggregateError(
        [thrown],
        `onFailure of ${subscription.name} failed itself: ${textOf(thrown)}`,
        { cause: error },
      );
      this.#report(dispatch, new HandlerFailed(dispatch.event, failure, subscription), false);
    }
  }

  /** For a failure that neither a publisher nor a handler takes. */
  passToLastResort(failure: HandlerFailed): void {
    lastResort(failure, this.#onError);
  }

  #report(dispatch: Dispatch, failure: HandlerFailed, awaited: boolean): void {
    const unheard = awaited ? undefined : failure;
    // A handler of HandlerFailed that fails is not wrapped again. Otherwise that could go on for ever.
    if (this.#planner.hasHandlers(HandlerFailed) && !dispatch.plan.lineage.includes(HandlerFailed.prototype)) {
      this.#queue.enqueue({ event: failure, cause: this.#causeOf(dispatch), unheard });
    } else if (unheard) {
      this.passToLastResort(unheard);
    }
  }

  #causeOf({ event, cause }: Dispatch, next?: object): Cause {
    return causedBy(event, cause, this.#maxDepth, next);
  }
}
