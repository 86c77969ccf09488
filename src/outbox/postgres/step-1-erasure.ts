const matching = `(_key is null or key = _key) and (_event is null or id = _event)
      and (_data is null or data::jsonb @> _data)`;

/** The function that erases events, with all that is kept because of them. */
export const erasure: readonly string[] = [
  `-- Deletes events that match everything given, with their deliveries and the errors of their attempts, and puts back
-- what waited for them. An event with a delivery that another transaction has is left out, and counted as busy. With
-- _is_rehearsal it counts alone.
create function "S".erase(
  _key text, _event uuid, _data jsonb, _is_rehearsal boolean,
  out events integer, out deliveries integer, out scheduled integer, out busy integer
) language plpgsql as $$
declare
  places bigint[] := array(select seq from "S".event where ${matching});
  taken bigint[];
begin
  with free as materialized (
    select handler, seq from "S".delivery where seq = any (places) for update skip locked
  ), free_held as materialized (
    select handler, seq from "S".held where seq = any (places) for update skip locked
  )
  select array(
    select seq from "S".delivery d where seq = any (places)
      and not exists (select from free where free.handler = d.handler and free.seq = d.seq)
    union select seq from "S".held h where seq = any (places)
      and not exists (select from free_held f where f.handler = h.handler and f.seq = h.seq)
  ) into taken;
  places := array(select unnest(places) except select unnest(taken));
  events := cardinality(places);
  busy := cardinality(taken);
  select (select count(*) from "S".delivery where seq = any (places))
    + (select count(*) from "S".held where seq = any (places)) into deliveries;
  select count(*) into scheduled from "S".scheduled where ${matching};
  if _is_rehearsal then
    return;
  end if;
  perform "S".release(handler, seq) from "S".held where seq = any (places);
  -- Those that waited for one of them have just been put back.
  delete from "S".delivery where seq = any (places);
  delete from "S".failure where seq = any (places);
  delete from "S".event where seq = any (places);
  delete from "S".scheduled where ${matching};
end
$$`,
];
