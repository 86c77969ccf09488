/** The place in the log below which a bucket has no *waiting* rows of a handler, except rows that were put back. */
export interface LowMark {
  readonly handler: string;
  readonly bucket: number;
  readonly seq: number;
}

/** The low marks that relays have kept. They spare the next relay from looking for the first row of each bucket. */
export interface KeptMarks {
  readonly marks: readonly LowMark[];
  /**
   * Keeps these marks instead of earlier ones, unless another server answers by now: a standby that has taken over may
   * have rows again that were settled.
   */
  keep(marks: readonly LowMark[]): Promise<void>;
}

/** A part of a bucket: the places in the log from `from` on, and below `below`. */
export interface BucketRange {
  readonly bucket: number;
  readonly from: number;
  readonly below: number;
}

/** The first row of a range. */
export interface FirstRow {
  readonly bucket: number;
  readonly seq: number;
}
