import { isAmong, pausedIds } from './pausing-part.js';

// A function keeps its plans, because planning takes longer than running. A plan that was made while a table was small
// would still read the whole table when it has grown, so sequential scans are off.
const plannedOnce = 'set enable_seqscan = off set jit = off';

// Rows of the argument _rows: a list of [handler, bucket, seq, attempts].
const eachRow = `select row->>0 as handler, (row->>1)::smallint as bucket, (row->>2)::bigint as seq,
      (row->>3)::integer as attempts
    from jsonb_array_elements(_rows) row`;

// The row that is asked for, unless another transaction has it: nobody waits for a row, so nobody waits in a circle.
const mine = (table: string, conditions: string) =>
  `ctid = (select mine.ctid from "S".${table} mine where ${conditions} for update skip locked)`;
const waitingRow = 'mine.handler = each.handler and mine.bucket = each.bucket and mine.seq = each.seq';
const heldRow = 'mine.handler = each.handler and mine.seq = each.seq';

/** The functions, each of which is one move of a delivery, or several that belong together. */
export const functions: readonly string[] = [
  // ---- Attempts ----

  `-- Puts back the held rows of a key. One that another transaction has is an orphan from now on.
create function "S".let_go(_handler text, _key text) returns void language plpgsql as $$
begin
  with moved as (
    delete from "S".held where ctid = any (array(
      select ctid from "S".held where handler = _handler and key = _key for update skip locked
    )) returning *
  )
  insert into "S".delivery (handler, bucket, seq, key, attempts, started_at, requeued)
  select handler, bucket, seq, key, attempts, started_at, true from moved;
end
$$`,
  `-- Holds the rows of a key that follow a place. One that another transaction has stays, and is held when it is
-- fetched.
create function "S".hold_after(_handler text, _bucket smallint, _key text, _seq bigint) returns void language plpgsql as $$
begin
  with moved as (
    delete from "S".delivery where ctid = any (array(
      select ctid from "S".delivery
      where handler = _handler and bucket = _bucket and key = _key and seq > _seq for update skip locked
    )) returning *
  )
  insert into "S".held (handler, bucket, seq, key, attempts, started_at)
  select handler, bucket, seq, key, attempts, started_at from moved;
end
$$`,
  `-- Deletes a held row, and puts back the rows that wait for it. It puts them back as well if the held row was deleted
-- by hand. Returns whether the row was there; null, and changes nothing, if another transaction has it or its failure.
create function "S".release(_handler text, _seq bigint) returns boolean language plpgsql as $$
declare was_there boolean; head "S".failure;
begin
  perform from "S".held where handler = _handler and seq = _seq for update skip locked;
  was_there := found;
  if not was_there and exists (select from "S".held where handler = _handler and seq = _seq) then
    return null;
  end if;
  select * into head from "S".failure where handler = _handler and seq = _seq for update skip locked;
  if not found and exists (select from "S".failure where handler = _handler and seq = _seq) then
    return null;
  end if;
  delete from "S".held where handler = _handler and seq = _seq;
  delete from "S".failure where handler = _handler and seq = _seq;
  perform "S".let_go(_handler, head.key);
  return was_there;
end
$$`,
  `-- Counts one attempt of each row, and returns the rows that were counted. A row with another count than the
-- requested one is left out, because another relay has started it since it was fetched. A locked row is left out as
-- well, because the process that has locked it may never answer. Nothing of a paused handler is started.
create function "S".start_attempts(_rows jsonb) returns setof text language plpgsql ${plannedOnce} as $$
declare
  each record;
  paused text[] := ${pausedIds};
begin
  -- It does not wait for the disk. A count that a crash of the server forgets makes one attempt more, and that attempt
  -- cannot run beside the forgotten one, because the crash has ended the sessions of all relays.
  perform set_config('synchronous_commit', 'off', true);
  for each in ${eachRow} loop
    continue when ${isAmong('each.handler', 'paused')};
    update "S".delivery d set attempts = d.attempts + 1, started_at = clock_timestamp()
    where ${mine('delivery', `${waitingRow} and mine.attempts = each.attempts`)};
    if not found then
      update "S".held h set attempts = h.attempts + 1, started_at = clock_timestamp()
      where ${mine('held', `${heldRow} and mine.attempts = each.attempts`)}
        and exists (select from "S".failure f where f.handler = h.handler and f.seq = h.seq);
    end if;
    if found then
      return next each.seq || ' ' || each.handler;
    end if;
  end loop;
end
$$`,
  `-- Deletes the rows of attempts that have succeeded. Returns the rows that another transaction has, which are left.
create function "S".settle(_rows jsonb) returns setof text language plpgsql ${plannedOnce} as $$
declare each record;
begin
  for each in ${eachRow} loop
    delete from "S".delivery where ${mine('delivery', waitingRow)};
    continue when found;
    perform from "S".delivery mine where ${waitingRow};
    if found or "S".release(each.handler, each.seq) is null then
      return next each.seq || ' ' || each.handler;
    end if;
  end loop;
end
$$`,
  `-- Deletes a row in the transaction of its handler. It does not wait for a locked row: the transaction that has
-- locked the row has it.
create function "S".claim(_handler text, _bucket smallint, _seq bigint) returns boolean language plpgsql as $$
begin
  delete from "S".delivery where (handler, bucket, seq) = (
    select handler, bucket, seq from "S".delivery
    where handler = _handler and bucket = _bucket and seq = _seq for update skip locked
  );
  if found then
    return true;
  end if;
  return coalesce("S".release(_handler, _seq), false);
end
$$`,
  `-- Holds a row that has failed, and all later rows of its key. The row is due after _wait milliseconds; it is dead if
-- _wait is null. A dead row that passes is held alone, as one without a key, and the later rows go on.
create function "S".fail(
  _handler text, _bucket smallint, _seq bigint, _key text, _wait double precision, _note jsonb, _counts boolean,
  _passes boolean
) returns boolean language plpgsql as $$
declare
  uncounted integer := case when _counts then 0 else 1 end;
  note jsonb := jsonb_build_array(_note || jsonb_build_object('at', to_json(clock_timestamp())));
  due timestamptz := clock_timestamp() + make_interval(secs => coalesce(_wait, 0) / 1000);
  died timestamptz := case when _wait is null then clock_timestamp() end;
  passes boolean := _passes and _wait is null;
  lane text := case when not passes then _key end;
  is_behind boolean;
begin
  -- The row itself is locked first. A row that another relay has settled, or is working on, must not be held.
  perform from "S".delivery where handler = _handler and bucket = _bucket and seq = _seq for update skip locked;
  if not found then
    perform from "S".held where handler = _handler and seq = _seq for update skip locked;
    if not found then
      return false;
    end if;
  end if;
  -- An earlier row of the key may have been redriven meanwhile. Then this one is held behind it, and tried once more.
  is_behind := exists (select from "S".failure where handler = _handler and key = lane and seq < _seq);
  if is_behind then
    uncounted := 1;
  else
    -- A later row of the key may have failed before, under a former id of the handler. The earliest failure is the one
    -- to wait for.
    delete from "S".failure where handler = _handler and key = lane and seq > _seq;
    insert into "S".failure as f (handler, bucket, seq, key, passed, due_at, dead_at, errors)
    values (_handler, _bucket, _seq, lane, case when passes then _key end, due, died, note)
    on conflict (handler, seq) do update set key = excluded.key, passed = excluded.passed, due_at = excluded.due_at,
      dead_at = excluded.dead_at,
      errors = (case when jsonb_array_length(f.errors) >= 20 then f.errors - 0 else f.errors end) || excluded.errors;
  end if;
  update "S".held set started_at = null, attempts = attempts - uncounted, key = lane
    where handler = _handler and seq = _seq;
  with moved as (
    delete from "S".delivery where handler = _handler and bucket = _bucket and seq = _seq returning *
  )
  insert into "S".held (handler, bucket, seq, key, attempts, started_at)
  select handler, bucket, seq, lane, attempts - uncounted, null from moved;
  if passes then
    perform "S".let_go(_handler, _key);
  else
    perform "S".hold_after(_handler, _bucket, _key, _seq);
  end if;
  return not is_behind;
end
$$`,

  // ---- Renamed handlers ----

  `-- Gives the rows of a former id to the handler, which may have rows of its own. Of two rows for one event one stays.
-- Of two failures of one key the earlier one stays.
create function "S".adopt(_handler text, _former text, _buckets smallint[]) returns integer language plpgsql as $$
declare
  adopted_waiting integer;
  adopted_held integer;
begin
  delete from "S".delivery d where d.handler = _former and d.bucket = any (_buckets) and (
    exists (select from "S".delivery s where s.handler = _handler and s.bucket = d.bucket and s.seq = d.seq)
    or exists (select from "S".held s where s.handler = _handler and s.seq = d.seq)
  );
  delete from "S".delivery d using "S".held h
    where d.handler = _handler and d.bucket = any (_buckets) and h.handler = _former and h.seq = d.seq;
  delete from "S".failure f using "S".failure s
    where f.handler = _former and f.bucket = any (_buckets) and s.handler = _handler
      and (s.seq = f.seq or (s.key = f.key and s.seq < f.seq));
  delete from "S".failure s using "S".failure f
    where s.handler = _handler and f.handler = _former and f.bucket = any (_buckets)
      and s.key = f.key and f.seq < s.seq;
  delete from "S".held h where h.handler = _former and h.bucket = any (_buckets)
    and exists (select from "S".held s where s.handler = _handler and s.seq = h.seq);
  update "S".delivery set handler = _handler, requeued = true where handler = _former and bucket = any (_buckets);
  get diagnostics adopted_waiting = row_count;
  update "S".held set handler = _handler where handler = _former and bucket = any (_buckets);
  get diagnostics adopted_held = row_count;
  update "S".failure set handler = _handler where handler = _former and bucket = any (_buckets);
  return adopted_waiting + adopted_held;
end
$$`,
];
