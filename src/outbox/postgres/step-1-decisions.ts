/**
 * The functions of decisions on single rows. They skip a row that another transaction has. They wait for its failure:
 * who has that alone has it for a moment, and a decision would pass by a dead letter while its followers are being
 * held.
 */
export const decisions: readonly string[] = [
  `-- Deletes a row wherever it stands, and puts back the rows that wait for it.
create function "S".discard(_handler text, _bucket smallint, _seq bigint) returns boolean language plpgsql as $$
begin
  perform from "S".held where handler = _handler and seq = _seq for update skip locked;
  if found then
    perform from "S".failure where handler = _handler and seq = _seq for update;
  end if;
  return "S".claim(_handler, _bucket, _seq);
end
$$`,
  `-- Makes a row that has failed due now, as if it had not been tried. It leaves out a row that is being tried. A dead row
-- that has let its key pass gets its place in the key again: what follows it and has not been delivered waits for it.
create function "S".redrive(_handler text, _seq bigint) returns boolean language plpgsql as $$
declare letter "S".failure;
begin
  perform from "S".held where handler = _handler and seq = _seq and started_at is null for update skip locked;
  if not found then
    return false;
  end if;
  select * into letter from "S".failure where handler = _handler and seq = _seq for update;
  if not found then
    return false;
  end if;
  if exists (select from "S".failure where handler = _handler and key = letter.passed and seq < _seq) then
    -- It has its turn behind that one.
    delete from "S".failure where handler = _handler and seq = _seq;
  else
    delete from "S".failure where handler = _handler and key = letter.passed and seq > _seq;
    update "S".failure set dead_at = null, due_at = clock_timestamp(), key = coalesce(key, passed), passed = null
      where handler = _handler and seq = _seq;
    perform "S".hold_after(_handler, letter.bucket, letter.passed, _seq);
  end if;
  update "S".held set attempts = 0, key = coalesce(key, letter.passed) where handler = _handler and seq = _seq;
  return true;
end
$$`,
];
