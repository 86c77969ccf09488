/** Work that goes on after the call that began it has returned. */
export interface Work {
  /** Returns the deliveries that have not settled, each with its `deliveryName`. */
  unfinished(): string[];
}

/** Work that is in a list of its own kind. Only `InFlight` writes these fields. */
export interface LinkedWork extends Work {
  isInFlight: boolean;
  previous: LinkedWork | undefined;
  next: LinkedWork | undefined;
}

/** The work of one bus that goes on: dispatches, and the units of work and publishes of several events around them. */
export class InFlight {
  // Dispatches, as a linked list: with a set, a publish to one async handler took half as long again (c1, Node 20).
  #lastDispatch: LinkedWork | undefined;
  #dispatches = 0;
  readonly #others = new Set<Work>();
  #waiting: (() => void)[] = [];

  get size(): number {
    return this.#dispatches + this.#others.size;
  }

  add(work: Work): void {
    this.#others.add(work);
  }

  delete(work: Work): void {
    if (this.#others.delete(work)) this.#wakeIfIdle();
  }

  /** Adds a dispatch, once. */
  enter(dispatch: LinkedWork): void {
    dispatch.isInFlight = true;
    dispatch.previous = this.#lastDispatch;
    if (this.#lastDispatch) this.#lastDispatch.next = dispatch;
    this.#lastDispatch = dispatch;
    this.#dispatches++;
  }

  /** Removes a dispatch, if it was added. */
  leave(dispatch: LinkedWork): void {
    if (!dispatch.isInFlight) return;
    dispatch.isInFlight = false;
    const { previous, next } = dispatch;
    if (previous) previous.next = next;
    if (next) next.previous = previous;
    else this.#lastDispatch = previous;
    dispatch.previous = dispatch.next = undefined;
    this.#dispatches--;
    this.#wakeIfIdle();
  }

  /** Resolves when nothing is in flight, seen from a microtask: code that is on the stack now has returned by then. */
  async idle(): Promise<void> {
    // Asked again after waking: code that waited for the last work may have begun the next.
    do await (this.size > 0 && new Promise<void>((wake) => this.#waiting.push(wake)));
    while (this.size > 0);
  }

  unfinished(): string[] {
    const names: string[] = [];
    for (let work = this.#lastDispatch; work; work = work.previous) names.unshift(...work.unfinished());
    return [...names, ...[...this.#others].flatMap((work) => work.unfinished())];
  }

  #wakeIfIdle(): void {
    if (this.size === 0) for (const wake of this.#waiting.splice(0)) wake();
  }
}
