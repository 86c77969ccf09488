import { On } from 'class-events';
import { transactional } from 'class-events/domain';
import { until } from '../outbox/ledger.js';
import { inPostgres, type PostgresDatabase } from '../outbox/postgres-database.js';
import { closeShops, OrderPlaced, Shop } from '../outbox/shop.js';
import { boot, closeAll } from './application.js';

class Receipts {
  @On(OrderPlaced, { durable: 'mail.receipt' })
  send(): never {
    throw new Error('mail server down');
  }
}

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
afterEach(closeShops);
afterEach(closeAll);
afterAll(() => database.close());

test('Nest’s log has each failed attempt of a durable handler, with its number and the time of the next one', async () => {
  const { bus, log } = await boot({ providers: [Receipts] });
  const shop = new Shop(database, { bus, defaults: { maxAttempts: 2 } });
  await shop.outbox.start();
  await transactional(bus, database.begin)(() => bus.publish(new OrderPlaced('o-1')));
  const failures = (): string[] => log.lines.filter((line) => line.startsWith('error'));
  await until('two lines', () => failures().length >= 2);
  expect(failures()).toEqual([
    expect.stringMatching(
      /^error \[EventBus\] Receipts\.send failed for OrderPlaced \(attempt 1 of 2, the next one at \d{4}-.*Z\): Error: mail server down$/,
    ),
    'error [EventBus] Receipts.send failed for OrderPlaced (attempt 2 of 2, a dead letter now): Error: mail server down',
  ]);
});
