import { Client, Pool, type QueryConfig } from 'pg';
import { transactional } from 'class-events/domain';
import type { OutboxStore } from 'class-events/outbox';
import { postgres } from 'class-events/outbox/postgres';
import { bucketOf } from '../../src/outbox/store/bucket.js';
import { Deferred } from '../support/deferred.js';
import type { Transaction } from './database.js';
import { withFaults } from './faults.js';
import { until } from './ledger.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
let holder: Client;

beforeAll(async () => {
  database = await inPostgres();
  holder = new Client({ connectionString: database.url, application_name: 'pg_dump' });
  await holder.connect();
});
beforeEach(() => database.empty());
afterEach(async () => {
  await closeShops();
  await holder.query('rollback');
  for (const pool of pools.splice(0)) await pool.end();
});
afterAll(async () => {
  await holder.end();
  await database.close();
});

const deadRows = 60_000;
// A row that was deleted, and that a snapshot keeps, costs a buffer. A statement that steps over the deleted rows reads more.
const fewBuffers = 3_000;
const pools: Pool[] = [];

/** Rows that are written and deleted, as those of deliveries that were made. The log goes on behind them. */
async function makeDeadRows(handler = 'mail.receipt'): Promise<void> {
  const [row] = await database.query('select last_value::int as last from class_events.event_seq_seq');
  const last = row!['last'] as number;
  // In one transaction, so that no relay sees them.
  await database.begin(async (transaction) => {
    await transaction.query(
      `insert into class_events.delivery (handler, bucket, seq, key)
      select $1, number % 64, ${last} + number, 'key ' || number % 5000 from generate_series(1, ${deadRows}) number`,
      [handler],
    );
    await transaction.query(`delete from class_events.delivery where key like 'key %'`);
  });
  await database.query('select setval($1, $2)', ['class_events.event_seq_seq', last + deadRows]);
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** A pool that keeps its statements. */
function recordingPool(): { readonly pool: Pool; readonly statements: Statement[] } {
  const pool = new Pool({ connectionString: database.url });
  pools.push(pool);
  const statements: Statement[] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    Object.assign(client, {
      query: (asked: string | QueryConfig, ...rest: unknown[]) => {
        if (typeof asked === 'object') statements.push({ text: asked.text, values: (asked.values as unknown[]) ?? [] });
        return query(asked, ...rest);
      },
    });
  });
  return { pool, statements };
}

/** Resolves with the statements that read many buffers, as they run now. */
async function expensive(statements: readonly Statement[]): Promise<readonly string[]> {
  const found: string[] = [];
  const client = new Client({ connectionString: database.url });
  await client.connect();
  for (const { text, values } of new Map(statements.map((statement) => [statement.text, statement])).values()) {
    if (!/^\s*(select|with|insert|delete|update)/i.test(text)) continue;
    await client.query('begin');
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
      `explain (analyze, buffers, format json) ${text}`,
      values,
    );
    await client.query('rollback');
    const plan = rows[0]!['QUERY PLAN'][0]!.Plan;
    const buffers = plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!;
    if (buffers > fewBuffers) found.push(`${buffers} buffers: ${text}`);
  }
  await client.end();
  return found;
}

function relayOn(store: OutboxStore, options: object = {}): Shop {
  const shop = new Shop(database, { store, takeoverAfter: 1_000, ...options });
  shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
  return shop;
}

const holdSnapshot = async (): Promise<void> => {
  await holder.query('begin isolation level repeatable read');
  await holder.query('select 1');
};

describe('while a snapshot is held', () => {
  it('no statement of a relay that has found its way reads the rows that were delivered', async () => {
    await holdSnapshot();
    await makeDeadRows();
    const { pool, statements } = recordingPool();
    const shop = relayOn(postgres(pool));
    await shop.outbox.start();
    await shop.place('o-1');
    await shop.ledger.has(1);
    statements.length = 0;
    await shop.place('o-2', 3);
    await shop.ledger.has(4);
    const hasAsked = (part: string): boolean => statements.some(({ text }) => text.includes(part));
    await until('a look for handlers', () => hasAsked('recursive') && hasAsked('start_attempts'));
    await shop.outbox.store.prune(604_800_000, 5_000, ['mail.receipt']);
    await shop.outbox.stop();
    expect(hasAsked('with ids as materialized')).toBe(true);
    expect(await expensive(statements)).toEqual([]);
  });

  it('no statement of a relay that starts reads the rows that were delivered, where another one has found its way', async () => {
    await holdSnapshot();
    await makeDeadRows();
    const first = relayOn(database.store());
    await first.outbox.start();
    await until(
      'low marks',
      async () => (await database.query('select from class_events.low_mark')).length === 64,
      async () => JSON.stringify(first.problems),
    );
    await first.outbox.stop();
    const { pool, statements } = recordingPool();
    const second = relayOn(postgres(pool));
    await second.place('o-1');
    await second.outbox.start();
    await second.ledger.has(1);
    await second.outbox.stop();
    expect(statements.some(({ text }) => text.includes('low_mark'))).toBe(true);
    expect(await expensive(statements)).toEqual([]);
  });

  it('a relay that starts finds its way although its statements have little time, and tells of it', async () => {
    await holdSnapshot();
    await makeDeadRows();
    const store = database.store();
    // A statement for more than one bucket, or for much of the log, takes too long.
    const firstRows: OutboxStore['firstRows'] = (handler, ranges) =>
      ranges.some(({ from, below }) => below - from > 20_000) || ranges.length > 1
        ? Promise.reject(new Error('Query read timeout'))
        : store.firstRows(handler, ranges);
    const shop = relayOn(withFaults(store, { firstRows }));
    await shop.place('o-1');
    await shop.outbox.start();
    await shop.ledger.has(1);
    expect(shop.problems).toMatchObject([
      { kind: 'unavailable', message: expect.stringContaining('Finding where deliveries begin fails') as string },
    ]);
  });

  it('what is slow is told once, with who holds the snapshot, and the deliveries go on', async () => {
    await holdSnapshot();
    const store = database.store();
    const end = new Deferred();
    const waiting: OutboxStore['waiting'] = async (known) => {
      await end.promise;
      return store.waiting(known);
    };
    const shop = relayOn(withFaults(store, { waiting }));
    await shop.outbox.start();
    await shop.place('o-1', 2);
    await shop.ledger.has(2);
    // The look for handlers takes longer than a second, however quick the machine is.
    await database.query('select pg_sleep(1.2)');
    end.resolve();
    await until('a problem', () => shop.problems.length > 0);
    expect(shop.problems).toMatchObject([
      {
        kind: 'slow',
        message: expect.stringMatching(
          /^Looking for handlers with deliveries took \d+ ms.* held by the session \d+ \(pg_dump\)/,
        ) as string,
      },
    ]);
  });
});

describe('while a transaction that writes is open for long', () => {
  it('what it commits in the end is delivered, and comes before what follows it in its key', async () => {
    const store = database.store();
    let hasPassedOver = false;
    const fetchWhileOpen: OutboxStore['fetchWhileOpen'] = (requests, writers) => {
      hasPassedOver = true;
      return store.fetchWhileOpen(requests, writers);
    };
    const shop = relayOn(withFaults(store, { fetchWhileOpen }));
    await shop.outbox.start();
    const [written, mayCommit] = [new Deferred(), new Deferred()];
    const begin: PostgresDatabase['begin'] = (run) =>
      database.begin(async (transaction) => {
        await run(transaction);
        written.resolve();
        await mayCommit.promise;
      });
    const late = transactional<Transaction>(
      shop.bus,
      begin,
    )(() => shop.bus.publishAll([new OrderPlaced('late', 1), new OrderPlaced('later', 1)]));
    await written.promise;
    let number = 0;
    while (!hasPassedOver) {
      await shop.publish(new OrderPlaced('quick', ++number));
      await shop.ledger.has(number);
    }
    // The mark is beyond the places of the late ones by now, and nothing of a bucket is read below it.
    await shop.place('quicker', 3);
    await shop.ledger.has(number + 3);
    mayCommit.resolve();
    await late;
    await shop.publish(new OrderPlaced('late', 2), new OrderPlaced('later', 2));
    await shop.ledger.has(number + 7);
    expect(shop.ledger.numbers('mail', 'late')).toEqual([1, 2]);
    expect(shop.ledger.numbers('mail', 'later')).toEqual([1, 2]);
    await shop.drained();
    expect(shop.ledger.effects).toHaveLength(number + 7);
  });
});

/** Keys of one bucket. */
const inBucket = (bucket: number): string =>
  Array.from({ length: 10_000 }, (_, number) => `o-${number}`).find((id) => bucketOf(`order:${id}`) === bucket)!;

describe('below the low mark', () => {
  const writeAgain = (query: (text: string, params: unknown[]) => Promise<unknown>, seq: number): Promise<unknown> =>
    query(
      `insert into class_events.delivery (handler, bucket, seq, key)
      select 'mail.receipt', bucket, seq, key from class_events.event where seq = $1`,
      [seq],
    );

  it('a row is found that was written by hand', async () => {
    const shop = relayOn(database.store());
    await shop.outbox.start();
    const id = inBucket(5);
    await shop.place(id);
    await shop.ledger.has(1);
    await shop.drained();
    await writeAgain((text, params) => database.query(text, params), 1);
    await shop.ledger.has(2);
    expect(shop.ledger.of('mail')).toEqual([`${id}/1`, `${id}/1`]);
  });

  it('rows are delivered that are there again after a failover, because marks are forgotten with the session', async () => {
    const shop = relayOn(database.store());
    await shop.outbox.start();
    // The last bucket that is looked at for rows that were written by hand, which takes a minute.
    const id = inBucket(63);
    await shop.place(id, 3);
    await shop.ledger.has(3);
    await shop.drained();
    // A server that takes over may not know that the last ones were settled.
    await database.begin(async (transaction) => {
      const query = (text: string, params: unknown[]): Promise<unknown> => transaction.query(text, params);
      await transaction.query('lock table class_events.delivery');
      await transaction.query(
        `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 64 and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())`,
      );
      for (const seq of [2, 3]) await writeAgain(query, seq);
    });
    await shop.ledger.has(5);
    expect(shop.ledger.numbers('mail', id)).toEqual([1, 2, 3, 2, 3]);
  });
});
