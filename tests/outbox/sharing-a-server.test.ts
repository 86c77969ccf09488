import { type PgPool, postgres } from 'class-events/outbox/postgres';
import { empty, inPostgres, type PostgresDatabase } from './database.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

jest.setTimeout(60_000); // a server is started

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => empty(database));
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

it('status is one statement, and so one moment', async () => {
  const asked: string[] = [];
  const pool = Object.assign(Object.create(database.pool) as PgPool, {
    query: (query: { text: string }) => {
      asked.push(query.text);
      return database.pool.query(query);
    },
  });
  await mailShop(postgres(pool)).outbox.status();
  expect(asked).toHaveLength(1);
});
