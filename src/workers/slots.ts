/** Gives a slot back. */
export type Leave = () => void;

/** A number of slots, given to those who ask in the order in which they asked. */
export class Slots {
  #free: number;
  readonly #line: ((leave: Leave) => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** A slot, if there is one at once. */
  tryEnter(): Leave | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    return this.#leaveOnce();
  }

  /** A slot, when there is one. */
  async enter(): Promise<Leave> {
    return this.tryEnter() ?? new Promise<Leave>((enter) => this.#line.push(enter));
  }

  #leaveOnce(): Leave {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#line.shift();
      if (next) next(this.#leaveOnce());
      else this.#free++;
    };
  }
}
