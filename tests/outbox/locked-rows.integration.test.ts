import type { FetchRequest, OutboxStore, StoredDelivery } from 'class-events/outbox';
import type { PoolClient } from 'pg';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { until } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
let other: PoolClient;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(async () => {
  await database.empty();
  other = await database.pool.connect();
  await other.query('begin');
});
afterEach(async () => {
  await other.query('rollback');
  other.release();
  await closeShops();
});
afterAll(() => database.close());

const everything: FetchRequest = {
  handler: 'mail.receipt',
  from: Array.from({ length: 64 }, (_, bucket) => ({ bucket, seq: 0, limit: 100 })),
  except: [],
  limit: 100,
};
const failure = { wait: 0, note: { attempt: 1, name: 'Error', message: 'no' }, counts: true };

/** The first deliveries of two orders, which have failed and are tried again. The second ones wait for them. */
async function twoHeads(store: OutboxStore): Promise<readonly StoredDelivery[]> {
  const shop = new Shop(database);
  shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
  for (const orderId of ['o-1', 'o-2']) await shop.place(orderId, 2);
  const rows = await store.fetch([everything]);
  const heads = rows.filter(({ key }, index) => rows.findIndex((row) => row.key === key) === index);
  await store.startAttempts(heads);
  for (const head of heads) await store.fail(head, failure);
  let retries: readonly StoredDelivery[] = [];
  await until('two retries', async () => (retries = await store.retries([everything])).length === 2);
  await store.startAttempts(retries);
  return [...retries].sort((one, another) => one.seq - another.seq);
}

describe('rows that another transaction has', () => {
  it('are left by a settle, which puts back what waits for the others', async () => {
    const store = database.store();
    const heads = await twoHeads(store);
    const lock = 'select from class_events.failure where key = $1 for share';
    await other.query(lock, ['order:o-2']);
    expect(await store.settle(heads)).toEqual([heads[1]]);
    // As a relay does that holds what it has fetched. Who waits in a circle is ended by the server (40P01).
    await other.query(lock, ['order:o-1']);
    expect((await store.fetch([everything])).map(({ key }) => key)).toEqual(['order:o-1']);
    await other.query('rollback');
    expect(await store.settle(heads)).toEqual([]);
    expect((await store.fetch([everything])).map(({ key }) => key)).toEqual(['order:o-1', 'order:o-2']);
  });

  it('stay where they are when an earlier one of their key fails, and are held when they are fetched', async () => {
    const store = database.store();
    const shop = new Shop(database);
    shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
    await shop.place('o-1', 3);
    const [first, second] = await store.fetch([everything]);
    await store.startAttempts([first!]);
    await other.query('select from class_events.delivery where seq = $1 for update', [second!.seq]);
    expect(await store.fail(first!, { ...failure, wait: 60_000 })).toBe(true);
    const left = await store.fetch([everything]);
    expect(left).toEqual([{ ...second, isBlocked: true }]);
    await store.hold(left);
    expect(await shop.rows()).toBe(1);
    await other.query('rollback');
    await store.hold(left);
    expect(await shop.rows()).toBe(0);
  });

  it('are neither forgotten nor put back', async () => {
    const store = database.store();
    await twoHeads(store);
    await database.query('delete from class_events.failure');
    await other.query('select from class_events.held where seq = 1 for update');
    expect(await store.releaseOrphans()).toBe(3);
    await other.query('rollback');
    expect(await store.releaseOrphans()).toBe(1);
  });

  it('are settled when it has ended, without a second call of their handlers or a word to an operator', async () => {
    const shop = new Shop(database);
    const handle = shop.ledger.handler<OrderPlaced>('mail.receipt', () =>
      other.query('select from class_events.delivery for update'),
    );
    shop.bus.subscribe(OrderPlaced, handle, { durable: 'mail.receipt' });
    const store = database.store();
    await shop.outbox.start();
    await shop.place('o-1');
    await shop.ledger.has(1);
    await until('a look at the locked row', async () => {
      const [row] = await store.fetch([everything]);
      return row !== undefined && (await store.settle([row]))?.length === 1;
    });
    await other.query('commit');
    await shop.drained();
    expect(shop.ledger.of('mail.receipt')).toEqual(['o-1/1']);
    expect(shop.problems).toEqual([]);
  });
});
