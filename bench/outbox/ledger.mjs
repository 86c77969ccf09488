/** What a contender's handler was called with, kept outside of its database: how much, how fast, and whether in order. */
export class Ledger {
  #last = new Map();
  #overtaken = new Set();
  #done = () => {};
  #wanted = Infinity;
  handled = 0;
  /** Events before which one of their key was not there yet. */
  outOfOrder = 0;
  repeated = 0;
  firstAt = 0;
  lastAt = 0;

  /** @param number Counts the events of the key from 1 on, in the order of their commits. */
  note({ key, number }) {
    const last = this.#last.get(key) ?? 0;
    if (number > last) {
      for (let missing = last + 1; missing < number; missing++) this.#overtaken.add(`${missing} ${key}`);
      if (number > last + 1) this.outOfOrder++;
      this.#last.set(key, number);
    } else if (!this.#overtaken.delete(`${number} ${key}`)) {
      this.repeated++;
      return;
    }
    this.lastAt = performance.now();
    this.firstAt ||= this.lastAt;
    if (++this.handled >= this.#wanted) this.#done();
  }

  /** Until so many were handled, but at most so many milliseconds. */
  async whenHandled(count, atMost) {
    if (this.handled >= count) return;
    this.#wanted = count;
    let timer;
    await new Promise((resolve) => {
      this.#done = resolve;
      timer = setTimeout(resolve, atMost);
    });
    clearTimeout(timer);
  }

  get perSecond() {
    return this.handled < 2 ? 0 : ((this.handled - 1) / (this.lastAt - this.firstAt)) * 1000;
  }
}
