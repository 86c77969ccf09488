import { hashOf } from './hash.js';

/** The number of buckets that the keys are divided into. It never changes, because every row has its bucket. */
export const bucketCount = 64;

/**
 * Returns the bucket of a key: FNV-1a, 32 bits, over UTF-8. It is not computed by the database, because every version
 * of every store must return the same.
 *
 * @example
 * ```ts
 * const bucket = bucketOf('order:17'); // 0 to 63
 * ```
 */
export function bucketOf(key: string): number {
  return hashOf(key) % bucketCount;
}
