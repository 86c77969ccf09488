import { bucketCount } from '../index.js';
import type { Session } from './database.js';
import type { Row } from './queryable.js';

/**
 * The second half of the lock that every relay with a duty shares, so that the others can count it. In the class of the
 * roster every relay shares it.
 */
export const membership = bucketCount;

/** What selects the advisory locks of this database that somebody has, by their two halves. */
export const inThisDatabase = `locktype = 'advisory' and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())`;

const look = `
select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
  coalesce(json_agg(json_build_array(classid::bigint, objid::bigint, holders)), '[]')::text as locks
from (
  select classid, objid, count(*) as holders from pg_locks
  where ${inThisDatabase} and classid in (select class::bigint::oid from json_array_elements_text($1::json) class)
  group by classid, objid
) held`;

/** The advisory locks of some classes, as one look at the server has shown them. */
export class LockTable {
  /** How many have each lock, by class and number. */
  readonly #holders = new Map<number, Map<number, number>>();

  private constructor(
    readonly pid: unknown,
    readonly isStandby: boolean,
    locks: readonly (readonly [number, number, number])[],
  ) {
    for (const [lockClass, number, holders] of locks) {
      if (!this.#holders.has(lockClass)) this.#holders.set(lockClass, new Map());
      this.#holders.get(lockClass)?.set(number, holders);
    }
  }

  static async look(query: Session['query'], classes: readonly number[]): Promise<LockTable> {
    const [seen] = (await query(look, [JSON.stringify(classes)])) as [Row];
    const locks = JSON.parse(seen['locks'] as string) as [number, number, number][];
    return new LockTable(seen['pid'], seen['standby'] === true, locks);
  }

  /** Returns how many sessions have a lock. */
  holders(lockClass: number, number: number): number {
    return this.#holders.get(lockClass)?.get(number) ?? 0;
  }

  /** Returns the second halves of the locks of a class that somebody has. */
  numbers(lockClass: number): readonly number[] {
    return [...(this.#holders.get(lockClass)?.keys() ?? [])];
  }
}
