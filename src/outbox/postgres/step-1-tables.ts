// What no statement of the outbox writes, and what could stop a relay if somebody wrote it by hand.
const aBucket = 'smallint not null check (bucket between 0 and 63)';
const aPlace = 'bigint not null check (seq between 1 and 9007199254740991)';

/**
 * The tables. A delivery is a row of `delivery` or of `held`, until it is settled:
 *
 * - `event` is the log. Its rows stay for a while after their deliveries are gone.
 * - `delivery` has the rows that relays fetch, in the order of the log.
 * - `held` has the rows that failed, and the rows that follow them in their keys.
 * - `failure` has one row for each held row that failed: when it is due, or since when it is dead.
 */
export const tables: readonly string[] = [
  // ---- The log ----

  `-- What was published. The order of seq agrees with the order of the commits of each key.
create table "S".event (
  seq bigint generated always as identity primary key check (seq between 1 and 9007199254740991),
  id uuid not null,
  name text not null,
  version integer not null,
  key text,
  bucket ${aBucket},
  -- json, not jsonb: it keeps the text as it was written, large numbers included.
  data json not null,
  headers json not null check (json_typeof(headers) = 'object'),
  recorded_at timestamptz not null default clock_timestamp() check (isfinite(recorded_at))
)`,
  `-- For the retention and for replays, which look for a time.
create index event_recorded_at on "S".event (recorded_at)`,

  // ---- Deliveries that wait ----

  `-- One row for each durable handler of an event. The table is small and changes all the time, so it is vacuumed
-- early, and its pages have room for the update that counts an attempt.
create table "S".delivery (
  handler text not null,
  bucket ${aBucket},
  seq ${aPlace},
  key text,
  -- How many attempts were started, and when the last one was. Nobody has noted the end of that attempt.
  attempts integer not null default 0 check (attempts >= 0),
  started_at timestamptz check (isfinite(started_at)),
  -- Put back at its place in the log, which relays have passed already. They find it by the index delivery_requeued.
  requeued boolean not null default false,
  primary key (handler, bucket, seq)
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
  `create index delivery_requeued on "S".delivery (handler, bucket, seq) where requeued`,

  // ---- Deliveries that failed ----

  `-- Rows that failed, and the rows of their keys that wait for them. They have a table of their own, because relays
-- would have to step over them at each fetch otherwise.
create table "S".held (
  handler text not null,
  bucket ${aBucket},
  seq ${aPlace},
  key text,
  attempts integer not null check (attempts >= 0),
  started_at timestamptz check (isfinite(started_at)),
  primary key (handler, seq)
)`,
  `create index held_key on "S".held (handler, key, seq)`,
  `-- For the retention, which keeps the events of held rows.
create index held_seq on "S".held (seq)`,
  `-- The first held row of a key: the others wait for it. It is tried again at due_at, or never again if it has died.
create table "S".failure (
  handler text not null,
  bucket ${aBucket},
  seq ${aPlace},
  key text,
  -- The key of a dead row that has let it pass: nothing waits for the row.
  passed text,
  due_at timestamptz not null check (isfinite(due_at)),
  dead_at timestamptz check (isfinite(dead_at)),
  errors jsonb not null check (jsonb_typeof(errors) = 'array'),
  primary key (handler, seq)
)`,
  `create unique index failure_key on "S".failure (handler, key)`,
  `create index failure_due on "S".failure (handler, due_at) where dead_at is null`,
];
