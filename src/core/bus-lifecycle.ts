import { BusClosedError, CloseTimeoutError } from './errors.js';
import type { InFlight } from './dispatching/in-flight.js';
import { checkOptions, milliseconds } from './option-checks.js';

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

  /** The same promise each time; but for bad options, which change nothing. */
  close(options: CloseOptions | undefined, dispatching: boolean): Promise<void> {
    try {
      checkOptions(options, { timeout: milliseconds });
    } catch (error) {
      return Promise.reject(error);
    }
    return (this.#closing ??= this.#close(options?.timeout, dispatching));
  }

  async #close(timeout: number | undefined, dispatching: boolean): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = false;
    const expired = new Promise<void>((resolve) => {
      if (timeout) timer = setTimeout(() => resolve(void (late = true)), timeout);
    });
    // With nothing to wait for it is closed when the call returns. Asked again after each wait: whoever waited for the
    // last delivery may have published before this line came to run.
    for (let wait = dispatching; wait || (this.inFlight.size > 0 && !late); wait = false) {
      await Promise.race([this.inFlight.idle(), expired]);
    }
    clearTimeout(timer);
    this.#closed = true;
    for (const end of this.dependents) end();
    if (this.inFlight.size === 0) return this.release();
    void this.inFlight.idle().then(this.release);
    const unfinished = this.inFlight.unfinished().join(', ');
    throw new CloseTimeoutError(
      `${this.bus} was closed after ${timeout} ms with unfinished deliveries: ${unfinished}.`,
    );
  }
}
