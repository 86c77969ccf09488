import type { Dispatch } from './dispatch.js';
import { dispositionOf, passesFilter } from './disposition.js';
import { HandlerTimeoutError } from '../errors.js';
import { classNameOf } from '../event-class.js';
import { abortableContext, contextFor } from './handler-context.js';
import { isThenable } from '../subscribing/handler-function.js';
import { refused, skipped } from '../outcome.js';
import type { Subscription } from '../subscribing/subscription.js';

/**
 * Runs one step with all that its options ask for. Returns what the handler returned, or the outcome without a call.
 *
 * @throws what the handler or its `around` throws.
 */
export function runStep(dispatch: Dispatch, index: number): unknown {
  const { event, plan, signal, watch, context } = dispatch;
  const subscription = plan.steps[index] as Subscription;
  const disposition = dispositionOf(subscription, dispatch);
  if (disposition.kind === 'skip') return skipped(disposition.reason);
  if (disposition.kind === 'defer') return dispatch.acceptances!.get(disposition.to);
  try {
    if (!passesFilter(subscription, event)) return skipped('filter');
  } catch (error) {
    return refused(error);
  }
  const { once, around, timeout } = subscription.options;
  // Before the call, so that an event published by the handler does not meet it again.
  if (once) subscription.end('spent');
  if (around || timeout) return guarded(dispatch, index, subscription);
  watch?.executing(index);
  return subscription.call(event, contextFor(signal, context));
}

/**
 * A delivery with a timeout or an `around`: its handler may be started later than at its turn, several times, or never,
 * but not any more once the delivery has settled.
 */
function guarded(
  { event, signal, watch, context: more }: Dispatch,
  index: number,
  subscription: Subscription,
): unknown {
  const { around, timeout } = subscription.options;
  const abortable = timeout ? abortableContext(more) : undefined;
  const context = abortable?.context ?? contextFor(signal, more);
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
