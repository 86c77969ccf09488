/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import { scenario } from 'class-events/testing';
import { rejectionOf } from '../support/rejection.js';
import { inPGlite, type SqlDatabase } from './postgres-database.js';
import { closeShops, OrderPlaced, OrderShipped, Shop } from './shop.js';

let database: SqlDatabase;
beforeAll(async () => {
  database = await inPGlite();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

it('a scenario with an outbox waits for durable handlers, and for what they publish', async () => {
  const shop = new Shop(database);
  const { bus, outbox } = shop;
  const plan = ({ orderId }: OrderPlaced): Promise<void> => shop.publish(new OrderShipped(orderId));
  bus.subscribe(OrderPlaced, plan, { durable: 'delivery.plan', name: 'plan' });
  bus.subscribe(OrderShipped, shop.ledger.handler('shipped'), { durable: 'mail.shipped', name: 'mail' });
  await scenario(bus, { outbox, when: () => shop.place('o-1'), handled: ['plan', 'mail'] });
  expect(shop.ledger.of('shipped')).toEqual(['o-1/1']);
});

it('a scenario fails with the failure of a durable handler', async () => {
  const shop = new Shop(database);
  const { bus, outbox } = shop;
  bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no mail server')), { durable: 'mail.receipt' });
  const error = await rejectionOf(scenario(bus, { outbox, when: () => shop.place('o-1') }));
  expect(String(error)).toContain('no mail server');
});
