/** Gives a permit back. */
export type Release = () => void;

/** A semaphore: a number of permits, acquired in the order in which they were asked for. */
export class Semaphore {
  #free: number;
  readonly #waiters: ((release: Release) => void)[] = [];

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Returns the release of a permit, or undefined if none is free. */
  tryAcquire(): Release | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    return this.#releaseOnce();
  }

  /** Resolves with the release of a permit when one is free. */
  async acquire(): Promise<Release> {
    return this.tryAcquire() ?? new Promise<Release>((resolve) => this.#waiters.push(resolve));
  }

  #releaseOnce(): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiters.shift();
      if (next) next(this.#releaseOnce());
      else this.#free++;
    };
  }
}
