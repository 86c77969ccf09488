/** Keeps a thread busy until it is opened. */
export class Gate {
  readonly array = new Int32Array(new SharedArrayBuffer(4));

  open(): void {
    Atomics.store(this.array, 0, 1);
    Atomics.notify(this.array, 0);
  }
}
