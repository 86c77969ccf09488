import { guard } from './step-1-publishing.js';

/** The table and the functions of events that are published later. */
export const scheduling: readonly string[] = [
  `-- Events that are published when they are due. They have no place in the log before. What is to be delivered was
-- decided when they were scheduled.
create table "S".scheduled (
  id uuid primary key,
  -- The order of events that are due at the same time.
  number bigint not null generated always as identity,
  due_at timestamptz not null check (isfinite(due_at)),
  name text not null,
  version integer not null,
  key text,
  bucket smallint not null,
  data json not null,
  headers json not null,
  -- A list of { handler, key }.
  deliveries json not null
)`,
  `create index scheduled_due on "S".scheduled (due_at, number)`,
  `-- Writes events that are due later, and deletes others. Returns false and writes nothing if it cannot tell whether a
-- transaction is open, as "append" does.
create function "S".schedule(_entries json, _unscheduled jsonb, _mark text) returns boolean language plpgsql as $$
begin
  ${guard}
  delete from "S".scheduled where id in (select gone.id::uuid from jsonb_array_elements_text(_unscheduled) gone (id));
  -- Never in the past: the look for due events goes by the time at which they were scheduled.
  insert into "S".scheduled (id, due_at, name, version, key, bucket, data, headers, deliveries)
  select id, greatest(clock_timestamp(), coalesce(at, clock_timestamp() + make_interval(secs => wait / 1000))),
    name, version, key, bucket, coalesce(data, 'null'), headers, deliveries
  from json_to_recordset(_entries) as list(
    id uuid, name text, version integer, key text, bucket smallint, data json, headers json, deliveries json,
    at timestamptz, wait double precision);
  return true;
end
$$`,
  `-- Publishes what is due, in the order in which it is due, from the mark on.
create function "S".publish_due(_limit integer, _mark timestamptz, out published integer, out wait double precision,
  out mark timestamptz) language plpgsql as $$
declare
  due record;
  stripe integer;
  locked integer[] := '{}';
  ids uuid[] := '{}';
  began timestamptz := clock_timestamp();
  entries json;
begin
  published := 0;
  mark := _mark;
  -- Two that publish at once would mix up what is due in one key.
  if not pg_try_advisory_xact_lock(20825, hashtext('"S"')) then
    return;
  end if;
  for due in
    select id, key from "S".scheduled where due_at >= _mark and due_at <= began
    order by due_at, number for update skip locked
  loop
    exit when cardinality(ids) >= _limit;
    stripe := (hashtextextended(due.key, 0) & 16383)::integer;
    continue when stripe = any (locked);
    -- Whoever publishes the key may stand still. The others are not to wait for it.
    if not "S".try_key(due.key) then
      locked := locked || stripe;
      continue;
    end if;
    ids := ids || due.id;
  end loop;
  published := cardinality(ids);
  if published > 0 then
    with gone as (
      delete from "S".scheduled where id = any (ids) returning *
    )
    select json_agg(json_build_object('id', id, 'name', name, 'version', version, 'key', key, 'bucket', bucket,
      'data', data, 'headers', headers, 'deliveries', deliveries) order by due_at, number) into entries from gone;
    if not "S".append(entries, null) then
      raise 'class-events: what is due was not published';
    end if;
  end if;
  -- A minute for transactions that have scheduled something and are not committed yet.
  select least(began - interval '1 minute', min(due_at)), extract(epoch from min(due_at) - clock_timestamp()) * 1000
  into mark, wait from "S".scheduled where due_at >= _mark;
end
$$`,
];
