import { checkOptions } from '../option-checks.js';

/** Work that goes on after the call that began it has returned. */
export interface Work {
  /** Returns the deliveries that have not settled, each with its `deliveryName`. */
  unfinished(): string[];
}

/** Work that knows its place among its kind, -1 for none. Only `InFlight` writes it. */
export interface PlacedWork extends Work {
  place: number;
}

/** The work of one bus that goes on: dispatches, and the units of work and publishes of several events around them. */
export class InFlight {
  // A list in which the last one fills a gap: with a set, a publish to one async handler took half as long again (c1).
  readonly #dispatches: PlacedWork[] = [];
  readonly #others = new Set<Work>();
  #waiting: (() => void)[] = [];

  get isEmpty(): boolean {
    return this.#dispatches.length + this.#others.size === 0;
  }

  add(work: Work): void {
    this.#others.add(work);
  }

  delete(work: Work): void {
    this.#others.delete(work);
    this.#wakeIfEmpty();
  }

  /** Adds a dispatch, once. */
  enter(dispatch: PlacedWork): void {
    dispatch.place = this.#dispatches.push(dispatch) - 1;
  }

  /** Removes a dispatch, if it was added. */
  leave(dispatch: PlacedWork): void {
    const { place } = dispatch;
    if (place < 0) return;
    const last = this.#dispatches.pop() as PlacedWork;
    if (last !== dispatch) this.#dispatches[(last.place = place)] = last;
    dispatch.place = -1;
    this.#wakeIfEmpty();
  }

  /** Resolves when nothing is in flight, seen from a microtask: code that is on the stack now has returned by then. */
  async idle(options?: object): Promise<void> {
    checkOptions(options, {});
    // Asked again after waking: code that waited for the last work may have begun the next.
    do await (this.isEmpty || new Promise<void>((wake) => this.#waiting.push(wake)));
    while (!this.isEmpty);
  }

  unfinished(): string[] {
    return [...this.#dispatches, ...this.#others].flatMap((work) => work.unfinished());
  }

  #wakeIfEmpty(): void {
    if (this.isEmpty) for (const wake of this.#waiting.splice(0)) wake();
  }
}
