import { replayMark } from '../replay-id.js';

/** The statements of relays, with `"S"` for the schema. Lists are given as JSON, which every driver passes alike. */

const columns = `
  d.handler, d.bucket, d.seq::text as seq, d.key, d.attempts,
  abs(extract(epoch from clock_timestamp() - d.started_at) * 1000)::float8 as started_ago,
  (extract(epoch from e.recorded_at) * 1000)::float8 as recorded_at,
  coalesce(e.id, '00000000-0000-0000-0000-000000000000')::text as id, coalesce(e.name, 'unknown') as name,
  coalesce(e.version, 0) as version, coalesce(e.headers::text, '{}') as headers,
  case when pg_column_size(e.data) <= 65536
    and (pg_column_compression(e.data) is null or octet_length(e.data::text) <= 65536) then e.data::text end as data`;

// A row is delivered even if its event is gone. The attempt then fails, and an operator is told.
const withEvent = 'left join lateral (select * from "S".event e where e.seq = d.seq limit 1) e on true';

// The planner estimates 100 rows for a list of JSON and 10 for an array. With 100 it would read small tables as a
// whole.
const elementsOf = (list: string) => `unnest(array(select jsonb_array_elements(${list})))`;

// `next` is above the number of every transaction that can write at or below `seq`, because `append` draws its
// transaction's number before it takes a place in the log, and this statement draws its own after it has looked at the
// log.
export const logEnd = `
select coalesce(max(seq), 0)::text as seq, pg_current_xact_id()::text as next from "S".event`;

export const isComplete = `
select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 as complete`;

const rowsThat = (condition: string) => `
    select * from "S".delivery d
    where d.handler = request->>'handler' and d.bucket = (start->>'bucket')::smallint and ${condition}
      and (d.key is null or not request->'except' ? d.key)
    order by d.seq limit (start->>'limit')::bigint`;

// It writes no claim, which halves the dead rows. It starts at a place in each bucket, which spares the dead rows
// before that place. Requeued rows are before that place. They are fetched in the same snapshot as the rows that follow
// them in their keys.
export const fetch = `
select ${columns}, false as is_retry,
  d.key is not null and exists (
    select from "S".failure f where f.handler = d.handler and f.key = d.key and f.seq < d.seq
  ) as is_blocked
from ${elementsOf('$1::jsonb')} request
cross join lateral (
  select d.* from ${elementsOf("request->'from'")} start
  cross join lateral (
    (${rowsThat("d.seq >= (start->>'seq')::bigint")})
    union all
    (${rowsThat("d.requeued and d.seq < (start->>'seq')::bigint")})
    order by seq limit (start->>'limit')::bigint
  ) d
  order by d.seq limit (request->>'limit')::bigint
) d
${withEvent}
order by d.seq`;

// Each handler has a limit of its own. Otherwise one whose deliveries hang would keep those of others from being tried
// again.
export const retries = `
select ${columns}, true as is_retry, false as is_blocked
from ${elementsOf('$1::jsonb')} request
cross join lateral (
  select f.handler, f.seq, f.due_at from "S".failure f
  where f.handler = request->>'handler' and f.dead_at is null and f.due_at <= clock_timestamp()
    and f.bucket in (select (start->>'bucket')::smallint from ${elementsOf("request->'from'")} start)
  order by f.due_at limit (request->>'limit')::bigint
) f
join "S".held d on d.handler = f.handler and d.seq = f.seq
${withEvent}
order by f.due_at`;

export const data = `select data::text as data from "S".event where seq = $1::bigint`;

// A row is held only while its failure is there: the failure may have been released since the row was fetched.
export const hold = `
with requested as (
  select row->>0 as handler, (row->>1)::smallint as bucket, (row->>2)::bigint as seq from ${elementsOf('$1::jsonb')} row
), blocked as (
  select d.handler, d.bucket, d.seq from requested join "S".delivery d using (handler, bucket, seq)
  join "S".failure f on f.handler = d.handler and f.key = d.key and f.seq < d.seq
  for share of f skip locked for update of d skip locked
), moved as (
  delete from "S".delivery d using blocked b where d.handler = b.handler and d.bucket = b.bucket and d.seq = b.seq
  returning d.*
)
insert into "S".held (handler, bucket, seq, key, attempts, started_at)
select handler, bucket, seq, key, attempts, started_at from moved`;

// The failed row was deleted by hand, and the rows that follow it in its key must not wait for it.
export const forgetFailures = `
delete from "S".failure where ctid = any (array(
  select f.ctid from "S".failure f
  where not exists (select from "S".held h where h.handler = f.handler and h.seq = f.seq) for update skip locked
))`;

export const releaseOrphans = `
with orphans as (
  delete from "S".held where ctid = any (array(
    select h.ctid from "S".held h where not exists (
      select from "S".failure f where f.handler = h.handler and (f.seq = h.seq or f.key = h.key)
    ) for update skip locked
  )) returning *
)
insert into "S".delivery (handler, bucket, seq, key, attempts, started_at, requeued)
select handler, bucket, seq, key, attempts, started_at, true from orphans
returning seq`;

// It goes from handler to handler by the index, without reading the rows between them.
export const everyId = `
with recursive ids as (
  (select handler from "S".delivery order by handler limit 1)
  union all
  select (select d.handler from "S".delivery d where d.handler > ids.handler order by d.handler limit 1)
  from ids where ids.handler is not null
)
select handler from ids where handler is not null union select handler from "S".failure`;

// It looks into the gaps between the known ids, and not at the rows of those: a snapshot that is held may keep millions
// of their deleted rows.
const otherIds = (table: string, known: string): string => {
  const next = (after: string): string => {
    const first = (below: string): string =>
      `(select d.handler from "S".${table} d where d.handler > ${after} ${below} order by d.handler limit 1)`;
    return `case when high is null then ${first('')} else ${first('and d.handler < high')} end`;
  };
  return `(
  with recursive known as (
    select distinct id from jsonb_array_elements_text(${known}) id
  ), gap as (
    select '' as low, min(id) as high from known union all select id, lead(id) over (order by id) from known
  ), ids as (
    select high, ${next('low')} as handler from gap
    union all
    select high, ${next('ids.handler')} from ids where ids.handler is not null
  )
  select handler from ids where handler is not null
)`;
};

export const waiting = `
select handler from ${otherIds('delivery', '$1::jsonb')} d union select handler from ${otherIds('failure', '$1::jsonb')} f`;

// The rows of a former id, and the rows of its replays, which stay replays. A pause of the former id goes with them.
export const adopt = `
with former_pauses as (
  delete from "S".pause where handler in (select jsonb_array_elements_text($2::jsonb)) returning since, until
), pauses as (
  insert into "S".pause (handler, since, until) select $1, since, until from former_pauses on conflict do nothing
)
select "S".adopt($1 || substr(known.handler, length(former.id) + 1), known.handler,
  array(select bucket::smallint from jsonb_array_elements_text($3::jsonb) bucket)) as count
from (${everyId}) known
join jsonb_array_elements_text($2::jsonb) former (id)
  on known.handler = former.id or starts_with(known.handler, former.id || '${replayMark}')`;

// It looks for the rows of each event by their places. The lowest place of all rows would be behind all deleted ones.
export const prune = `
with ids as materialized (
  select handler from ${otherIds('delivery', '$3::jsonb')} d union select jsonb_array_elements_text($3::jsonb)
)
delete from "S".event where seq in (
  select e.seq from "S".event e
  where e.recorded_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
    and not exists (select from ids where exists (
      select from "S".delivery d where d.handler = ids.handler and d.bucket = e.bucket and d.seq = e.seq
    ))
    and not exists (select from "S".held h where h.seq = e.seq)
  order by e.seq limit $2
)
returning seq`;
