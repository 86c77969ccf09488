/** The tables and the function of limits over all processes. */
export const limits: readonly string[] = [
  `-- From when on the next delivery of a handler may begin. A little earlier, too, because whoever waits for it may be late.
create table "S".limit_start (
  handler text primary key,
  next_at timestamptz not null
) with (fillfactor = 50)`,
  `-- How many deliveries of a handler each process has at work, and how many more it wants. A row that has not been seen
-- for the time of its lease counts for nothing.
create table "S".limit_holder (
  handler text not null,
  holder uuid not null,
  used integer not null,
  wanted integer not null,
  wanted_since timestamptz not null,
  seen_at timestamptz not null,
  primary key (handler, holder)
) with (fillfactor = 50)`,
  `-- Says how many permits a process keeps, gives it more of them, and lets deliveries begin. Times are in milliseconds.
create function "S".exchange_permits(
  _handler text, _holder uuid, _kept integer, _free integer, _wanted integer, _starts integer, _concurrency integer,
  _count integer, _per double precision, _lease double precision,
  out granted integer, out starts integer, out wait double precision, out contended boolean
) language plpgsql as $$
declare
  moment timestamptz;
  mine "S".limit_holder;
  since timestamptz;
  used_by_others integer;
  reserved integer;
  has_some boolean;
  pace interval := make_interval(secs => _per / _count / 1000);
  window_of interval := make_interval(secs => _per / 1000);
  -- So much earlier a delivery may begin, because whoever waits for its time may be late: a twentieth of the window.
  tolerance interval := greatest(window_of / 20 - pace, least(pace * 0.9, window_of / 20));
  next timestamptz;
begin
  -- A crash of the server ends all deliveries that hold permits.
  perform set_config('synchronous_commit', 'off', true);
  -- One at a time. Nobody holds it for longer than this statement.
  perform pg_advisory_xact_lock(20826, hashtext('"S"' || _handler));
  moment := clock_timestamp();
  granted := 0;
  contended := false;
  starts := _starts;
  wait := 0;
  if _concurrency is not null then
    delete from "S".limit_holder where handler = _handler and seen_at < moment - make_interval(secs => _lease / 1000);
    select * into mine from "S".limit_holder where handler = _handler and holder = _holder;
    has_some := mine.used > 0 or _kept > 0;
    since := case when mine.wanted > 0 and not has_some then mine.wanted_since else moment end;
    -- Who waits is seen often: what is reserved for a process that is gone must not be reserved for long. Something is
    -- reserved for those alone who have none, and have waited longer.
    with others as (
      select *, wanted > 0 and seen_at > moment - interval '1 second' as is_waiting
      from "S".limit_holder where handler = _handler and holder <> _holder
    ), shares as (
      select greatest(1, _concurrency / (count(*)::integer + 1)) as share from others
    )
    select coalesce(sum(used), 0),
      coalesce(sum(least(wanted, share)) filter (where is_waiting and used = 0 and (has_some or wanted_since < since)), 0)
    into used_by_others, reserved from others cross join shares;
    granted := greatest(0, least(_wanted, _concurrency - _kept - used_by_others - reserved));
    starts := least(_starts, _free + granted);
    contended := exists (
      select from "S".limit_holder
      where handler = _handler and holder <> _holder and wanted > 0 and seen_at > moment - interval '1 second'
        and used = 0
    );
    if _kept + _wanted = 0 then
      delete from "S".limit_holder where handler = _handler and holder = _holder;
    elsif mine.used is distinct from _kept + granted or mine.wanted is distinct from _wanted - granted
      or mine.seen_at < moment - interval '200 milliseconds'
    then
      insert into "S".limit_holder (handler, holder, used, wanted, wanted_since, seen_at)
      values (_handler, _holder, _kept + granted, _wanted - granted, case when granted > 0 then moment else since end, moment)
      on conflict (handler, holder) do update set used = excluded.used, wanted = excluded.wanted,
        wanted_since = excluded.wanted_since, seen_at = excluded.seen_at;
    end if;
  end if;
  if _count is not null then
    select next_at into next from "S".limit_start where handler = _handler;
    -- It is never far ahead, unless the clock was put back.
    next := least(greatest(next, moment), moment + pace + tolerance);
    starts := least(starts, greatest(0, floor(extract(epoch from moment + tolerance - next) / extract(epoch from pace))::integer + 1));
    next := next + pace * starts;
    if starts > 0 then
      insert into "S".limit_start (handler, next_at) values (_handler, next)
      on conflict (handler) do update set next_at = excluded.next_at;
    end if;
    wait := greatest(0, extract(epoch from next - tolerance - moment) * 1000);
  end if;
end
$$`,
];
