import { type Dispatch, isThenable } from './dispatch.js';
import { HandlerTimeoutError } from './errors.js';
import { classNameOf } from './event-class.js';
import { contextFor, TimedContext } from './handler-context.js';
import { Skipped } from './publish-report.js';
import type { Subscription } from './subscription.js';

/**
 * A delivery with a timeout or an `around`: its handler may be started later than at its turn, several times, or never,
 * but not any more once the delivery has settled.
 */
export class GuardedDelivery {
  readonly #subscription: Subscription;
  readonly #timed: TimedContext | undefined;
  #state: 'open' | 'settled' | 'timed out' = 'open';
  #attempts = 0;

  constructor(
    private readonly dispatch: Dispatch,
    private readonly index: number,
  ) {
    this.#subscription = dispatch.plan.steps[index] as Subscription;
    this.#timed = this.#subscription.options.timeout === undefined ? undefined : new TimedContext(dispatch.signal);
  }

  /** Returns what the delivery comes to, or a promise of it. */
  start(): unknown {
    const { around, timeout } = this.#subscription.options;
    try {
      const value =
        around === undefined ? this.#attempt() : around(() => this.#attempt(), this.dispatch.event as never);
      if (!isThenable(value)) return this.#ended(value);
      const ending = Promise.resolve(value).then(
        (result) => this.#ended(result),
        (error: unknown) => this.#failed(error),
      );
      return timeout === undefined ? ending : this.#limited(ending, timeout);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #attempt(): unknown {
    if (this.#state === 'settled') {
      throw new Error(
        `run of ${this.#subscription.name} was called when its around had ended: let around return a promise that waits for run.`,
      );
    }
    if (this.#state === 'timed out' || this.#subscription.state === 'ended' || this.#aborted) return undefined;
    this.#attempts++;
    this.dispatch.watch?.executing(this.index);
    try {
      const value = this.#subscription.call(this.dispatch.event, this.#timed ?? contextFor(this.dispatch.signal));
      if (isThenable(value)) Promise.resolve(value).then(undefined, () => this.#attemptFailed());
      return value;
    } catch (error) {
      this.#attemptFailed();
      throw error;
    }
  }

  /** Only `around` knows whether the handler will be started again: until it has ended, the delivery waits. */
  #attemptFailed(): void {
    if (this.#state === 'open' && this.#subscription.options.around !== undefined)
      this.dispatch.watch?.waiting(this.index);
  }

  get #aborted(): boolean {
    return this.dispatch.signal?.aborted === true;
  }

  #ended(value: unknown): unknown {
    this.#settle();
    if (this.#attempts > 0) return value;
    if (this.#subscription.state === 'ended') return new Skipped('unsubscribed');
    return new Skipped(this.#aborted ? 'aborted' : 'around');
  }

  #failed(error: unknown): never {
    this.#settle();
    throw error;
  }

  #settle(): void {
    if (this.#state === 'open') this.#state = 'settled';
    this.#timed?.release();
  }

  /** What `ending` comes to after the timeout changes nothing; a rejection then is no unhandled one, for it is handled here. */
  #limited(ending: Promise<unknown>, timeout: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const stop = (): void => clearTimeout(timer);
      const timer = setTimeout(() => {
        const error = new HandlerTimeoutError(this.#subscription.name, classNameOf(this.dispatch.event), timeout);
        this.#state = 'timed out';
        this.#timed?.abort(error);
        this.#timed?.release();
        reject(error);
      }, timeout);
      ending.then(resolve, reject);
      ending.then(stop, stop);
    });
  }
}
