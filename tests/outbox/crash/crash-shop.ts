import type { Client } from 'pg';

/**
 * The tables of the application, which are the truth that deliveries are compared with. The version of an account is its place in the
 * order of the commits, whoever gives it: an early one is given to the row that its publisher has locked, before anything is published;
 * a late one by a trigger at the commit, after the outbox has written, so that only the outbox's own lock keeps it in step.
 */
const tables = `
create schema shop;
create table shop.account (key text primary key, version integer not null default 0);
create table shop.movement (
  token uuid primary key, key text not null, version integer, refused boolean not null default false
);
create table shop.progress (key text primary key, count integer not null);
create table shop.booking (key text not null, token uuid not null, id text not null, place integer not null);
create function shop.at_commit() returns trigger language plpgsql as $$
begin
  if new.refused then
    raise exception 'refused at the commit';
  end if;
  if new.version is null then
    insert into shop.account (key, version) values (new.key, 1)
    on conflict (key) do update set version = account.version + 1 returning version into new.version;
    update shop.movement set version = new.version where token = new.token;
  end if;
  return null;
end
$$;
create constraint trigger at_commit after insert on shop.movement deferrable initially deferred
  for each row execute function shop.at_commit();`;

export async function createShop(client: Client): Promise<void> {
  await client.query(tables);
}

/** Gives an account its next version now, and keeps its row locked until the commit. */
export const nextVersion = `
insert into shop.account (key, version) values ($1, 1)
on conflict (key) do update set version = account.version + 1 returning version`;

/** Without a version it is given one at the commit. */
export const insertMovement = 'insert into shop.movement (key, token, version, refused) values ($1, $2, $3, $4)';
