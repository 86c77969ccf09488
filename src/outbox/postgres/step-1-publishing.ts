// A transaction that has written has a number. One that has not may be none: then the first call sets a mark that is
// local to the transaction, and the second one finds it, or it was another transaction. The number is drawn before a
// place in the log is taken. Otherwise a relay could take the log for complete while this transaction is still open.
export const guard = `if pg_current_xact_id_if_assigned() is null then
    if _mark is distinct from current_setting('class_events.guard', true) then
      perform set_config('class_events.guard', _mark, true);
      return false;
    end if;
    perform pg_current_xact_id();
  end if;`;

// The stripe of a key is one of 16 384, and belongs to one of 16 parts, whose locks follow those of the stripes.
const stripeOf = (key: string) => `(hashtextextended(${key}, 0) & 16383)::integer`;
const partOf = (stripe: string) => `16384 + (${stripe} & 15)`;

/** The functions of publishers. Locks have 20817 for their first number. */
export const publishing: readonly string[] = [
  `-- Locks keys before a place in the log is taken, until the commit. Otherwise an event could be seen before an earlier
-- one of its key. They are locked in one order, because transactions would deadlock otherwise.
create function "S".lock_keys(_keys text[]) returns void language plpgsql as $$
declare
  stripes integer[] := array(select distinct ${stripeOf('key')} from unnest(_keys) key where key is not null order by 1);
  part integer;
  stripe integer;
begin
  -- The server has room for some 64 locks of each transaction. An import with many keys locks all keys instead.
  if cardinality(stripes) > 100 then
    for part in 16384 .. 16399 loop
      perform pg_advisory_xact_lock(20817, part);
    end loop;
    return;
  end if;
  for part in select distinct ${partOf('number')} from unnest(stripes) number order by 1 loop
    perform pg_advisory_xact_lock_shared(20817, part);
  end loop;
  foreach stripe in array stripes loop
    perform pg_advisory_xact_lock(20817, stripe);
  end loop;
end
$$`,
  `-- Locks a key as lock_keys does, or returns false at once if another transaction has it.
create function "S".try_key(_key text) returns boolean language sql as $$
  select _key is null or pg_try_advisory_xact_lock_shared(20817, ${partOf(stripeOf('_key'))})
    and pg_try_advisory_xact_lock(20817, ${stripeOf('_key')})
$$`,
  `-- Writes events with their deliveries. Returns false and writes nothing if it cannot tell whether a transaction is
-- open: the caller then calls it again with the same mark.
create function "S".append(_entries json, _mark text) returns boolean language plpgsql as $$
declare
  entry record;
  place bigint;
begin
  ${guard}
  perform "S".lock_keys(array(select list->>'key' from json_array_elements(_entries) list));
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
  `-- The same as append, of one event. Its values are no JSON, because reading that would take half of the time.
create function "S".append_one(
  _id uuid, _name text, _version integer, _key text, _bucket smallint, _data json, _headers json, _handlers text[],
  _ordered boolean[], _mark text
) returns boolean language plpgsql as $$
declare
  stripe integer := ${stripeOf('_key')};
  place bigint;
begin
  ${guard}
  if _key is not null then
    perform pg_advisory_xact_lock_shared(20817, ${partOf('stripe')});
    perform pg_advisory_xact_lock(20817, stripe);
  end if;
  insert into "S".event (id, name, version, key, bucket, data, headers)
  values (_id, _name, _version, _key, _bucket, _data, _headers) returning seq into place;
  insert into "S".delivery (handler, bucket, seq, key)
  select handler, _bucket, place, case when is_ordered then _key end
  from unnest(_handlers, _ordered) as list(handler, is_ordered);
  return true;
end
$$`,
];
