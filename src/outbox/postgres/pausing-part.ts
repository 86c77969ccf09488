import type { Pause, PausingStore } from '../index.js';
import { replayMark } from '../replay-id.js';
import type { Row } from './queryable.js';
import { everyId } from './relay-statements.js';
import type { Tables } from './tables.js';

/** The table of paused handlers. */
export const pausing: readonly string[] = [
  `-- Handlers of which no attempt is started, by durable ids, or by ids of replays.
create table "S".pause (
  handler text primary key,
  since timestamptz not null default clock_timestamp(),
  until timestamptz check (isfinite(until))
)`,
];

const time = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

const isOn = '(until is null or until > clock_timestamp())';

/** The ids of the pauses that are not over. */
export const pausedIds = `array(select handler from "S".pause where ${isOn})`;

/** Whether an id, or the handler of a replay, is one of these ids. */
export const isAmong = (id: string, ids: string): string =>
  `(array[${id}, split_part(${id}, '${replayMark}', 1)] && ${ids})`;

/** The pauses that are not over, as a list of JSON. */
export const pausesAsJson = `
select coalesce(json_agg(json_build_object('handler', handler, 'since', ${time('since')}, 'until', ${time('until')})), '[]')::text
from "S".pause where ${isOn}`;

/** Returns the pauses of that list, by handler. */
export const pausesOf = (json: unknown): ReadonlyMap<string, Pause> =>
  new Map((JSON.parse(json as string) as Row[]).map((row) => [row['handler'] as string, pauseOf(row)]));

const pauseOf = ({ since, until }: Row): Pause => ({
  since: new Date(Number(since)),
  until: until === null ? undefined : new Date(Number(until)),
});

const pauses = `
select handler, ${time('since')} as since, ${time('until')} as until, ${time('until - clock_timestamp()')} as ends_in
from "S".pause where ${isOn} order by handler`;

const pause = `
insert into "S".pause (handler, until) values ($1, $2::timestamptz)
on conflict (handler) do update set until = excluded.until,
  since = case when pause.until <= clock_timestamp() then excluded.since else pause.since end`;

const knownHandlers = `select id as handler from "S".handler union (${everyId})`;

const resume = `delete from "S".pause where handler = $1 returning ${isOn} as was_on`;

/** What keeps the paused handlers of an outbox in a PostgreSQL. */
export const pausingPart = (tables: Tables): PausingStore => ({
  async pauses() {
    return (await tables.query(pauses, [])).map((row) => ({
      ...pauseOf(row),
      handler: row['handler'] as string,
      endsIn: row['ends_in'] === null ? undefined : Number(row['ends_in']),
    }));
  },

  async knownHandlers() {
    return (await tables.query(knownHandlers, [])).map(({ handler }) => handler as string);
  },

  async pause(handler, until) {
    await tables.query(pause, [handler, until?.toISOString() ?? null]);
  },

  async resume(handler) {
    return (await tables.query(resume, [handler]))[0]?.['was_on'] === true;
  },
});
