const asked = `asked as (
    select row->>0 as handler, (row->>1)::smallint as bucket, (row->>2)::bigint as seq, (row->>3)::integer as attempts
    from unnest(array(select jsonb_array_elements(_rows))) row
  )`;

// Functions keep their plans, which take longer to make than to follow; one that was made while a table was small must not read it
// whole when it has grown.
const planned = 'set enable_seqscan = off set jit = off';

/**
 * The tables, step by step: the statements of each. A step that was published is never changed: what is to be different is a
 * further step.
 */
export const migrations: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  {
    name: '1: tables',
    statements: [
      `-- What was published, in an order that agrees with the commits of each key. Kept for a while after it was delivered.
create table "S".event (
  seq bigint generated always as identity primary key,
  id uuid not null,
  name text not null,
  version integer not null,
  key text,
  bucket smallint not null,
  -- json, not jsonb: kept as it was written, large numbers included.
  data json not null,
  headers json not null,
  recorded_at timestamptz not null default clock_timestamp()
)`,
      `create index event_recorded_at on "S".event (recorded_at)`,
      `-- One row for each durable handler of an event, until it is settled. Hot and small.
create table "S".delivery (
  handler text not null,
  bucket smallint not null,
  seq bigint not null,
  key text,
  attempts integer not null default 0,
  begun_at timestamptz,
  -- Put back: relays have passed its place already, and look for it by the index below, before all that came later.
  returned boolean not null default false,
  primary key (handler, bucket, seq)
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
      `create index delivery_returned on "S".delivery (handler, bucket, seq) where returned`,
      `-- Rows that failed, with those that follow them in their keys: apart, so that nobody has to step over them.
create table "S".parked (
  handler text not null,
  bucket smallint not null,
  seq bigint not null,
  key text,
  attempts integer not null,
  begun_at timestamptz,
  primary key (handler, seq)
)`,
      `create index parked_key on "S".parked (handler, key, seq)`,
      `create index parked_seq on "S".parked (seq)`,
      `-- The parked row that the others of its key wait for, and when it is tried again. Dead ones are tried no more.
create table "S".failure (
  handler text not null,
  bucket smallint not null,
  seq bigint not null,
  key text,
  due_at timestamptz not null,
  dead_at timestamptz,
  errors jsonb not null,
  primary key (handler, seq)
)`,
      `create unique index failure_key on "S".failure (handler, key)`,
      `create index failure_due on "S".failure (handler, due_at) where dead_at is null`,
      `-- A number for each group of relays, by which its advisory locks are told from those of others.
create table "S".relay_group (
  class integer generated always as identity (start with CLASS) primary key,
  name text not null unique
)`,
    ],
  },
  {
    name: '2: functions',
    statements: [
      `-- Writes events with their deliveries. Answers false, and writes nothing, where it cannot tell that a transaction is open:
-- the caller then sets the guard and asks again.
create function "S".append(_entries json, _guard text) returns boolean language plpgsql as $$
declare
  stripe integer;
  entry record;
  place bigint;
begin
  if pg_current_xact_id_if_assigned() is null
    and (_guard is null or _guard is distinct from current_setting('class_events.guard', true))
  then
    return false;
  end if;
  -- Whoever has a place in the log is known by a number to those who wait for all that come before it.
  perform pg_current_xact_id();
  -- Before a place in the log is taken, and held until after the commit: so nothing of a key is seen before what precedes it.
  -- In one order for all, so that they cannot deadlock.
  for stripe in
    select distinct (hashtextextended(list->>'key', 0) & 16383)::integer
    from json_array_elements(_entries) list
    where list->>'key' is not null
    order by 1
  loop
    perform pg_advisory_xact_lock(20817, stripe);
  end loop;
  for entry in
    select * from json_to_recordset(_entries) as list(
      id uuid, name text, version integer, key text, bucket smallint, data json, headers json, deliveries json)
  loop
    insert into "S".event (id, name, version, key, bucket, data, headers)
    values (entry.id, entry.name, entry.version, entry.key, entry.bucket, coalesce(entry.data, 'null'), entry.headers)
    returning seq into place;
    insert into "S".delivery (handler, bucket, seq, key)
    select handler, entry.bucket, place, key from json_to_recordset(entry.deliveries) as list(handler text, key text);
  end loop;
  return true;
end
$$`,
      `-- Takes a parked row away, and puts back what waited for it; also where somebody has deleted the row itself.
create function "S".release(_handler text, _seq bigint) returns boolean language plpgsql as $$
declare was_there boolean; head "S".failure;
begin
  delete from "S".parked where handler = _handler and seq = _seq;
  was_there := found;
  delete from "S".failure where handler = _handler and seq = _seq returning * into head;
  if head.key is not null then
    with moved as (
      delete from "S".parked where handler = _handler and key = head.key returning *
    )
    insert into "S".delivery (handler, bucket, seq, key, attempts, begun_at, returned)
    select handler, bucket, seq, key, attempts, begun_at, true from moved;
  end if;
  return was_there;
end
$$`,
      `-- Counts an attempt each, and answers with the rows of which it did. Not where the count has changed since the row was fetched:
-- somebody has begun it meanwhile. A row that somebody has locked is skipped: to wait for it would be to wait for a process that may
-- never answer. Nor is the disk waited for: a count that the server forgets when it crashes makes one attempt more, and what was at
-- work then is at work no more.
create function "S".begin(_rows jsonb) returns setof text language plpgsql ${planned} as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  return query with ${asked}, fresh as (
    select d.handler, d.bucket, d.seq from "S".delivery d join asked using (handler, bucket, seq, attempts) for update of d skip locked
  ), again as (
    select p.handler, p.seq from "S".parked p join asked using (handler, seq, attempts) for update of p skip locked
  ), counted as (
    update "S".delivery d set attempts = d.attempts + 1, begun_at = clock_timestamp() from fresh
    where d.handler = fresh.handler and d.bucket = fresh.bucket and d.seq = fresh.seq returning d.handler, d.seq
  ), recounted as (
    update "S".parked p set attempts = p.attempts + 1, begun_at = clock_timestamp() from again
    where p.handler = again.handler and p.seq = again.seq
      and exists (select from "S".failure f where f.handler = p.handler and f.seq = p.seq)
    returning p.handler, p.seq
  )
  select seq || ' ' || handler from counted union all select seq || ' ' || handler from recounted;
end
$$`,
      `-- Deletes rows whose effects have happened. Answers how many of them had failed before.
create function "S".settle(_rows jsonb) returns bigint language plpgsql ${planned} as $$
declare released bigint;
begin
  with ${asked}, gone as (
    delete from "S".delivery d using asked
    where d.handler = asked.handler and d.bucket = asked.bucket and d.seq = asked.seq returning d.handler, d.seq
  )
  select count("S".release(handler, seq)) into released from asked
  where not exists (select from gone where gone.handler = asked.handler and gone.seq = asked.seq);
  return released;
end
$$`,
      `-- Deletes a row in the transaction of its handler. Skips one that is locked, and does not wait: who has it, has it.
create function "S".claim(_handler text, _bucket smallint, _seq bigint) returns boolean language plpgsql as $$
begin
  delete from "S".delivery where (handler, bucket, seq) = (
    select handler, bucket, seq from "S".delivery
    where handler = _handler and bucket = _bucket and seq = _seq for update skip locked
  );
  if found then
    return true;
  end if;
  perform from "S".parked where handler = _handler and seq = _seq for update skip locked;
  return found and "S".release(_handler, _seq);
end
$$`,
      `-- Gives the rows of a former id to its successor, which may have rows of its own: of two for one event one stays, and of two
-- failures of one key the first.
create function "S".adopt(_handler text, _former text, _buckets smallint[]) returns integer language plpgsql as $$
declare
  adopted integer;
  reparked integer;
begin
  delete from "S".delivery d where d.handler = _former and d.bucket = any (_buckets) and (
    exists (select from "S".delivery o where o.handler = _handler and o.bucket = d.bucket and o.seq = d.seq)
    or exists (select from "S".parked o where o.handler = _handler and o.seq = d.seq)
  );
  delete from "S".delivery d using "S".parked p
    where d.handler = _handler and d.bucket = any (_buckets) and p.handler = _former and p.seq = d.seq;
  delete from "S".failure f using "S".failure o
    where f.handler = _former and f.bucket = any (_buckets) and o.handler = _handler
      and (o.seq = f.seq or (o.key = f.key and o.seq < f.seq));
  delete from "S".failure o using "S".failure f
    where o.handler = _handler and f.handler = _former and f.bucket = any (_buckets) and o.key = f.key and f.seq < o.seq;
  delete from "S".parked p where p.handler = _former and p.bucket = any (_buckets)
    and exists (select from "S".parked o where o.handler = _handler and o.seq = p.seq);
  update "S".delivery set handler = _handler, returned = true where handler = _former and bucket = any (_buckets);
  get diagnostics adopted = row_count;
  update "S".parked set handler = _handler where handler = _former and bucket = any (_buckets);
  get diagnostics reparked = row_count;
  update "S".failure set handler = _handler where handler = _former and bucket = any (_buckets);
  return adopted + reparked;
end
$$`,
      `-- Sets a row apart with all that follows it in its key. Null for _wait is dead.
create function "S".fail(
  _handler text, _bucket smallint, _seq bigint, _key text, _wait double precision, _note jsonb, _counts boolean
) returns boolean language plpgsql as $$
declare
  uncounted integer := case when _counts then 0 else 1 end;
  note jsonb := jsonb_build_array(_note || jsonb_build_object('at', to_json(clock_timestamp())));
  due timestamptz := clock_timestamp() + make_interval(secs => coalesce(_wait, 0) / 1000);
  died timestamptz := case when _wait is null then clock_timestamp() end;
begin
  -- First of all the row itself: what somebody else has settled or has in hand is not to be parked.
  perform from "S".delivery where handler = _handler and bucket = _bucket and seq = _seq for update skip locked;
  if not found then
    perform from "S".parked where handler = _handler and seq = _seq for update skip locked;
    if not found then
      return false;
    end if;
  end if;
  -- A renamed handler may be given what precedes a failure of the same key: the first one is what the others wait for.
  delete from "S".failure where handler = _handler and key = _key and seq > _seq;
  insert into "S".failure as f (handler, bucket, seq, key, due_at, dead_at, errors)
  values (_handler, _bucket, _seq, _key, due, died, note)
  on conflict (handler, seq) do update set due_at = excluded.due_at, dead_at = excluded.dead_at,
    errors = (case when jsonb_array_length(f.errors) >= 20 then f.errors - 0 else f.errors end) || excluded.errors;
  update "S".parked set begun_at = null, attempts = attempts - uncounted where handler = _handler and seq = _seq;
  with moved as (
    delete from "S".delivery
    where handler = _handler and bucket = _bucket and (seq = _seq or (key = _key and seq > _seq)) returning *
  )
  insert into "S".parked (handler, bucket, seq, key, attempts, begun_at)
  select handler, bucket, seq, key, attempts - case when seq = _seq then uncounted else 0 end, null from moved;
  return true;
end
$$`,
    ],
  },
];
