import type { DurableContext } from 'class-events';
import { Deferred } from '../support/deferred.js';
import type { Transaction } from './database.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

describe('Erasing events', () => {
  it('waits for no delivery that is at work in a transaction: its event is left, and counted', async () => {
    const shop = new Shop(database);
    const [begun, goOn] = [new Deferred(), new Deferred()];
    const book = async ({ orderId }: OrderPlaced, { transaction }: DurableContext<Transaction>): Promise<void> => {
      await database.effects.write(transaction, orderId);
      begun.resolve();
      await goOn.promise;
    };
    shop.bus.subscribe(OrderPlaced, book, { durable: 'billing.invoice', transactional: true });
    await shop.place('at work');
    await shop.outbox.start();
    await begun.promise;
    const key = 'order:at work';
    expect(await shop.outbox.erase({ key })).toEqual({ events: 0, deliveries: 0, scheduled: 0, busy: 1 });
    goOn.resolve();
    await shop.drained();
    expect(await shop.outbox.erase({ key })).toEqual({ events: 1, deliveries: 0, scheduled: 0, busy: 0 });
    expect(await database.effects.ids()).toEqual(['at work']);
  });
});
