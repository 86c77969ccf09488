// Of a timer, in ms: what is longer would end at once.
const longest = 2 ** 31 - 1;

/** Wakes one who waits; rung while nobody does, it is remembered once. */
export class Alarm {
  #isRung = false;
  #wake: (() => void) | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Rings in so many milliseconds; in 24 days at the latest, for it may ring early. */
  ringIn(time: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.ring();
      },
      Math.min(time, longest),
    );
    this.#timers.add(timer);
  }

  /** Until it rings, but at most so many milliseconds. */
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

  /** Nothing rings any more by itself. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
