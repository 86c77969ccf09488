/** Work that goes on after the call that began it has returned. */
export interface Work {
  /** What of it has not settled, as `Event → handler`. */
  unfinished(): string[];
}

/** All work of one bus that goes on. */
export class InFlight {
  readonly #works = new Set<Work>();
  #waiting: (() => void)[] = [];

  get empty(): boolean {
    return this.#works.size === 0;
  }

  begin(work: Work): void {
    this.#works.add(work);
  }

  end(work: Work): void {
    this.#works.delete(work);
    if (!this.empty) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Settles when nothing is in flight, seen from a microtask: whoever is on the stack now has returned by then. */
  async idle(): Promise<void> {
    await undefined;
    // Asked again after waking: whoever waited for the last work may have begun the next.
    while (!this.empty) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  unfinished(): string[] {
    return [...this.#works].flatMap((work) => work.unfinished());
  }
}
