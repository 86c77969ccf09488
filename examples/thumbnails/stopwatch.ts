import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds from one look at the event loop to the next. */
const resolution = 5;

/** How long work took, and how late the event loop was meanwhile for everything else. */
export class Stopwatch {
  readonly #delay = monitorEventLoopDelay({ resolution });
  readonly #start = performance.now();

  constructor() {
    this.#delay.enable();
  }

  async stop(): Promise<string> {
    const seconds = (performance.now() - this.#start) / 1000;
    // So that the turn in which the work ended is measured, too.
    await sleep(2 * resolution);
    this.#delay.disable();
    const longest = Math.round(this.#delay.max / 1e6); // from nanoseconds
    return `took ${seconds.toFixed(1)} s, the event loop stood still for up to ${longest} ms`;
  }
}
