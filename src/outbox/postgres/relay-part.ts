import type { Signal } from '../../core/index.js';
import type { BucketAssignment, LogEnd, RelayingStore } from '../index.js';
import { BucketLocks } from './bucket-locks.js';
import * as statements from './relay-statements.js';
import { deliveryOf, rowsAsJson } from './rows.js';
import { checkSteps } from './migrate.js';
import { Roster } from './roster.js';
import { SingleRelayAssignment } from './single-relay-assignment.js';
import { isOutage } from './sql-state.js';
import { storableJson } from './storable-text.js';
import { queryLogAlone, type Tables } from './tables.js';

/** What relays call of an outbox in a PostgreSQL. */
export const relayPart = (tables: Tables): Omit<RelayingStore, 'transaction' | 'applicationBegin' | 'pauses'> => ({
  join: (handlers, takeoverAfter, wake, stopped) => join(tables, handlers, takeoverAfter, wake, stopped),

  async waiting(known) {
    return (await tables.query(statements.waiting, [JSON.stringify(known)])).map(({ handler }) => handler as string);
  },

  logEnd: () => logEnd(tables),

  async fetch(requests) {
    return (await tables.query(statements.fetch, [JSON.stringify(requests)])).map(deliveryOf);
  },

  async retries(requests) {
    return (await tables.query(statements.retries, [JSON.stringify(requests)])).map(deliveryOf);
  },

  async data(seq) {
    const [row] = await tables.query(statements.data, [seq]);
    return row?.['data'] as string | undefined;
  },

  async startAttempts(deliveries) {
    const rows = await tables.query('select "S".start_attempts($1::jsonb) as started', [rowsAsJson(deliveries)]);
    const counted = new Set(rows.map(({ started }) => started));
    return deliveries.map(({ handler, seq }) => counted.has(`${seq} ${handler}`));
  },

  async settle(deliveries) {
    const rows = await tables.query('select "S".settle($1::jsonb) as left', [rowsAsJson(deliveries)]);
    const left = new Set(rows.map((row) => row['left']));
    return deliveries.filter(({ handler, seq }) => left.has(`${seq} ${handler}`));
  },

  async claim(transaction, { handler, bucket, seq }) {
    const claim = 'select "S".claim($1, $2::smallint, $3::bigint)::text as claimed';
    const [row] = await tables.queryIn(transaction, claim, [handler, bucket, seq]);
    return row?.['claimed'] === 'true';
  },

  async fail({ handler, bucket, seq, key }, { wait, note, counts, afterDead }) {
    const [row] = await tables.query(
      'select "S".fail($1, $2::smallint, $3::bigint, $4, $5::float8, $6::jsonb, $7::boolean, $8::boolean) as failed',
      [
        handler,
        bucket,
        seq,
        key ?? null,
        wait === 'dead' ? null : wait,
        storableJson(note),
        counts,
        afterDead === 'pass',
      ],
    );
    return row?.['failed'] === true;
  },

  async hold(deliveries) {
    await tables.query(statements.hold, [rowsAsJson(deliveries)]);
  },

  async releaseOrphans() {
    await tables.query(statements.forgetFailures, []);
    return (await tables.query(statements.releaseOrphans, [])).length;
  },

  async adopt(handler, formerIds, buckets) {
    const lists = [JSON.stringify(formerIds), JSON.stringify(buckets)];
    const counts = await tables.query(statements.adopt, [handler, ...lists]);
    return counts.reduce((sum, { count }) => sum + Number(count), 0);
  },

  async prune(age, limit, known) {
    return (await queryLogAlone(tables, statements.prune, [age, limit, JSON.stringify(known)])).length;
  },

  isOutage,
});

async function join(
  tables: Tables,
  handlers: () => readonly string[],
  takeoverAfter: number,
  wake: () => void,
  stopped: Signal,
): Promise<BucketAssignment> {
  const { database, schema } = tables;
  const session = await database.session(takeoverAfter, stopped);
  const end = (): void => void session?.end();
  stopped.addEventListener('abort', end);
  try {
    await checkSteps(database, schema);
    const roster = await Roster.open(tables);
    if (!session) return await SingleRelayAssignment.acquire(tables, roster, handlers(), wake);
    await session.listen(schema.name, wake);
    return await BucketLocks.acquire(session, roster, handlers, takeoverAfter, wake);
  } catch (error) {
    await session?.end();
    throw error;
  } finally {
    stopped.removeEventListener('abort', end);
  }
}

async function logEnd(tables: Tables): Promise<LogEnd> {
  const [end] = (await tables.query(statements.logEnd, [])) as [Record<'seq' | 'next', string>];
  const isComplete = async (): Promise<boolean> => {
    const [answer] = await tables.query(statements.isComplete, [end.next]);
    return answer?.['complete'] === true;
  };
  return { seq: Number(end.seq), isComplete };
}
