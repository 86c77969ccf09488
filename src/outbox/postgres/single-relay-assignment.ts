import { bucketCount, type BucketAssignment, type Share } from '../index.js';
import type { Roster } from './roster.js';
import type { Tables } from './tables.js';

const buckets = Array.from({ length: bucketCount }, (_, bucket) => bucket);

// Its presence, and for each duty the buckets and the membership.
const locksOf = (act: 'lock' | 'unlock') => `
select count(pg_advisory_${act}_shared($1::integer, ${bucketCount}))
union all select count(pg_advisory_${act}(duty::integer, bucket))
from json_array_elements_text($2::json) duty, generate_series(0, ${bucketCount - 1}) bucket
union all select count(pg_advisory_${act}_shared(duty::integer, ${bucketCount}))
from json_array_elements_text($2::json) duty`;

/**
 * An assignment of all buckets to the only relay that there can be, which is never revoked. Its locks keep no other
 * relay out: they show in `outbox.status()` that the relay is there.
 */
export class SingleRelayAssignment implements BucketAssignment {
  readonly shares: readonly Share[] = [{ serves: () => true, buckets, excess: [] }];
  readonly isSafe = true;
  readonly revoked: AbortSignal = new AbortController().signal;
  readonly #end: () => Promise<unknown>;

  private constructor(end: () => Promise<unknown>) {
    this.#end = end;
  }

  static async acquire(
    { database, schema }: Tables,
    roster: Roster,
    handlers: readonly string[],
    wake: () => void,
  ): Promise<SingleRelayAssignment> {
    const end = await database.listen?.(schema.name, wake);
    try {
      const { duties } = await roster.register(handlers, [], true);
      const params = [roster.lockClass, JSON.stringify([...duties.keys()])];
      await database.query(locksOf('lock'), params);
      return new SingleRelayAssignment(async () => {
        try {
          await database.query(locksOf('unlock'), params);
        } finally {
          await end?.();
        }
      });
    } catch (error) {
      await end?.();
      throw error;
    }
  }

  async release(): Promise<void> {}

  async servedElsewhere(): Promise<ReadonlySet<string>> {
    return new Set();
  }

  async close(): Promise<void> {
    await this.#end();
  }
}
