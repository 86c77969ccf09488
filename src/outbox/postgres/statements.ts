import { replayMark } from '../replay-id.js';

/** The statements of the relay, with `"S"` for the schema. Lists are given as JSON, which every driver passes alike. */

const columns = `
  d.handler, d.bucket, d.seq::text as seq, d.key, d.attempts,
  (extract(epoch from clock_timestamp() - d.begun_at) * 1000)::float8 as started_ago,
  coalesce(e.id, '00000000-0000-0000-0000-000000000000')::text as id, coalesce(e.name, 'unknown') as name,
  coalesce(e.version, 0) as version, coalesce(e.headers::text, '{}') as headers,
  case when pg_column_size(e.data) <= 65536
    and (pg_column_compression(e.data) is null or octet_length(e.data::text) <= 65536) then e.data::text end as data`;

// A row whose event is gone is delivered all the same: who makes the delivery finds out, and somebody is told.
const withEvent = 'left join lateral (select * from "S".event e where e.seq = d.seq limit 1) e on true';

// By way of an array: the planner takes a list of JSON for 100 rows, an array for 10, and reads small tables whole for 100.
const each = (list: string) => `unnest(array(select jsonb_array_elements(${list})))`;

// `next` is above the number of every transaction that can write at or below `seq`, because `append` draws its transaction's number
// before it takes a place in the log, and this one draws its number after it has looked at the log.
export const logEnd = `
select coalesce(max(seq), 0)::text as seq, pg_current_xact_id()::text as next from "S".event`;

export const isComplete = `
select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 as complete`;

const rowsThat = (condition: string) => `
    select * from "S".delivery d
    where d.handler = wanted->>'handler' and d.bucket = (place->>'bucket')::smallint and ${condition}
      and (d.key is null or not wanted->'except' ? d.key)
    order by d.seq limit (place->>'limit')::bigint`;

// No claim is written, which halves the dead rows; the place of each bucket to begin from spares the dead ones before it.
// What was put back lies before that place, and is fetched in the same snapshot as what follows it in its key.
export const fetch = `
select ${columns}, false as is_retry,
  d.key is not null and exists (
    select from "S".failure f where f.handler = d.handler and f.key = d.key and f.seq < d.seq
  ) as is_blocked
from ${each('$1::jsonb')} wanted
cross join lateral (
  select d.* from ${each("wanted->'from'")} place
  cross join lateral (
    (${rowsThat("d.seq >= (place->>'seq')::bigint")})
    union all
    (${rowsThat("d.returned and d.seq < (place->>'seq')::bigint")})
    order by seq limit (place->>'limit')::bigint
  ) d
  order by d.seq limit (wanted->>'limit')::bigint
) d
${withEvent}
order by d.seq`;

// So many for each handler: one whose deliveries hang must not keep those of others from being tried again.
export const retries = `
select ${columns}, true as is_retry, false as is_blocked
from ${each('$1::jsonb')} wanted
cross join lateral (
  select f.handler, f.seq, f.due_at from "S".failure f
  where f.handler = wanted->>'handler' and f.dead_at is null and f.due_at <= clock_timestamp()
    and f.bucket in (select (place->>'bucket')::smallint from ${each("wanted->'from'")} place)
  order by f.due_at limit (wanted->>'limit')::bigint
) f
join "S".parked d on d.handler = f.handler and d.seq = f.seq
${withEvent}
order by f.due_at`;

export const data = `select data::text as data from "S".event where seq = $1::bigint`;

// Only while the failure is there: it may have been released since the rows were fetched.
export const hold = `
with asked as (
  select row->>0 as handler, (row->>1)::smallint as bucket, (row->>2)::bigint as seq from ${each('$1::jsonb')} row
), blocked as (
  select d.handler, d.bucket, d.seq from asked join "S".delivery d using (handler, bucket, seq)
  join "S".failure f on f.handler = d.handler and f.key = d.key and f.seq < d.seq
  for share of f
), moved as (
  delete from "S".delivery d using blocked b where d.handler = b.handler and d.bucket = b.bucket and d.seq = b.seq
  returning d.*
)
insert into "S".parked (handler, bucket, seq, key, attempts, begun_at)
select handler, bucket, seq, key, attempts, begun_at from moved`;

// Its row was deleted by hand, and what follows it in its key must not wait for it.
export const healFailures = `
delete from "S".failure f where not exists (select from "S".parked p where p.handler = f.handler and p.seq = f.seq)`;

export const heal = `
with orphans as (
  delete from "S".parked p where not exists (
    select from "S".failure f where f.handler = p.handler and (f.seq = p.seq or f.key = p.key)
  ) returning *
)
insert into "S".delivery (handler, bucket, seq, key, attempts, begun_at, returned)
select handler, bucket, seq, key, attempts, begun_at, true from orphans
returning seq`;

// From handler to handler by the index, without reading what lies between.
export const waiting = `
with recursive ids as (
  (select handler from "S".delivery order by handler limit 1)
  union all
  select (select d.handler from "S".delivery d where d.handler > ids.handler order by d.handler limit 1)
  from ids where ids.handler is not null
)
select handler from ids where handler is not null union select handler from "S".failure`;

// What a former id has, and its replays, which stay replays.
export const adopt = `
select "S".adopt($1 || substr(own.handler, length(former.id) + 1), own.handler,
  array(select bucket::smallint from jsonb_array_elements_text($3::jsonb) bucket)) as count
from (${waiting}) own
join jsonb_array_elements_text($2::jsonb) former (id) on own.handler = former.id or starts_with(own.handler, former.id || '${replayMark}')`;

// A replay must not write deliveries for what is being forgotten. A statement of its own, so that the next one sees what was
// committed while it waited.
export const lockLog = 'select pg_advisory_xact_lock(20819, hashtext($1))::text as locked';

export const prune = `
delete from "S".event where seq in (
  select e.seq from "S".event e
  where e.recorded_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
    and e.seq < coalesce((select min(seq) from "S".delivery), 9223372036854775807)
    and not exists (select from "S".parked p where p.seq = e.seq)
  order by e.seq limit $2
)
returning seq`;

export const replay = `
with next as (
  select seq, bucket, key from "S".event
  where seq > $1::bigint and seq <= $8::bigint and $2::jsonb ? name
    and recorded_at >= coalesce($3::timestamptz, '-infinity') and recorded_at < coalesce($4::timestamptz, 'infinity')
  order by seq limit $5
), written as (
  insert into "S".delivery (handler, bucket, seq, key)
  select $6, bucket, seq, case when $7::boolean then key end from next
)
select count(*)::integer as written, max(seq)::text as last from next`;
