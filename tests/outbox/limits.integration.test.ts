import { setTimeout as delay } from 'node:timers/promises';
import { until } from './ledger.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { closeShops, OrderViewed, Shop } from './shop.js';

// Limits over several relays.
let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

it('three relays have no more deliveries at work than the limit, and each of them has its turns', async () => {
  let running = 0;
  let most = 0;
  const act = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await delay(5);
    running--;
  };
  const shops = [1, 2, 3].map(() => {
    const handlers = { 'mail.receipt': { limit: { concurrency: 2 } } };
    const shop = new Shop(database, { takeoverAfter: 8_000, handlers });
    shop.bus.subscribe(OrderViewed, shop.ledger.handler('receipt', act), { durable: 'mail.receipt' });
    return shop;
  });
  for (const { outbox } of shops) await outbox.start();
  let published = 0;
  await until('deliveries by all of them', async () => {
    const delivered = shops.flatMap(({ ledger }) => ledger.effects).length;
    // Enough for each of them to have something, and not so much that the end takes long.
    const count = Math.max(0, 60 - (published - delivered));
    await shops[0]!.publish(...Array.from({ length: count }, () => new OrderViewed('o', ++published)));
    return shops.every(({ ledger }) => ledger.effects.length >= 5);
  });
  await shops[0]!.drained();
  expect(shops.flatMap(({ ledger }) => ledger.effects)).toHaveLength(published);
  expect(most).toBe(2);
});

it('three relays begin no more deliveries in a time than the limit', async () => {
  const handlers = { 'mail.receipt': { limit: { count: 20, per: 1_000 } } };
  const shops = [1, 2, 3].map(() => {
    const shop = new Shop(database, { handlers });
    shop.bus.subscribe(OrderViewed, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
    return shop;
  });
  await shops[0]!.publish(...Array.from({ length: 40 }, (_, number) => new OrderViewed('o', number)));
  const start = performance.now();
  for (const { outbox } of shops) await outbox.start();
  await until('40 effects', () => shops.flatMap(({ ledger }) => ledger.effects).length === 40);
  // A grant may come a little earlier, for who waits for it may be late.
  expect(performance.now() - start).toBeGreaterThan(38 * 50 - 50);
});
