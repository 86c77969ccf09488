/**
 * The functions of decisions on single rows. They skip a row that another transaction has. They wait for its failure:
 * who has that alone has it for a moment, and a decision would pass by a dead letter while its followers are being held.
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
  `-- Makes a row that has failed due now, as if it had not been tried. It leaves out a row that is being tried.
create function "S".redrive(_handler text, _seq bigint) returns boolean language plpgsql as $$
begin
  perform from "S".held where handler = _handler and seq = _seq and started_at is null for update skip locked;
  if not found then
    return false;
  end if;
  update "S".failure set dead_at = null, due_at = clock_timestamp() where handler = _handler and seq = _seq;
  if not found then
    return false;
  end if;
  update "S".held set attempts = 0 where handler = _handler and seq = _seq;
  return true;
end
$$`,
];
