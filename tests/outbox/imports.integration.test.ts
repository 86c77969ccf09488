import { transactional } from 'class-events/domain';
import { Deferred } from '../support/deferred.js';
import { beginOn } from '../support/pg-transactions.js';
import { until } from './ledger.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

/** The locks of publishers in this database. */
const keyLocks = (isGranted: boolean): Promise<unknown[]> =>
  database.query(
    `select from pg_locks where locktype = 'advisory' and classid = 20817 and granted = $1
    and database = (select oid from pg_database where datname = current_database())`,
    [isGranted],
  );

const orders = (count: number): OrderPlaced[] =>
  Array.from({ length: count }, (_, number) => new OrderPlaced(`o-${number}`));

function publishing(): Shop {
  const shop = new Shop(database);
  shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
  return shop;
}

/** Publishes in a unit of work that has written everything, and commits when it may. */
async function open(events: readonly OrderPlaced[]): Promise<{ readonly commit: () => Promise<unknown> }> {
  const written = new Deferred();
  const mayCommit = new Deferred();
  const shop = publishing();
  const begin = beginOn(database.pool, () => {
    written.resolve();
    return mayCommit.promise;
  });
  const done = transactional(
    shop.bus,
    begin,
  )(async () => {
    for (const event of events) await shop.bus.publish(event);
  });
  await Promise.race([written.promise, done]);
  return {
    commit: () => {
      mayCommit.resolve();
      return done;
    },
  };
}

const keysInTheLog = async (): Promise<unknown[]> => (await database.tamper.events()).map(({ key }) => key);

it('a unit of work with thousands of keys takes few locks of the server', async () => {
  const { commit } = await open(orders(8_000));
  expect((await keyLocks(true)).length).toBeLessThanOrEqual(16);
  await commit();
  expect(await database.tamper.waiting()).toHaveLength(8_000);
});

it('a unit of work with some keys takes fewer locks than the server has room for', async () => {
  const { commit } = await open(orders(100));
  expect((await keyLocks(true)).length).toBeLessThanOrEqual(116);
  await commit();
});

it.each([
  ['few keys', 1, 'many', 200],
  ['many keys', 200, 'few', 1],
  ['many keys', 200, 'as many', 200],
  ['one key', 1, 'the same one', 1],
])(
  'a unit of work with %s (%i) that came first is before one with %s (%i) in the log',
  async (_, first, __, second) => {
    const early = await open(orders(first));
    let isDone = false;
    const late = publishing()
      .publish(...orders(second))
      .finally(() => (isDone = true));
    await until('a publisher that waits', async () => isDone || (await keyLocks(false)).length === 1);
    expect(isDone).toBe(false);
    await early.commit();
    await late;
    const keys = await keysInTheLog();
    expect(keys).toHaveLength(first + second);
    expect(keys.lastIndexOf('order:o-0')).toBe(first);
  },
);

it('publishers of other keys do not wait for a unit of work with a hundred keys', async () => {
  const early = await open(orders(100));
  await publishing().publish(new OrderPlaced('another'));
  await early.commit();
});

it('imports and publishers of the same keys do not deadlock', async () => {
  const publishers = [150, 150, 101, 100, 30, 30, 5, 5, 1, 1];
  const publish = async (count: number): Promise<void> => {
    const shop = publishing();
    for (let round = 0; round < 8; round++) {
      const shuffled = orders(200)
        .map((order) => ({ order, place: Math.random() }))
        .sort((one, other) => one.place - other.place);
      await shop.publish(...shuffled.slice(0, count).map(({ order }) => order));
    }
  };
  await Promise.all(publishers.map(publish));
  const all = publishers.reduce((sum, count) => sum + 8 * count, 0);
  expect(await database.tamper.waiting()).toHaveLength(all);
});
