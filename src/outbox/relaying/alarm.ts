// The longest time (ms) that a timer of the platform can wait. A longer one would end at once.
const longestTimer = 2 ** 31 - 1;

/**
 * Wakes its one waiter, at once or at given times.
 *
 * States: silent → rung → silent. A ring while there is no waiter is remembered once, and ends the next wait.
 */
export class Alarm {
  #isRung = false;
  #wake: (() => void) | undefined;
  /** The times at which it will ring, by the process's clock. The earliest is the last. */
  readonly #dueTimes: number[] = [];
  /** The timer for the earliest of them. */
  #timer: NodeJS.Timeout | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Rings after `time` ms. */
  ringIn(time: number): void {
    const dueAt = performance.now() + time;
    const earlier = this.#dueTimes.findIndex((dueTime) => dueTime <= dueAt);
    this.#dueTimes.splice(earlier < 0 ? this.#dueTimes.length : earlier, 0, dueAt);
    if (earlier < 0) this.#setTimer();
  }

  /** Resolves when it rings, but after `time` ms at the latest. */
  async wait(time: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, time);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isRung = false;
    this.#wake = undefined;
  }

  /** Forgets the times at which it will ring. */
  clear(): void {
    this.#dueTimes.length = 0;
    this.#setTimer();
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const earliest = this.#dueTimes.at(-1);
    if (earliest === undefined) return;
    const time = Math.max(0, earliest - performance.now());
    this.#timer = setTimeout(() => this.#ringDue(), Math.min(time, longestTimer));
  }

  #ringDue(): void {
    const now = performance.now();
    const due = this.#dueTimes.findIndex((dueTime) => dueTime <= now);
    // A timer may end a little early, or at its longest time.
    if (due >= 0) {
      this.#dueTimes.length = due;
      this.ring();
    }
    this.#setTimer();
  }
}
