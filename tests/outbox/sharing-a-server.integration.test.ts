import { type PgClient, type PgPool, type PgQuery, postgres } from 'class-events/outbox/postgres';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Deferred } from '../support/deferred.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { withFaults } from './faults.js';
import { until } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

const mailShop = (store = database.store()): Shop => {
  const shop = new Shop(database, { store });
  shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
  return shop;
};

it('outboxes of two schemas do not count the relays of each other', async () => {
  // The last digits of their sums are the same, by the hash that once was used.
  const shops = ['shop_an', 'shop_c0'].map((schema) => mailShop(database.store({ schema })));
  for (const { outbox } of shops) {
    await outbox.migrate();
    await outbox.start();
  }
  for (const { outbox } of shops) {
    expect(await outbox.status()).toMatchObject({ relays: 1, buckets: { taken: 64, all: 64 } });
  }
});

it('the status says that no relay has a bucket where a stranger has its lock, and the operations page finds the stranger', async () => {
  const shop = mailShop();
  await shop.outbox.start();
  await until('all buckets', async () => (await shop.outbox.status()).buckets.taken === 64);
  await shop.outbox.stop();
  await until('no relay', async () => (await shop.outbox.status()).relays === 0);
  const stranger = new Client({ connectionString: database.url, application_name: 'stranger' });
  await stranger.connect();
  await stranger.query(
    'select pg_advisory_lock(duty, bucket) from class_events.handler, generate_series(0, 63) bucket where id = $1',
    ['mail.receipt'],
  );
  await shop.outbox.start();
  await until('a relay', async () => (await shop.outbox.status()).relays === 1);
  expect((await shop.outbox.status()).buckets).toEqual({ taken: 0, all: 64 });
  const operations = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
  const [, whoHoldsLocks = ''] = /Who may connect[^]*?```sql\n([^]*?)```/.exec(operations) ?? [];
  expect(await database.query(whoHoldsLocks)).toMatchObject([{ application_name: 'stranger', locks: '64' }]);
  await stranger.end();
  await until('all buckets', async () => (await shop.outbox.status()).buckets.taken === 64);
});

it('status is one statement, and so one moment', async () => {
  const asked: string[] = [];
  const recording = (client: PgClient): PgClient =>
    Object.assign(Object.create(client) as PgClient, {
      query: (query: PgQuery) => {
        asked.push(query.text);
        return client.query(query);
      },
    });
  const pool = Object.assign(Object.create(database.pool) as PgPool, {
    connect: async () => recording(await database.pool.connect()),
  });
  const { outbox } = mailShop(postgres(pool));
  await outbox.status(); // the first one asks for the default isolation as well
  asked.length = 0;
  await outbox.status();
  expect(asked).toHaveLength(1);
});

it('a replay has what took its place in the log before, and is committed while it begins', async () => {
  const shop = mailShop();
  const store = database.store();
  let looks = 0;
  const logEnd: typeof store.logEnd = async () => {
    const end = await store.logEnd();
    const isComplete = (): Promise<boolean> => {
      looks++;
      return end.isComplete();
    };
    return { ...end, isComplete };
  };
  const replayer = mailShop(withFaults(store, { logEnd }));
  const isWritten = new Deferred();
  const mayCommit = new Deferred();
  const late = database.begin(async (transaction) => {
    const entry = { name: 'order.placed', version: 1, key: undefined, bucket: 1, headers: {}, deliveries: [] };
    await store.append(transaction, [{ ...entry, id: crypto.randomUUID(), data: '{"orderId":"late","number":1}' }]);
    isWritten.resolve();
    await mayCommit.promise;
  });
  await isWritten.promise;
  await shop.place('o-1');
  let isDone = false;
  const replaying = replayer.outbox.replay({ handler: 'mail.receipt' }).finally(() => (isDone = true));
  await until('a replay that waits', () => isDone || looks > 1);
  mayCommit.resolve();
  await late;
  expect(await replaying).toBe(2);
});

it('a replay and the retention at once leave no delivery without its event', async () => {
  const shop = mailShop();
  await shop.place('o-1', 3);
  await database.tamper.deleteWaiting();
  await database.query(`
    create function wait_for_the_test() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(77);
      return new;
    end $$;
    create trigger wait_for_the_test before insert on class_events.delivery for each row execute function wait_for_the_test()`);
  const gate = await database.pool.connect();
  await gate.query('select pg_advisory_lock(77)');
  const waiting = async (count: number): Promise<boolean> => {
    const rows = await database.query("select from pg_locks where locktype = 'advisory' and not granted");
    return rows.length === count;
  };
  const replaying = shop.outbox.replay({ handler: 'mail.receipt' });
  await until('a replay that waits', () => waiting(1));
  let isPruned = false;
  const pruning = database
    .store()
    .prune(0, 1_000, [])
    .finally(() => (isPruned = true));
  await until('a retention that waits', async () => isPruned || (await waiting(2)));
  await gate.query('select pg_advisory_unlock(77)');
  gate.release();
  expect(await replaying).toBe(3);
  expect(await pruning).toBe(0);
  await database.query('drop function wait_for_the_test cascade');
});
