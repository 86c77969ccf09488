import { whenAborted } from '../abort-watch.js';
import type { Dispatch } from './dispatch.js';
import { HandlerTimeoutError } from '../errors.js';
import { classNameOf } from '../event-class.js';
import { type AbortableContext, abortableContext } from './handler-context.js';
import { isThenable } from '../thenable.js';
import { skipped } from '../outcome.js';
import type { Subscription } from '../subscribing/subscription.js';
import { withTimeout } from '../time-limit.js';

/**
 * A delivery with a timeout or an `around`. Its handler may start later than at its turn, several times, or never.
 *
 * States: `open`, `settled` (the handler or its `around` has ended) and `timedOut`. The legal moves are open → settled
 * by `finish` and open → timedOut by `expire`. The handler is called in the state `open` alone.
 */
export class GuardedDelivery {
  #state: 'open' | 'settled' | 'timedOut' = 'open';
  readonly #dispatch: Dispatch;
  readonly #index: number;
  readonly #subscription: Subscription;
  readonly #timeout: number | undefined;
  readonly #abortable: AbortableContext;
  /** Repeats the result of the last call. */
  #last: (() => unknown) | undefined;
  /** Leaves the publisher's signal. */
  #forget: (() => void) | undefined;

  constructor(dispatch: Dispatch, index: number, subscription: Subscription, timeout: number | undefined) {
    this.#dispatch = dispatch;
    this.#index = index;
    this.#subscription = subscription;
    this.#timeout = timeout;
    this.#abortable = abortableContext(dispatch.host.ports.context, dispatch.redelivery?.context);
  }

  /** Returns the result of the delivery, or a promise of it. @throws the error that it fails with at once. */
  start(): unknown {
    const { event, signal } = this.#dispatch;
    const { around } = this.#subscription.options;
    try {
      this.#forget = signal && whenAborted(signal, this.#abort);
      const value = around ? around(this.run, event as never) : this.run();
      return isThenable(value)
        ? withTimeout(Promise.resolve(value).then(this.finish, this.#fail), this.#timeout, this.expire)
        : this.finish(value);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Calls the handler, and returns its result. Repeats the last result if no further call may follow. */
  readonly run = (): unknown => {
    const { event, signal, watch } = this.#dispatch;
    const { call, name, state } = this.#subscription;
    if (this.#state === 'settled') {
      throw new Error(`${name} was run after its around had ended. Return a promise that waits for run.`);
    }
    // Otherwise a retry policy that calls `run` too late would see a success.
    if (this.#state === 'timedOut' || state === 'ended' || signal?.aborted) return this.#last?.();
    watch?.executing(this.#index);
    try {
      const value = call(event, this.#abortable.context);
      this.#last = () => value;
    } catch (error) {
      this.#last = () => {
        throw error;
      };
    }
    return this.#last();
  };

  /** Returns the value as the result, or a skipped outcome if the handler was never called. */
  readonly finish = (value: unknown): unknown => {
    this.#settle('settled');
    if (this.#last) return value;
    const { signal } = this.#dispatch;
    return skipped(this.#subscription.state === 'ended' ? 'unsubscribed' : signal?.aborted ? 'aborted' : 'around');
  };

  /** Returns the error of a delivery whose time is up, and aborts the handler's signal with it. */
  readonly expire = (): HandlerTimeoutError => {
    this.#settle('timedOut');
    const error = new HandlerTimeoutError(
      `${this.#subscription.name} did not finish with ${classNameOf(this.#dispatch.event)} within ${this.#timeout} ms. Raise its timeout, or heed context.signal.`,
    );
    this.#abortable.abort(error);
    return error;
  };

  readonly #fail = (error: unknown): never => {
    this.#settle('settled');
    throw error;
  };

  readonly #abort = (): void => this.#abortable.abort(this.#dispatch.signal?.reason);

  #settle(state: 'settled' | 'timedOut'): void {
    if (this.#state === 'open') this.#state = state;
    this.#forget?.();
  }
}
