/**
 * The low marks of one handler: the place in the log below which each bucket has no rows that a fetch would not find by
 * other means. A fetch begins there, because the rows below are deleted ones, and a snapshot that is held may keep
 * millions of those.
 *
 * States of a bucket: unknown → known → unknown. It is unknown at first, when rows may have appeared below its mark
 * (`reopen`), and when the relay has lost its buckets (`forget`). Nothing is fetched from it then. A known mark goes up
 * by what the store answers, and down when a row was found below it.
 */
export class LowMarks {
  readonly #isReplay: boolean;
  readonly #known = new Map<number, number>();
  /** The places below which nothing was found in unknown buckets so far. */
  readonly #searched = new Map<number, number>();
  /** Marks that were kept in the store. No transaction that is open now can write below them. */
  readonly #kept = new Map<number, number>();
  #lastSeen = 0;
  #version = 0;

  constructor(isReplay: boolean) {
    this.#isReplay = isReplay;
  }

  /** Changes whenever marks become unknown. What was asked before says nothing about them. */
  get version(): number {
    return this.#version;
  }

  /** Returns the mark of a bucket; undefined while it is unknown. */
  of(bucket: number): number | undefined {
    return this.#known.get(bucket);
  }

  /** Returns the place below which nothing was found in an unknown bucket so far. */
  searched(bucket: number): number {
    return this.#searched.get(bucket) ?? 0;
  }

  /**
   * Returns the place up to which all rows are visible. A replay writes rows at old places, in their order, so its rows
   * are complete up to the last one that was seen.
   */
  completeUpTo(highWaterMark: number): number {
    return this.#isReplay ? this.#lastSeen : highWaterMark;
  }

  /** Notes that a row at this place is visible. */
  see(seq: number): void {
    this.#lastSeen = Math.max(this.#lastSeen, seq);
  }

  /** Notes that an unknown bucket has no rows below this place. */
  search(bucket: number, seq: number): void {
    this.#searched.set(bucket, seq);
  }

  learn(bucket: number, seq: number): void {
    this.#searched.delete(bucket);
    this.#known.set(bucket, seq);
  }

  /** Learns a mark that was kept in the store, unless the relay knows better. */
  learnKept(bucket: number, seq: number): void {
    if (this.#known.has(bucket) || seq <= this.searched(bucket)) return;
    this.#kept.set(bucket, seq);
    this.learn(bucket, seq);
  }

  raise(bucket: number, seq: number): void {
    const mark = this.#known.get(bucket);
    if (mark !== undefined && seq > mark) this.#known.set(bucket, seq);
  }

  /** Notes that a known bucket has a row at this place. */
  lower(bucket: number, seq: number): void {
    const mark = this.#known.get(bucket);
    if (mark === undefined || seq >= mark) return;
    this.#known.set(bucket, seq);
    this.#kept.delete(bucket);
  }

  /** Makes marks above a place unknown, because rows may have appeared from there on. */
  reopen(seq: number): void {
    if (this.#isReplay) return;
    this.#version++;
    const from = (bucket: number): number => Math.max(seq, this.#kept.get(bucket) ?? 0);
    for (const [bucket, place] of this.#searched) this.#searched.set(bucket, Math.min(place, from(bucket)));
    for (const [bucket, mark] of this.#known) {
      if (mark <= from(bucket)) continue;
      this.#known.delete(bucket);
      this.#searched.set(bucket, from(bucket));
    }
  }

  /** Makes all marks unknown: another server may answer, with rows that were settled. */
  forget(): void {
    this.#version++;
    for (const places of [this.#known, this.#searched, this.#kept]) places.clear();
  }
}
