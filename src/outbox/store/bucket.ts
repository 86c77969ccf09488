/** Into how many shares the keys are divided. Fixed: it is in every row, so changing it needs an empty outbox. */
export const bucketCount = 64;

/**
 * The bucket of a key: FNV-1a, 32 bits, over UTF-8. Computed here and not by the database, so that every version of every store
 * comes to the same.
 */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % bucketCount;
}
