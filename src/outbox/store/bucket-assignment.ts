/** The buckets that one relay has to itself, for as long as its session lives. */
export interface BucketAssignment {
  /** Those to fetch from. */
  readonly buckets: readonly number[];
  /** Those to give back as soon as nothing of them is in work. */
  readonly excess: readonly number[];
  /** Whether an effect may begin: the session cannot have ended yet. */
  readonly isSafe: boolean;
  /** Aborts when the session has ended: others may have the buckets. */
  readonly revoked: AbortSignal;
  /** Gives a bucket of the surplus to the others. */
  release(bucket: number): Promise<void>;
  /** Gives back all. */
  close(): Promise<void>;
}
