import type { DrainingStore, LeftRows } from '../index.js';
import { isAmong, pausedIds } from './pausing-part.js';
import type { Tables } from './tables.js';

// The planner estimates 10 rows for an array, and 100 for a list of JSON.
const wanted = `(
  select wanted from unnest(array(select jsonb_array_elements($1::jsonb))) wanted
  where not ${isAmong("wanted->>'handler'", pausedIds)}
) list`;
const failed = `f.handler = wanted->>'handler' and f.dead_at is null and wanted->'buckets' @> to_jsonb(f.bucket)`;

const hasDue = `
select exists (
  select from ${wanted}
  cross join lateral jsonb_array_elements_text(wanted->'buckets') place (bucket)
  cross join lateral (
    select from "S".delivery d where d.handler = wanted->>'handler' and d.bucket = place.bucket::smallint limit 1
  ) d
) or exists (
  select from ${wanted} join "S".failure f on ${failed} and f.due_at <= clock_timestamp()
  join "S".held h on h.handler = f.handler and h.seq = f.seq
) or exists (
  select from "S".scheduled where due_at <= clock_timestamp()
) as due`;

const retryNow = `
update "S".failure f set due_at = clock_timestamp() from ${wanted}
where ${failed} and f.due_at > clock_timestamp()
returning f.seq`;

// Counted up to a limit, because a count takes as long as there are rows.
const leftRows = `
with ids as (
  select handler from jsonb_array_elements_text($1::jsonb) list (handler)
)
select ids.handler, d.bucket, 'waiting' as state, count(*)::integer as count
from ids cross join lateral (
  select bucket from "S".delivery d where d.handler = ids.handler order by bucket, seq limit 10000
) d
group by 1, 2
union all
select ids.handler, h.bucket, case when f.dead_at is null then 'failed' else 'dead' end, count(*)::integer
from ids cross join lateral (
  select bucket, seq, key from "S".held h where h.handler = ids.handler order by seq limit 10000
) h
left join lateral (
  select seq, dead_at from "S".failure f where f.handler = ids.handler and f.seq = h.seq
  union all
  select seq, dead_at from "S".failure f where f.handler = ids.handler and f.key = h.key
  limit 1
) f on true
where f.dead_at is null or f.seq <> h.seq
group by 1, 2, 3`;

/** What says whether all is delivered, of an outbox in a PostgreSQL. */
export const drainingPart = (tables: Tables): DrainingStore => ({
  async hasDue(rows) {
    const [row] = await tables.query(hasDue, [JSON.stringify(rows)]);
    return row?.['due'] === true;
  },

  async retryNow(rows) {
    return (await tables.query(retryNow, [JSON.stringify(rows)])).length;
  },

  async leftRows(handlers) {
    const rows = (await tables.query(leftRows, [JSON.stringify(handlers)])) as Record<keyof LeftRows, unknown>[];
    return rows.map(({ handler, bucket, state, count }) => ({
      handler: handler as string,
      bucket: Number(bucket),
      state: state as LeftRows['state'],
      count: Number(count),
    }));
  },
});
