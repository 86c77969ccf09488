import type { HandlerStatus, OutboxStatus } from '../index.js';
import { handlerOf, replayMark } from '../replay-id.js';
import { pausesAsJson, pausesOf } from './pausing-part.js';
import type { Row } from './queryable.js';
import { leastTaken, servicesOf, whoServes } from './who-serves.js';

/** The statements of operators, with `"S"` for the schema. */

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

// It is one statement, so that all figures are of one moment.
export const status = `
select (select coalesce(json_agg(status), '[]')::text from (${handlerStatus}) status) as handlers,
  (${pausesAsJson}) as pauses, relays, served, events
from (${whoServes}) roster cross join (${eventCount}) log`;

export function statusOf({ handlers, pauses, relays, served, events }: Row, all: number): OutboxStatus {
  const services = servicesOf(served);
  const paused = pausesOf(pauses);
  const rows = new Map((JSON.parse(handlers as string) as Row[]).map((row) => [String(row['handler']), row]));
  const handlerStatusOf = (handler: string): HandlerStatus => {
    const { pending, blocked, dead, age } = rows.get(handler) ?? {};
    return {
      handler,
      relays: services.get(handlerOf(handler))?.relays ?? 0,
      pending: Number(pending ?? 0),
      blocked: Number(blocked ?? 0),
      dead: Number(dead ?? 0),
      oldestDueAge: Math.round(Number(age ?? 0)),
      paused: paused.get(handler),
    };
  };
  return {
    relays: Number(relays),
    buckets: { taken: Number(relays) === 0 ? 0 : leastTaken(services, all), all },
    handlers: [...new Set([...rows.keys(), ...paused.keys()])].sort().map(handlerStatusOf),
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
