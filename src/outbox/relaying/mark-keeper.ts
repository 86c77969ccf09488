import { bucketCount } from '../store/bucket.js';
import type { BucketAssignment } from '../store/bucket-assignment.js';
import type { KeptMarks, LowMark } from '../store/low-mark.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { HandlerQueues } from './handler-queues.js';
import type { HighWaterMark } from './high-water-mark.js';

// A mark is kept again when it has grown by this many places. A start steps over as many deleted rows at most.
const worthKeeping = 50_000;

/** Keeps low marks in the store for the next relay, learns those of earlier ones, and looks for rows below them. */
export class MarkKeeper {
  readonly #store: RelayingStore;
  readonly #queues: HandlerQueues;
  /** The marks as they are in the store, for each handler by bucket. */
  readonly #stored = new Map<string, Map<number, number>>();
  #kept: KeptMarks | undefined;
  #bucket = 0;

  constructor(store: RelayingStore, queues: HandlerQueues) {
    this.#store = store;
    this.#queues = queues;
  }

  /**
   * Learns the marks of buckets that are unknown to this relay. A mark beyond the end of the log is not one of this
   * log. Resolves with whether there were any.
   */
  async learn(assignment: BucketAssignment, highWaterMark: HighWaterMark): Promise<boolean> {
    const unknown = this.#queues.withUnknownMarks(assignment).filter(({ queue }) => !queue.isReplay);
    if (unknown.length === 0) return false;
    const kept = await this.#store.lowMarks(unknown.map(({ queue }) => queue.handler));
    const end = await highWaterMark.end();
    // Otherwise a mark of another server could be learned.
    if (assignment.revoked.aborted) return false;
    this.#kept = kept;
    for (const { queue } of unknown) this.#stored.set(queue.handler, new Map());
    for (const { handler, bucket, seq } of kept.marks) {
      this.#stored.get(handler)?.set(bucket, seq);
      const assigned = unknown.find(({ queue, buckets }) => queue.handler === handler && buckets.includes(bucket));
      if (seq <= end) assigned?.queue.marks.learnKept(bucket, seq);
    }
    return kept.marks.length > 0;
  }

  /**
   * Keeps what has grown. A mark that is kept must be true for every relay, so no open transaction may write below it.
   */
  async keep(assignment: BucketAssignment, highWaterMark: HighWaterMark): Promise<void> {
    const marks = this.#queues
      .assigned(assignment)
      .filter(({ queue }) => !queue.isReplay)
      .flatMap(({ queue: { handler, marks: known }, buckets }) =>
        buckets.flatMap((bucket): LowMark | [] => {
          const seq = known.of(bucket);
          return seq === undefined ? [] : { handler, bucket, seq: Math.min(seq, highWaterMark.certain) };
        }),
      )
      .filter((mark) => {
        const stored = this.#stored.get(mark.handler)?.get(mark.bucket) ?? 0;
        return mark.seq < stored || mark.seq - stored >= worthKeeping;
      });
    if (marks.length === 0 || !this.#kept) return;
    await this.#kept.keep(marks);
    for (const { handler, bucket, seq } of marks) this.#stored.get(handler)?.set(bucket, seq);
  }

  /**
   * Looks for rows below the marks, which an operator has written by hand, in one bucket after another. Resolves with
   * whether there was one.
   */
  async lookBelow(assignment: BucketAssignment): Promise<boolean> {
    const bucket = this.#bucket++ % bucketCount;
    let hasFound = false;
    for (const { queue, buckets } of this.#queues.assigned(assignment)) {
      const below = queue.marks.of(bucket);
      if (queue.isReplay || !below || !buckets.includes(bucket)) continue;
      const [first] = await this.#store.firstRows(queue.handler, [{ bucket, from: 0, below }]);
      if (!first) continue;
      queue.marks.lower(bucket, first.seq);
      queue.restart();
      hasFound = true;
    }
    return hasFound;
  }
}
