import type { Dispatch } from './dispatch.js';
import { reaches } from './dispatch-plan.js';
import { HandlerTimeoutError } from '../errors.js';
import { classNameOf } from '../event-class.js';
import { abortableContext, contextFor } from './handler-context.js';
import { isThenable } from '../subscribing/handler-function.js';
import { refused, skipped } from '../outcome.js';
import { isStopped } from './stoppable-event.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * Delivers one step with all that its options ask for. Returns what the handler returned, or why it was not called.
 *
 * @throws what the handler or its `around` throws.
 */
export function runStep(dispatch: Dispatch, index: number): unknown {
  const subscription = dispatch.plan.steps[index] as Subscription;
  const refusal = refusalOf(dispatch, index, subscription);
  if (refusal) return refusal;
  const { once, around, timeout } = subscription.options;
  // Before the call, so that an event published by the handler does not meet it again.
  if (once) subscription.end('spent');
  if (around || timeout) return guarded(dispatch, index, subscription);
  dispatch.watch?.executing(index);
  return subscription.call(dispatch.event, contextFor(dispatch.signal, dispatch.plan.context));
}

function refusalOf(dispatch: Dispatch, index: number, subscription: Subscription): unknown {
  const { event, plan, signal } = dispatch;
  const { handler } = subscription;
  if (!subscription.active || !reaches(plan.lineage, subscription)) return skipped('unsubscribed');
  const fate = dispatch.diverted?.get(subscription);
  if (fate) return fate;
  if (plan.stoppable && isStopped(event)) return skipped('stopped');
  if (signal?.aborted) return skipped('aborted');
  const ran = (step: Subscription, at: number): boolean =>
    at < index && step.handler === handler && dispatch.called(at);
  if (plan.repeatedHandlers.has(handler) && plan.steps.some(ran)) return skipped('shadowed');
  try {
    // Last, for it is the user's code: asked once, and only when nothing else keeps the event away.
    return passes(subscription, event) ? undefined : skipped('filter');
  } catch (error) {
    return refused(error);
  }
}

/** @throws what the filter throws. */
export function passes(subscription: Subscription, event: object): boolean {
  const { filter } = subscription.options;
  return !filter || Boolean(filter(event as never));
}

/**
 * A delivery with a timeout or an `around`: its handler may be started later than at its turn, several times, or never,
 * but not any more once the delivery has settled.
 */
function guarded({ event, signal, watch, plan }: Dispatch, index: number, subscription: Subscription): unknown {
  const { around, timeout } = subscription.options;
  const abortable = timeout ? abortableContext(plan.context) : undefined;
  const context = abortable?.context ?? contextFor(signal, plan.context);
  const abort = (): void => abortable?.abort(signal?.reason);
  let state: 'open' | 'settled' | 'timed out' = 'open';
  let started = false;
  // What the last attempt came to: when no other may follow, a retry policy meets that again, and no made-up success.
  let last = (): unknown => undefined;

  const run = (): unknown => {
    if (state === 'settled') {
      throw new Error(`${subscription.name} was run after its around had ended. Return a promise that waits for run.`);
    }
    if (state === 'timed out' || subscription.state === 'ended' || signal?.aborted) return last();
    started = true;
    watch?.executing(index);
    try {
      const value = subscription.call(event, context);
      last = () => value;
    } catch (error) {
      last = () => {
        throw error;
      };
    }
    return last();
  };
  const settle = (as: typeof state): void => {
    if (state === 'open') state = as;
    signal?.removeEventListener('abort', abort);
  };
  const fulfil = (value: unknown): unknown => {
    settle('settled');
    if (started) return value;
    return skipped(subscription.state === 'ended' ? 'unsubscribed' : signal?.aborted ? 'aborted' : 'around');
  };
  const fail = (error: unknown): never => {
    settle('settled');
    throw error;
  };

  signal?.addEventListener('abort', abort);
  try {
    const value = around ? around(run, event as never) : run();
    if (!isThenable(value)) return fulfil(value);
    const ending = Promise.resolve(value).then(fulfil, fail);
    return timeout ? before(ending, timeout, expired) : ending;
  } catch (error) {
    return fail(error);
  }

  function expired(): unknown {
    settle('timed out');
    const error = new HandlerTimeoutError(
      `${subscription.name} did not finish with ${classNameOf(event)} within ${timeout} ms. Raise its timeout, or heed context.signal.`,
    );
    abortable?.abort(error);
    return error;
  }
}

/** The promise, or a rejection when time (ms) is up. What it comes to after that changes nothing. */
function before(promise: Promise<unknown>, time: number, expired: () => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(expired()), time);
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
