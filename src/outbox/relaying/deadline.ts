import { withTimeout } from '../../core/index.js';
import { OutboxError } from '../outbox-errors.js';

/** An attempt has run into its time limit before or after its handler did. */
export class AttemptTimeout extends OutboxError {}

/**
 * The time limit of one attempt. What the handler does not need it for, its tracing and its store, may take as long
 * once more: otherwise a handler that has had its effect would fail for a pool that was busy.
 */
export class Deadline {
  /** Milliseconds. */
  readonly #time: number;
  readonly #beganAt = performance.now();

  constructor(time: number) {
    this.#time = time;
  }

  /** Milliseconds that are left. All of them, if hardly any have passed: messages name the time that was set. */
  get rest(): number {
    const passed = performance.now() - this.#beganAt;
    return passed < this.#time / 10 ? this.#time : Math.max(1, Math.ceil(this.#time - passed));
  }

  /** Settles as the promise does. @throws AttemptTimeout that says what hangs, when it takes longer than the limit. */
  within<T>(promise: Promise<T>, what: string): Promise<T> {
    const error = (): AttemptTimeout => new AttemptTimeout(`${what} did not finish within ${this.#time} ms.`);
    return withTimeout(promise, this.#time, error);
  }
}
