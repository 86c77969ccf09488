import { bucketCount, bucketOf, type DeliveryState, type StoredDeliveryQuery } from '../index.js';

/** A statement, or a part of one, with `"S"` for the schema. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** The id of an event that is gone. */
export const nil = '00000000-0000-0000-0000-000000000000';

// From handler to handler by the index, without reading the rows between them.
const handlers = `
    with recursive ids as (
      (select handler from "S".delivery order by handler limit 1)
      union all
      select (select d.handler from "S".delivery d where d.handler > ids.handler order by d.handler limit 1)
      from ids where ids.handler is not null
    ) select handler from ids where handler is not null`;

const isBlocked = `(d.key is not null and exists (
      select from "S".failure f where f.handler = d.handler and f.key = d.key and f.seq < d.seq
    ))`;

type Criterion = DeliveryState | 'failing or dead' | 'any';

/** What a state asks of the rows of `delivery` and of `held`; false where no row of the table is in it. */
const states: Readonly<Record<Criterion, { readonly delivery: string; readonly held: string }>> = {
  waiting: { delivery: `not ${isBlocked}`, held: 'false' },
  failing: { delivery: 'false', held: 'f.seq is not null and f.dead_at is null' },
  blocked: { delivery: isBlocked, held: 'f.seq is null' },
  dead: { delivery: 'false', held: 'f.dead_at is not null' },
  'failing or dead': { delivery: 'false', held: 'f.seq is not null' },
  any: { delivery: 'true', held: 'true' },
};

/** Chooses the rows that match, of both tables, in the order of the log and then of their handlers. */
export function choose(query: StoredDeliveryQuery, state: Criterion = query.state ?? 'any'): Statement {
  const params: unknown[] = [];
  const given = (value: unknown, type: string): string => `$${params.push(value)}::${type}`;
  const matches = criteriaOf(query, given).join(' and ');
  const limit = given(query.limit, 'bigint');
  const handler = query.handler === undefined ? undefined : given(query.handler, 'text');
  // The bucket of a key is known. The index has the rows of each bucket in the order of the log, so that no others than
  // the first ones are read.
  const [first, last] = query.key === undefined ? [0, bucketCount - 1] : [bucketOf(query.key), bucketOf(query.key)];
  const columns = (key: string): string => `d.handler, d.bucket, d.seq, ${key} as key, d.attempts, d.started_at`;
  return {
    params,
    text: `
  (select d.* from (${handler === undefined ? handlers : `select ${handler} as handler`}) ids
  cross join generate_series(${first}, ${last}) buckets (number)
  cross join lateral (
    select ${columns('d.key')}, case when ${isBlocked} then 'blocked' else 'waiting' end as state, null as lane,
      null::timestamptz as due_at, null::timestamptz as dead_at, null::jsonb as errors
    from "S".delivery d left join "S".event e on e.seq = d.seq
    where d.handler = ids.handler and d.bucket = buckets.number::smallint and ${states[state].delivery} and ${matches}
    order by d.seq limit ${limit}
  ) d)
  union all
  (select ${columns('coalesce(d.key, f.passed)')}, case when f.dead_at is not null then 'dead' when f.seq is not null then 'failing' else 'blocked' end,
    f.key, f.due_at, f.dead_at, f.errors
  from "S".held d left join "S".failure f on f.handler = d.handler and f.seq = d.seq
  left join "S".event e on e.seq = d.seq
  where ${handler === undefined ? '' : `d.handler = ${handler} and `}${states[state].held} and ${matches}
  order by d.seq, d.handler limit ${limit})
  order by seq, handler limit ${limit}`,
  };
}

/** Conditions on a row `d` and its event `e`. */
function criteriaOf(
  { key, event, name, seq, from, to, after }: StoredDeliveryQuery,
  given: (value: unknown, type: string) => string,
): readonly string[] {
  const criteria = ['true'];
  if (seq !== undefined) criteria.push(`d.seq = ${given(seq, 'bigint')}`);
  if (after) {
    const place = given(after.seq, 'bigint');
    criteria.push(`d.seq >= ${place} and (d.seq > ${place} or d.handler > ${given(after.handler, 'text')})`);
  }
  if (key !== undefined) {
    const text = given(key, 'text');
    criteria.push(`(d.key = ${text} or (d.key is null and e.key = ${text}))`);
  }
  // Ids of events have no index, so the log is read once, and not for each row.
  if (event === nil) criteria.push('e.seq is null');
  else if (event !== undefined) {
    criteria.push(`d.seq = any (array(select seq from "S".event where id = ${given(event, 'uuid')}))`);
  }
  if (name !== undefined) criteria.push(`coalesce(e.name, 'unknown') = ${given(name, 'text')}`);
  if (from) criteria.push(`e.recorded_at >= ${given(from.toISOString(), 'timestamptz')}`);
  if (to) criteria.push(`e.recorded_at < ${given(to.toISOString(), 'timestamptz')}`);
  return criteria;
}
