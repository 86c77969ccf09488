import { sqlStateOf } from 'class-events/domain';
import { rejectionOf } from '../support/rejection.js';
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

/** A shop with a delivery that waits, one that has failed and one that is held behind it. */
async function shopWithRows(): Promise<Shop> {
  const shop = new Shop(database, { defaults: { backoff: 600_000, maxBackoff: 600_000 } });
  const handle = shop.ledger.handler('mail.receipt', ({ orderId }) => {
    if (orderId === 'failing') throw new Error('no paper');
  });
  shop.bus.subscribe(OrderPlaced, handle, { durable: 'mail.receipt' });
  await shop.place('failing', 2);
  await shop.outbox.start();
  await until('a failure', async () => (await database.tamper.failures()).length > 0);
  await shop.outbox.stop();
  await shop.place('waiting');
  return shop;
}

describe('A row that somebody spoils by hand', () => {
  it.each([
    'delivery set started_at = $$infinity$$',
    'delivery set started_at = $$-infinity$$',
    'delivery set bucket = 64',
    'delivery set bucket = -1',
    'delivery set seq = 0',
    'delivery set seq = 9007199254740993',
    'delivery set attempts = -1',
    'held set started_at = $$infinity$$',
    'held set bucket = 64',
    'held set seq = -seq',
    'held set attempts = -1',
    'failure set due_at = $$infinity$$',
    'failure set dead_at = $$-infinity$$',
    'failure set errors = $${}$$',
    'failure set bucket = 99',
    'event set recorded_at = $$infinity$$',
    'event set headers = $$[]$$',
    'event set bucket = 64',
  ])('is refused by the database, which tells whoever does it: %s', async (change) => {
    await shopWithRows();
    const error = await rejectionOf(database.query(`update class_events.${change}`));
    expect(sqlStateOf(error)).toBe('23514');
  });

  it('is delivered in spite of an attempt that was started in the future', async () => {
    const shop = await shopWithRows();
    await database.query("update class_events.delivery set attempts = 1, started_at = now() + interval '1 year'");
    await shop.outbox.start();
    await until('the event', () => shop.ledger.of('mail.receipt').includes('waiting/1'));
    expect(shop.problems).toEqual([]);
  });
});
