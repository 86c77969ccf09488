import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { BucketRange } from '../store/low-mark.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { AssignedQueue, HandlerQueues } from './handler-queues.js';
import type { HighWaterMark } from './high-water-mark.js';

/** How much one statement searches: the number of buckets, and how much of the log of each. */
interface Stride {
  readonly buckets: number;
  readonly span: number;
  /** Whether a longer one has failed. */
  readonly isLongest: boolean;
}

const firstStride: Stride = { buckets: 4, span: Infinity, isLongest: false };
// A statement that took less than this (ms) is followed by one that searches twice as much.
const quick = 100;
// How often (ms) the rounds are told of what was found. A round that fetches from few buckets is a round wasted.
const tellInterval = 200;

/**
 * Finds the first row of each bucket whose low mark is unknown. There may be millions of deleted rows before it, so a
 * statement searches some buckets only, and the next one less if it fails.
 */
export class WayFinder {
  readonly #store: RelayingStore;
  readonly #queues: HandlerQueues;
  readonly #strides = new Map<string, Stride>();

  constructor(store: RelayingStore, queues: HandlerQueues) {
    this.#store = store;
    this.#queues = queues;
  }

  /**
   * Searches until all marks are known. `onFound` is called now and then, so that what is known by then can be fetched.
   *
   * @throws when the store fails.
   */
  async run(assignment: BucketAssignment, highWaterMark: HighWaterMark, onFound: () => void): Promise<void> {
    await highWaterMark.whenKnown();
    let toldAt = performance.now();
    while (!assignment.revoked.aborted) {
      const unknown = this.#queues.withUnknownMarks(assignment);
      if (unknown.length === 0) break;
      for (const queue of unknown) await this.#step(queue, highWaterMark);
      if (performance.now() - toldAt < tellInterval) continue;
      toldAt = performance.now();
      onFound();
    }
    this.#strides.clear();
    onFound();
  }

  async #step({ queue, buckets }: AssignedQueue, highWaterMark: HighWaterMark): Promise<void> {
    const { handler, marks, isReplay } = queue;
    const stride = this.#strides.get(handler) ?? firstStride;
    const { version } = marks;
    const end = isReplay ? Number.MAX_SAFE_INTEGER : highWaterMark.seq;
    const ranges = buckets.slice(0, stride.buckets).map((bucket) => {
      const from = marks.searched(bucket);
      return { bucket, from, below: Math.min(end, from + stride.span) };
    });
    const begin = performance.now();
    let firsts;
    try {
      firsts = await this.#store.firstRows(handler, ranges);
    } catch (error) {
      this.#strides.set(handler, shorter(stride, ranges));
      throw error;
    }
    if (performance.now() - begin < quick && !stride.isLongest) this.#strides.set(handler, longer(stride));
    if (marks.version !== version) return;
    const places = new Map(firsts.map(({ bucket, seq }) => [bucket, seq]));
    for (const seq of places.values()) marks.see(seq);
    for (const { bucket, below } of ranges) {
      const first = places.get(bucket);
      if (first === undefined && below < end) marks.search(bucket, below);
      else marks.learn(bucket, first ?? marks.completeUpTo(end));
    }
  }
}

function shorter({ buckets, span }: Stride, ranges: readonly BucketRange[]): Stride {
  if (buckets > 1) return { buckets: Math.floor(buckets / 2), span, isLongest: true };
  const searched = ranges.map(({ from, below }) => below - from);
  return { buckets, span: Math.max(1, Math.ceil(Math.max(...searched) / 2)), isLongest: true };
}

function longer(stride: Stride): Stride {
  return { ...stride, buckets: stride.buckets * 2 };
}
