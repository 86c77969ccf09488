import { BusClosedError, CloseTimeoutError } from './errors.js';
import type { InFlight } from './in-flight.js';
import { checkOptions, type Checks, milliseconds } from './option-checks.js';

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

const checks: Checks<CloseOptions> = { timeout: milliseconds };

/** Open, then closing while work is in flight, then closed. */
export class BusLifecycle {
  #closed = false;
  #closing: Promise<void> | undefined;
  readonly #dependents = new Set<() => void>();

  constructor(
    private readonly bus: string,
    private readonly inFlight: InFlight,
    private readonly dispatching: () => boolean,
    private readonly release: () => void,
  ) {}

  /** A closing bus is open still: the handlers that it waits for may publish. @throws BusClosedError */
  assertOpen(): void {
    if (this.#closed) throw this.closedError();
  }

  closedError(): BusClosedError {
    return new BusClosedError(this.bus);
  }

  /** Calls `end` when the bus closes, unless the returned function is called before. */
  whenClosed(end: () => void): () => void {
    this.#dependents.add(end);
    return () => this.#dependents.delete(end);
  }

  /** @throws TypeError for bad options, CloseTimeoutError */
  async close(options: CloseOptions | undefined): Promise<void> {
    checkOptions(options, checks);
    await (this.#closing ??= this.#close(options?.timeout));
  }

  async #close(timeout: number | undefined): Promise<void> {
    let late: CloseTimeoutError | undefined;
    // With nothing to wait for it is closed when the call returns.
    if (this.dispatching() || !this.inFlight.empty) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const expired = new Promise<void>((resolve) => {
        if (timeout === undefined) return;
        timer = setTimeout(() => {
          late = new CloseTimeoutError(this.bus, timeout, this.inFlight.unfinished());
          resolve();
        }, timeout);
      });
      // Asked again: whoever waited for the last delivery may have published before this line came to run.
      do await Promise.race([this.inFlight.idle(), expired]);
      while (late === undefined && !this.inFlight.empty);
      clearTimeout(timer);
    }
    this.#closed = true;
    for (const end of this.#dependents) end();
    // What is late still reports its failures to those who subscribed to HandlerFailed.
    void this.inFlight.idle().then(this.release);
    if (late !== undefined) throw late;
  }
}
