import type { OutboxStore, BucketAssignment } from 'class-events/outbox';
import type { Client, Pool } from 'pg';
import { wrapped } from './wrapped.js';

/** The protections that can be taken away, one at a time, to see that the suite finds out. */
export const mutants = {
  'key-lock': 'publishers of one key do not wait for one another before they take a place in the log',
  sort: 'publishers lock their keys in any order',
  fence: 'a row that somebody else has is taken nevertheless, and a relay never believes its session to be over',
  sweep: 'nothing is fetched that lies further back than the overlap of two fetches',
  'safe-time': 'a relay never believes its session to be over',
  'idle-session': 'the server keeps the session of a relay that is silent',
  'idle-transaction': 'the server keeps the transaction of a handler that is silent',
  'early-count': 'attempts are not counted before the handler runs',
} as const;

export type Mutant = keyof typeof mutants;

/** Takes it out of the functions in the database. */
export async function breakFunctions(mutant: Mutant | undefined, client: Client): Promise<void> {
  if (mutant === 'key-lock') {
    for (const name of ['append_one', 'lock_keys']) {
      await rewrite(client, name, [[/perform pg_advisory_xact_lock\(20817, stripe\)/, 'null']]);
    }
  }
  if (mutant === 'sort') {
    await rewrite(client, 'lock_keys', [
      [/select distinct/, 'select'],
      [/order by 1/, 'order by random()'],
    ]);
  }
}

async function rewrite(client: Client, name: string, changes: readonly (readonly [RegExp, string])[]): Promise<void> {
  const { rows } = await client.query<{ text: string }>(
    `select pg_get_functiondef(oid) as text from pg_proc where pronamespace = 'class_events'::regnamespace and proname = $1`,
    [name],
  );
  let text = rows[0]?.text ?? '';
  for (const [from, to] of changes) {
    if (!from.test(text))
      throw new Error(`The function ${name} has no ${String(from)}: the mutant has to follow the code.`);
    text = text.replace(from, to);
  }
  await client.query(text);
}

/** Takes it out of the settings by which the server ends what is silent. */
export function breakPool(mutant: Mutant | undefined, pool: Pool): void {
  if (mutant !== 'idle-session' && mutant !== 'idle-transaction') return;
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    Object.assign(client, {
      query: (asked: string | { text: string; values?: unknown[] }, values?: unknown, ...rest: unknown[]) => {
        if (typeof asked === 'string') return query(asked, endless(mutant, asked, values), ...rest);
        return query({ ...asked, values: endless(mutant, asked.text, asked.values) }, values, ...rest);
      },
    });
  });
}

function endless(mutant: 'idle-session' | 'idle-transaction', text: string, values: unknown): unknown {
  if (!text.includes('set_config') || !Array.isArray(values)) return values;
  if (mutant === 'idle-transaction') return text.includes('idle_in_transaction') ? ['0'] : values;
  return values.map((value) => String(value).replace(/"idle_session_timeout":\d+/, '"idle_session_timeout":0'));
}

/** Takes it out of the store of a process. */
export function breakStore(mutant: Mutant | undefined, store: OutboxStore): OutboxStore {
  if (mutant === 'early-count')
    return wrapped<OutboxStore>(store, { startAttempts: async (rows) => rows.map(() => true) });
  if (mutant === 'sweep') return withoutSweep(store);
  if (mutant === 'safe-time') {
    return wrapped<OutboxStore>(store, { join: async (...args) => fenceless(await store.join(...args)) });
  }
  if (mutant === 'fence') {
    return wrapped<OutboxStore>(store, {
      startAttempts: async (rows) => {
        await store.startAttempts(rows);
        return rows.map(() => true);
      },
      claim: async (...args) => {
        await store.claim(...args);
        return true;
      },
      join: async (...args) => fenceless(await store.join(...args)),
    });
  }
  return store;
}

function fenceless(assignment: BucketAssignment): BucketAssignment {
  return wrapped<BucketAssignment>(assignment, { isSafe: true });
}

function withoutSweep(store: OutboxStore): OutboxStore {
  const seen = new Map<string, number>();
  return wrapped<OutboxStore>(store, {
    fetch: async (wanted) => {
      const least = (handler: string, bucket: number): number => (seen.get(`${handler} ${bucket}`) ?? 0) - 1_000;
      const rows = await store.fetch(
        wanted.map(({ handler, from, ...rest }) => ({
          ...rest,
          handler,
          from: from.map((place) => ({ ...place, seq: Math.max(place.seq, least(handler, place.bucket)) })),
        })),
      );
      for (const { handler, bucket, seq } of rows) {
        const name = `${handler} ${bucket}`;
        seen.set(name, Math.max(seen.get(name) ?? 0, seq));
      }
      return rows;
    },
  });
}
