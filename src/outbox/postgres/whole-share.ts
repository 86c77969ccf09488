import { bucketCount, type Share } from '../index.js';

/** All buckets: of the only relay that there can be. */
export class WholeShare implements Share {
  readonly buckets = Array.from({ length: bucketCount }, (_, bucket) => bucket);
  readonly surplus = [];
  readonly isSafe = true;
  readonly #lost = new AbortController();
  readonly #end: () => Promise<void>;

  constructor(end: () => Promise<void>) {
    this.#end = end;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {}

  close(): Promise<void> {
    return this.#end();
  }
}
