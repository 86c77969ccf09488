/**
 * The roster: which durable ids relays serve. Handlers that the same relays serve are one duty, because their buckets
 * can then go together (docs/adr/0027).
 */
export const roster: readonly string[] = [
  `-- One row. Its class is the first half of the locks by which relays say that they are there (second half 64), and by
-- which edition of the roster they work. An edition is the number of the last duty that was given out.
create table "S".roster (
  class integer primary key,
  edition integer not null
)`,
  'insert into "S".roster select class, class from (select CLASS as class) first',
  `-- The duty of each durable id that a relay has served. It is the first half of the duty's locks, whose second half is
-- a bucket, or 64 for a relay that has the duty.
create table "S".handler (
  id text primary key,
  duty integer not null
)`,
  `-- Divides the handlers into duties, so that this relay has each of its duties as a whole. A relay that is alone has
-- one duty: what others have divided comes together again. Nobody may hold a bucket then.
-- The answer has other handlers as well, of which the relay has buckets still.
create function "S".register(_ids jsonb, _kept jsonb, _is_alone boolean) returns json language plpgsql as $$
declare
  newest integer;
  is_one boolean;
  part record;
begin
  -- One at a time: the lock is held until the commit.
  select edition into newest from "S".roster for update;
  select _is_alone and count(distinct coalesce(h.duty, 0)) > 1 into is_one
  from jsonb_array_elements_text(_ids) list (id) left join "S".handler h using (id);
  for part in
    select case when not is_one then h.duty end as duty, array_agg(id) as ids
    from jsonb_array_elements_text(_ids) list (id) left join "S".handler h using (id) group by 1 order by 1
  loop
    -- It is whole if nobody else is in it.
    continue when part.duty is not null
      and not exists (select from "S".handler other where other.duty = part.duty and not _ids ? other.id);
    newest := newest + 1;
    insert into "S".handler (id, duty) select unnest(part.ids), newest
    on conflict (id) do update set duty = excluded.duty;
  end loop;
  update "S".roster set edition = newest where edition <> newest;
  return json_build_object('edition', newest, 'handlers', (
    select coalesce(json_agg(json_build_array(duty, id)), '[]') from "S".handler where _ids ? id or _kept ? id
  ));
end
$$`,
];
