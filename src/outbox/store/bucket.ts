import { hashOf } from './hash.js';

/** Into how many shares the keys are divided. Fixed: it is in every row, so changing it needs an empty outbox. */
export const bucketCount = 64;

/**
 * The bucket of a key: FNV-1a, 32 bits, over UTF-8. Computed here and not by the database, so that every version of every store
 * comes to the same.
 */
export function bucketOf(key: string): number {
  return hashOf(key) % bucketCount;
}
