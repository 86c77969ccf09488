import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long work took, and how late the event loop was meanwhile for everything else. */
export class Stopwatch {
  readonly #delay = monitorEventLoopDelay({ resolution: 5 });
  readonly #start = performance.now();

  constructor() {
    this.#delay.enable();
  }

  stop(): string {
    this.#delay.disable();
    const seconds = (performance.now() - this.#start) / 1000;
    // In nanoseconds.
    const longest = Math.round(this.#delay.max / 1e6);
    return `took ${seconds.toFixed(1)} s, the event loop stood still for up to ${longest} ms`;
  }
}
