import type { DeliveryState, FailureNote, OutboxDelivery, StoredDeliveryQuery } from '../index.js';
import { choose, nil, type Statement } from './delivery-choice.js';
import type { Row } from './queryable.js';

// Numbers, and no dates: how a driver reads dates, and how a server writes them, are settings.
const time = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** The deliveries that match, in the order of the log and then of their handlers. */
export function list(query: StoredDeliveryQuery): Statement {
  const { text, params } = choose(query);
  return {
    params,
    text: `
with chosen as materialized (${text})
select c.handler, c.seq::text as seq, c.state, coalesce(c.key, e.key) as key, c.attempts, c.errors::text as errors,
  ${time('c.started_at')} as started_at, ${time('c.due_at')} as due_at, ${time('c.dead_at')} as dead_at,
  e.id::text as event, e.name, e.version, e.data::text as data, ${time('e.recorded_at')} as recorded_at,
  (
    select count(*)::integer from "S".held h where h.handler = c.handler and h.key = c.lane and h.seq <> c.seq
  ) as followers
from chosen c left join "S".event e on e.seq = c.seq
order by c.seq, c.handler`,
  };
}

export function deliveryOf(row: Row): OutboxDelivery {
  const { handler, key, event, name, data, errors, state } = row as Record<string, string | null>;
  const seq = Number(row['seq']);
  return {
    id: `${event ?? seq}/${handler}`,
    handler: handler as string,
    seq,
    state: state as DeliveryState,
    event: event ?? nil,
    name: name ?? 'unknown',
    version: Number(row['version'] ?? 0),
    key: key ?? undefined,
    recordedAt: dateOf(row['recorded_at']),
    attempts: Number(row['attempts']),
    startedAt: dateOf(row['started_at']),
    dueAt: state === 'failing' ? dateOf(row['due_at']) : undefined,
    deadAt: dateOf(row['dead_at']),
    followers: Number(row['followers']),
    errors: JSON.parse(errors ?? '[]') as FailureNote[],
    data: data ?? 'null',
  };
}

const dateOf = (milliseconds: unknown): Date | undefined =>
  milliseconds === null ? undefined : new Date(Number(milliseconds));

/** Makes those that are failing or dead due now. Returns all that were chosen, each with whether it was decided on. */
export const redrive = (query: StoredDeliveryQuery): Statement =>
  decision(choose(query, query.state ?? 'failing or dead'), '"S".redrive(handler, seq)');

/** Deletes deliveries, wherever they stand by then: one decision may put back what the next one meets. */
export const discard = (query: StoredDeliveryQuery): Statement =>
  decision(choose(query), '"S".discard(handler, bucket, seq)');

const decision = ({ text, params }: Statement, decide: string): Statement => ({
  params,
  text: `
with chosen as materialized (${text})
select seq::text as seq, handler, ${decide} as decided from chosen order by chosen.seq, chosen.handler`,
});
