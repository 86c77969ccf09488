import type { ScheduledEntry, SchedulingStore } from '../index.js';
import { writeGuarded } from './guarded-write.js';
import { entriesAsJson } from './rows.js';
import type { Tables } from './tables.js';

const schedule = '"S".schedule($1::json, $2::jsonb, $3)';
const lockScheduled = 'select id from "S".scheduled where id = $1::uuid for update';
const publishDue = `
select published, wait, to_json(mark) #>> '{}' as mark
from "S".publish_due($1::integer, coalesce($2::timestamptz, '-infinity'::timestamptz))`;

/** What keeps events until they are due, of an outbox in a PostgreSQL. */
export const schedulingPart = (tables: Tables): SchedulingStore => ({
  schedule(transaction, entries, unscheduled) {
    const params = [entriesAsJson(entries.map(rowOf)), JSON.stringify(unscheduled)];
    return writeGuarded(tables, transaction, schedule, params);
  },

  async lockScheduled(transaction, id) {
    return (await tables.queryIn(transaction, lockScheduled, [id])).length > 0;
  },

  async publishDue(limit, mark) {
    const [row] = await tables.query(publishDue, [limit, mark ?? null]);
    const { published, wait, mark: next } = row as { published: number; wait: number | null; mark: string };
    return { published, nextIn: wait === null ? undefined : Math.max(0, Number(wait)), mark: next };
  },
});

function rowOf({ due, ...entry }: ScheduledEntry) {
  return { ...entry, ...('at' in due ? { at: due.at.toISOString() } : { wait: due.in }) };
}
