import type { DeadLetter, DeadLetterQuery, FailureNote, HandlerStatus, OutboxStatus } from '../index.js';
import { replayMark } from '../replay-id.js';
import type { Row } from './queryable.js';

/** The statements of operators, with `"S"` for the schema. */

// The id of an event that is gone.
const nil = "'00000000-0000-0000-0000-000000000000'";

const matching = `f.dead_at is not null and ($1::text is null or f.handler = $1) and ($2::text is null or f.key = $2)
  and ($3::uuid is null or coalesce(e.id, ${nil}) = $3) and ($4::bigint is null or f.seq = $4) and f.seq > $5::bigint`;

// A dead letter needs its held row, not its event. A failure without a held row is no dead letter: the relay deletes
// it.
const letters = `"S".failure f
  join "S".held d on d.handler = f.handler and d.seq = f.seq left join "S".event e on e.seq = f.seq`;

export const deadLetters = `
select f.handler, f.seq::text as seq, f.key, (extract(epoch from f.dead_at) * 1000)::float8 as dead_at, f.errors::text as errors,
  coalesce(e.id, ${nil})::text as event, coalesce(e.name, 'unknown') as name, coalesce(e.version, 0) as version,
  coalesce(e.data::text, 'null') as data,
  (
    select count(*)::integer from "S".held h where h.handler = f.handler and h.key = f.key and h.seq <> f.seq
  ) as followers
from ${letters}
where ${matching} order by f.seq, f.handler limit $6`;

export const redrive = `
with chosen as (
  select f.handler, f.seq from ${letters}
  where ${matching} order by f.seq, f.handler limit $6 for update of f
), counts as (
  update "S".held h set attempts = 0, started_at = null from chosen
  where h.handler = chosen.handler and h.seq = chosen.seq
  returning h.handler, h.seq
)
update "S".failure f set dead_at = null, due_at = clock_timestamp() from counts
where f.handler = counts.handler and f.seq = counts.seq
returning f.seq`;

export const discard = `
with chosen as materialized (
  select f.handler, f.seq from ${letters}
  where ${matching} order by f.seq, f.handler limit $6 for update of f
)
select seq from chosen where "S".release(handler, seq)`;

export function paramsOf({ handler, key, event, seq, after = 0, limit = 1_000 }: DeadLetterQuery): readonly unknown[] {
  return [handler ?? null, key ?? null, event ?? null, seq ?? null, after, limit];
}

export function deadLetterOf(row: Row): DeadLetter {
  const { handler, event, name, data } = row as Record<string, string>;
  return {
    handler: handler as string,
    seq: Number(row['seq']),
    event: event as string,
    name: name as string,
    version: Number(row['version']),
    key: (row['key'] as string | null) ?? undefined,
    followers: Number(row['followers']),
    deadAt: new Date(Number(row['dead_at'])),
    errors: JSON.parse(row['errors'] as string) as FailureNote[],
    data: data as string,
  };
}

// The age of a replay counts from its next attempt, because its events are old.
const handlerStatus = `
with pending as (
  select handler, count(*) as pending,
    min(seq) filter (where d.key is null or not exists (
      select from "S".failure f where f.handler = d.handler and f.key = d.key and f.seq < d.seq
    )) as oldest
  from "S".delivery d group by handler
), held as (
  select handler, count(*) as held from "S".held group by handler
), failed as (
  select handler, count(*) filter (where dead_at is null) as blocked, count(dead_at) as dead,
    min(due_at) filter (where dead_at is null) as due
  from "S".failure group by handler
)
select handler, (coalesce(pending, 0) + coalesce(held, 0) - coalesce(dead, 0))::integer as pending,
  coalesce(blocked, 0)::integer as blocked, coalesce(dead, 0)::integer as dead,
  greatest(0, extract(epoch from clock_timestamp() - least(
    due, case when handler not like '%${replayMark}%' then e.recorded_at end
  )) * 1000)::float8 as age
from pending full join held using (handler) full join failed using (handler)
left join "S".event e on e.seq = oldest
order by handler`;

// A large table is not counted: the planner's estimate is enough.
const eventCount = `
select case when reltuples > 100000 then reltuples::float8 else (select count(*) from "S".event)::float8 end as events
from pg_class where oid = '"S".event'::regclass`;

const holders = `
select count(*) filter (where objid = 64)::integer as relays,
  count(distinct objid) filter (where objid < 64)::integer as taken
from pg_locks
where locktype = 'advisory' and objsubid = 2 and granted
  and database = (select oid from pg_database where datname = current_database())
  and classid = (select class::bigint::oid from "S".relay_group where name = $1)`;

// It is one statement, so that all figures are of one moment.
export const status = `
select (select coalesce(json_agg(status), '[]')::text from (${handlerStatus}) status) as handlers, relays, taken, events
from (${holders}) holders cross join (${eventCount}) log`;

export function statusOf({ handlers, relays, taken, events }: Row, all: number): OutboxStatus {
  const handlerStatusOf = ({ handler, pending, blocked, dead, age }: Row): HandlerStatus => ({
    handler: String(handler),
    pending: Number(pending),
    blocked: Number(blocked),
    dead: Number(dead),
    oldestDueAge: Math.round(Number(age ?? 0)),
  });
  return {
    relays: Number(relays),
    buckets: { taken: Number(taken), all },
    handlers: (JSON.parse(handlers as string) as Row[]).map(handlerStatusOf),
    events: Number(events),
  };
}

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
