import { bucketCount, type BucketAssignment, type Share } from '../index.js';
import type { Database } from './database.js';

const lock = `
select count(pg_advisory_lock($1::integer, bucket)) from generate_series(0, ${bucketCount - 1}) bucket
union all select count(pg_advisory_lock_shared($1::integer, ${bucketCount}))`;
const unlock = `
select count(pg_advisory_unlock($1::integer, bucket)) from generate_series(0, ${bucketCount - 1}) bucket
union all select count(pg_advisory_unlock_shared($1::integer, ${bucketCount}))`;

/**
 * An assignment of all buckets to the only relay that there can be, which is never revoked. Its locks keep no other
 * relay out: they show in `outbox.status()` that the relay is there.
 */
export class SingleRelayAssignment implements BucketAssignment {
  readonly shares: readonly Share[] = [
    { serves: () => true, buckets: Array.from({ length: bucketCount }, (_, bucket) => bucket), excess: [] },
  ];
  readonly isSafe = true;
  readonly revoked: AbortSignal = new AbortController().signal;
  readonly #end: () => Promise<unknown>;

  private constructor(end: () => Promise<unknown>) {
    this.#end = end;
  }

  static async acquire(
    database: Database,
    group: number,
    channel: string,
    wake: () => void,
  ): Promise<SingleRelayAssignment> {
    const end = await database.listen?.(channel, wake);
    try {
      await database.query(lock, [group]);
    } catch (error) {
      await end?.();
      throw error;
    }
    return new SingleRelayAssignment(async () => {
      try {
        await database.query(unlock, [group]);
      } finally {
        await end?.();
      }
    });
  }

  async release(): Promise<void> {}

  async close(): Promise<void> {
    await this.#end();
  }
}
