import { BusClosedError, CloseTimeoutError } from './errors.js';
import type { InFlight } from './dispatching/in-flight.js';
import { checkOptions, milliseconds } from './option-checks.js';
import { withTimeout } from './time-limit.js';

/**
 * How a bus is to be closed.
 *
 * @example
 * ```ts
 * await bus.close({ timeout: 10_000 });
 * ```
 */
export interface CloseOptions {
  /** Milliseconds to wait for deliveries in flight. Default: as long as they take. */
  readonly timeout?: number | undefined;
}

/** Open, then closing while work is in flight, then closed. */
export class BusLifecycle {
  /** Called when the bus closes. */
  readonly dependents = new Set<() => void>();
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(
    readonly bus: string,
    readonly inFlight: InFlight,
    /** Called when a closed bus has nothing in flight any more: what is late still has failures to report. */
    readonly release: () => void,
  ) {}

  /** A closing bus is open still: the handlers that it waits for may publish. @throws BusClosedError */
  assertOpen(): void {
    if (this.#closed) throw this.closedError();
  }

  closedError(): BusClosedError {
    return new BusClosedError(`${this.bus} is closed. Stop what publishes before you close the bus.`);
  }

  /** Returns the same promise each time. Bad options reject alone, and close nothing. */
  close(options: CloseOptions | undefined, dispatching: boolean): Promise<void> {
    try {
      checkOptions(options, { timeout: milliseconds });
    } catch (error) {
      return Promise.reject(error);
    }
    const timeout = options?.timeout;
    return (this.#closing ??= withTimeout(this.#drain(dispatching), timeout, () => this.#expire(timeout)));
  }

  /** Closes the bus at the moment when nothing is in flight. When nothing is in flight now, it is closed on return. */
  async #drain(dispatching: boolean): Promise<void> {
    // Asked again after each wait because a caller that waited for the last delivery may have published since.
    for (let wait = dispatching; wait || !this.inFlight.isEmpty; wait = false) await this.inFlight.idle();
    this.#end();
    this.release();
  }

  #expire(timeout: number | undefined): CloseTimeoutError {
    this.#end();
    return new CloseTimeoutError(
      `${this.bus} was closed after ${timeout} ms with unfinished deliveries: ${this.inFlight.unfinished().join(', ')}.`,
    );
  }

  #end(): void {
    this.#closed = true;
    for (const end of this.dependents) end();
  }
}
