import type { Pool } from 'pg';
import { asBefore, handlerIds } from './handlers.js';
import type { LedgerLine } from './crash-ledger.js';

/** Until when a process was not itself, in ms of the system's clock. */
export interface Fault {
  readonly pid: number;
  readonly until: number;
}

/** What came out of a scenario. */
export interface Verdict {
  readonly events: number;
  readonly lost: number;
  readonly inverted: number;
  /** Rolled back, and handled nevertheless. */
  readonly ghosts: number;
  readonly duplicated: { readonly outside: number; readonly inside: number };
  readonly dead: number;
  /** Everything that must not be, in words. */
  readonly violations: readonly string[];
}

interface Movement {
  readonly token: string;
  readonly key: string;
  readonly version: number;
}

interface Booking {
  readonly token: string;
  readonly key: string;
  readonly id: string;
  readonly place: number;
}

/** Compares what handlers did with what publishers committed. */
export async function judge(pool: Pool, lines: readonly LedgerLine[], faults: readonly Fault[]): Promise<Verdict> {
  const { rows: movements } = await pool.query<Movement>('select token, key, version from shop.movement');
  const { rows: bookings } = await pool.query<Booking>('select * from shop.booking order by key, place');
  const { rows: set } = await pool.query<{ handler: string; token: string; dead: boolean }>(`
    select h.handler, e.data->>'token' as token, f.dead_at is not null as dead
    from class_events.held h join class_events.event e on e.seq = h.seq
    left join class_events.failure f on f.handler = h.handler and f.seq = h.seq`);
  const byToken = new Map(movements.map((movement) => [movement.token, movement]));
  const givenUp = lines.filter(({ what }) => what === 'discarding');
  const apart = new Set([...set, ...givenUp].map(({ handler, token }) => `${asBefore(handler!)} ${token}`));
  const dead = new Set(set.filter((row) => row.dead).map(({ handler, token }) => `${handler} ${token}`));
  const doomed = new Set(
    lines.filter(({ what }) => what === 'doomed').map(({ handler, token }) => `${handler} ${token}`),
  );
  const effects = lines.filter(({ what }) => what === 'effect');
  const done = {
    [handlerIds.mail]: effects.filter(({ handler }) => handler === handlerIds.mail),
    [handlerIds.index]: effects.filter(({ handler }) => handler === handlerIds.index),
    [handlerIds.books]: bookings,
  } as Record<string, readonly { readonly token?: string; readonly key?: string; readonly id?: string }[]>;

  const violations: string[] = [];
  const found = { lost: 0, inverted: 0, ghosts: 0, outside: 0, inside: 0 };
  const count = (kind: keyof typeof found, evidence: string): void =>
    void (++found[kind] <= 5 && violations.push(evidence));
  for (const [handler, made] of Object.entries(done)) {
    const ids = new Map<string, string>();
    const last = new Map<string, Movement>();
    // A replay is compared with itself: it stands apart from what is live, and from other replays.
    for (const { token, id, key } of made) {
      const movement = byToken.get(token!);
      if (!movement) continue;
      const replay = id!.split('#')[1] ?? '';
      const known = ids.get(replay + token!);
      if (known === undefined) {
        const before = last.get(replay + key!);
        // Order is wanted of two of the three.
        if (handler !== handlerIds.index && before && before.version > movement.version) {
          count('inverted', `inverted: ${handler} had version ${before.version} of ${key} before ${movement.version}`);
        }
        last.set(replay + key!, movement);
        ids.set(replay + token!, id!);
        continue;
      }
      found[handler === handlerIds.books ? 'inside' : 'outside']++;
      if (known !== id) violations.push(`two ids: ${handler} was given ${known} and ${id} for ${token}`);
    }
    for (const { token, key, version } of movements) {
      if (!ids.has(token) && !apart.has(`${handler} ${token}`)) {
        count('lost', `lost: ${handler} never had version ${version} of ${key} (${token})`);
      }
    }
  }
  if (found.inside > 0) violations.push(`duplicated: ${found.inside} effects of the transactional handler`);
  const ghosts = new Set(
    [...lines, ...bookings].filter(({ token }) => token && !byToken.has(token)).map(({ token }) => token),
  );
  for (const token of ghosts) count('ghosts', `ghost: ${token} was handled, and never committed`);
  for (const token of dead) if (!doomed.has(token)) violations.push(`dead: ${token} has done no harm`);
  for (const token of doomed) if (!dead.has(token)) violations.push(`not dead: ${token} was to use up its attempts`);
  violations.push(...repeatedWithoutReason(lines, faults).slice(0, 5), ...refusals(lines, faults).slice(0, 5));
  const { lost, inverted, outside, inside } = found;
  const duplicated = { outside, inside };
  return { events: movements.length, lost, inverted, ghosts: ghosts.size, duplicated, dead: dead.size, violations };
}

/**
 * A delivery is begun again when it has failed, or when whoever had begun it was harmed and had not been told that it is over. Everything
 * else is a relay that believed to own what it did not. So duplicates are at most what was in flight when something was harmed. A
 * transactional handler may be begun in a transaction that is over: it does nothing, so only its bookings count.
 */
function repeatedWithoutReason(lines: readonly LedgerLine[], faults: readonly Fault[]): string[] {
  const harmed = [
    ...faults,
    ...lines.filter(({ what }) => what === 'harmed').map(({ pid, at }) => ({ pid, until: at })),
  ];
  const open = new Map<string, { readonly by: LedgerLine; isSettled: boolean }>();
  const violations: string[] = [];
  for (const line of lines) {
    const id = line.id ?? '';
    const before = open.get(id);
    if (line.what === 'failed') open.delete(id);
    if (line.what === 'settled' && before) before.isSettled = true;
    if (line.what !== 'started' || line.handler === handlerIds.books) continue;
    if (before) {
      const { by, isSettled } = before;
      const isExcused = harmed.some(({ pid, until }) => pid === by.pid && until >= by.at);
      const who = `${id} (${line.key}) was started by ${line.pid} at ${line.at}`;
      if (isSettled) violations.push(`repeated: ${who}, and had been settled`);
      else if (!isExcused)
        violations.push(`repeated: ${who}; ${by.pid} had started it at ${by.at}, and was not harmed`);
    }
    open.set(id, { by: line, isSettled: false });
  }
  return violations;
}

/** What publishers were refused although nobody had harmed them. */
function refusals(lines: readonly LedgerLine[], faults: readonly Fault[]): string[] {
  const harmed = new Set(faults.map(({ pid }) => pid));
  return lines
    .filter(({ what, pid, message }) => what === 'error' && (!harmed.has(pid) || message?.includes('40P01')))
    .map(({ pid, message }) => `refused: publisher ${pid} was told ${message}`);
}
