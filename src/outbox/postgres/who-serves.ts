import { inThisDatabase, membership } from './lock-table.js';

/** What the relays that live do for one handler. */
export interface Service {
  /** How many relays serve the handler. */
  readonly relays: number;
  /** How many of its buckets they have. */
  readonly taken: number;
}

// The lock of a bucket counts only if a relay of the duty has it. Anybody who may connect can take an advisory lock.
export const whoServes = `
with held as materialized (
  select pid, classid::bigint as class, objid::bigint as number from pg_locks where ${inThisDatabase}
), duties as (
  select h.class, count(*) filter (where h.number = ${membership}) as relays,
    count(*) filter (where h.number < ${membership}) as taken
  from held h join held member on member.pid = h.pid and member.class = h.class and member.number = ${membership}
  group by h.class
)
select (
    select count(distinct pid)::integer from held where number = ${membership} and class = (select class from "S".roster)
  ) as relays,
  (
    select coalesce(json_agg(json_build_array(id, relays, taken)), '[]')::text
    from "S".handler join duties on duties.class = duty
  ) as served`;

/** Returns what `whoServes` has found, by durable id. Handlers that nobody serves are left out. */
export function servicesOf(served: unknown): ReadonlyMap<string, Service> {
  const rows = JSON.parse(served as string) as [string, number, number][];
  return new Map(rows.map(([handler, relays, taken]) => [handler, { relays, taken }]));
}

/** Returns how many buckets are taken of the handler of which the fewest are. */
export function leastTaken(services: ReadonlyMap<string, Service>, all: number): number {
  return Math.min(all, ...[...services.values()].map(({ taken }) => taken));
}
