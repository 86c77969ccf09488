/** Work that goes on after the call that began it has returned. */
export interface Work {
  /** What of it has not settled, as `Event → handler`. */
  unfinished(): string[];
}

/** All work of one bus that goes on. */
export class InFlight extends Set<Work> {
  #waiting: (() => void)[] = [];

  override delete(work: Work): boolean {
    const deleted = super.delete(work);
    if (this.size === 0) for (const wake of this.#waiting.splice(0)) wake();
    return deleted;
  }

  /** Settles when nothing is in flight, seen from a microtask: whoever is on the stack now has returned by then. */
  async idle(): Promise<void> {
    // Asked again after waking: whoever waited for the last work may have begun the next.
    do await (this.size > 0 && new Promise<void>((wake) => this.#waiting.push(wake)));
    while (this.size > 0);
  }

  unfinished(): string[] {
    return [...this].flatMap((work) => work.unfinished());
  }
}
