import type { Signal } from '../../core/index.js';

/** The buckets of one relay for some handlers. Its buckets for other handlers may be others. */
export interface Share {
  /** Returns whether the share is one of this handler, by durable id. */
  serves(handler: string): boolean;
  /** The buckets of the relay, those in excess included. */
  readonly buckets: readonly number[];
  /** The buckets to release as soon as no delivery of them runs, because another relay lacks buckets. */
  readonly excess: readonly number[];
}

/**
 * The buckets that one relay may fetch from, while its session lives.
 *
 * It is *held* until it is closed, or until the store revokes it. After that it has no shares, and a relay has to join
 * again.
 */
export interface BucketAssignment {
  /** One share for each handler at most. They change while the relay works. */
  readonly shares: readonly Share[];
  /** Whether a handler may be called now. It is false before any other relay can have the buckets. */
  readonly isSafe: boolean;
  /** Aborts when the assignment is revoked or closed: other relays may have the buckets. */
  readonly revoked: Signal;
  /** Resolves with those of these durable ids that other relays serve now. */
  servedElsewhere(handlers: readonly string[]): Promise<ReadonlySet<string>>;
  /** Gives a bucket of a share to the other relays. */
  release(share: Share, bucket: number): Promise<void>;
  /** Gives all buckets to the other relays, and ends the session. */
  close(): Promise<void>;
}
