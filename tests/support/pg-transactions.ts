import type { Begin } from 'class-events/domain';
import type { Pool, PoolClient } from 'pg';

/** Returns a function that begins transactions on clients of a pool, as docs/units-of-work.md shows it. */
export function beginOn(pool: Pool, beforeCommit?: () => Promise<unknown>): Begin<PoolClient> {
  return async (run) => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const value = await run(client);
      await beforeCommit?.();
      await client.query('commit');
      return value;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  };
}

/** Runs a part of a transaction in a savepoint, for libraries that have no function for it. */
export async function inSavepoint(
  execute: (statement: string) => Promise<unknown>,
  run: () => Promise<unknown>,
): Promise<unknown> {
  await execute('savepoint inner_work');
  try {
    const value = await run();
    await execute('release savepoint inner_work');
    return value;
  } catch (error) {
    await execute('rollback to savepoint inner_work');
    throw error;
  }
}
