import {
  assertHandled,
  assertNotPublished,
  assertPublished,
  assertPublishedInOrder,
  eventMatchers,
  recordEvents,
} from 'class-events/testing';
import { inPostgres, type PostgresDatabase } from '../outbox/postgres-database.js';
import { closeShops, OrderPlaced, OrderShipped, Shop } from '../outbox/shop.js';
import { thrownBy } from '../support/rejection.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
afterEach(async () => {
  await closeShops();
  await database.empty();
});
afterAll(() => database.close());

/** Brings all that waits to its handlers. */
async function deliverAll(shop: Shop): Promise<void> {
  await shop.outbox.start();
  await shop.drained();
}

describe('a recorder on a bus with an outbox', () => {
  it('counts an event once, however many handlers and attempts its delivery takes', async () => {
    const shop = new Shop(database);
    shop.bus.subscribe(OrderPlaced, async () => {}, { durable: 'mail.receipt', name: 'receipt' });
    shop.bus.subscribe(
      OrderPlaced,
      async (_, { attempt }) => {
        if (attempt < 3) throw new Error('search is down');
      },
      { durable: 'search.index', name: 'index' },
    );
    const recorder = recordEvents(shop.bus);
    await shop.publish(new OrderPlaced('o-1'));
    await deliverAll(shop);
    expect(recorder.events).toEqual([new OrderPlaced('o-1')]);
    expect(recorder.of(OrderPlaced)).toHaveLength(1);
    const outcomes = recorder.reports.map(({ deliveries }) =>
      deliveries.map(({ subscription, status }) => `${subscription.name} ${status}`),
    );
    expect(outcomes[0]).toEqual(['receipt deferred', 'index deferred']);
    expect(outcomes.slice(1).flat().sort()).toEqual([
      'index fulfilled',
      'index rejected',
      'index rejected',
      'receipt fulfilled',
    ]);
    assertHandled(recorder, OrderPlaced, 'receipt');
    assertHandled(recorder, OrderPlaced, 'index');
  });

  it('has not seen a publish on a bus that only delivers what another process has published', async () => {
    const [publisher, other] = [new Shop(database), new Shop(database)];
    const receipt = { durable: 'mail.receipt', name: 'receipt' };
    publisher.bus.subscribe(OrderPlaced, async () => {}, receipt);
    other.bus.subscribe(OrderPlaced, async () => {}, receipt);
    const recorder = recordEvents(other.bus);
    await publisher.publish(new OrderPlaced('o-1'));
    await deliverAll(other);
    expect(recorder.events).toEqual([]);
    assertNotPublished(recorder, OrderPlaced);
    assertHandled(recorder, OrderPlaced, 'receipt');
    expect((thrownBy(() => assertPublished(recorder, OrderPlaced)) as Error).message).toBe(
      'OrderPlaced was not published. It was delivered from the outbox, which is no publish. Nothing was.',
    );
    expect(thrownBy(() => assertPublishedInOrder(recorder, [OrderPlaced]))).toBeInstanceOf(Error);
    expect(eventMatchers.toHavePublished(recorder, OrderPlaced).pass).toBe(false);
    expect(eventMatchers.toHaveHandled(recorder, OrderPlaced).pass).toBe(true);
  });

  it('has seen what a durable handler publishes, once for each attempt that published it', async () => {
    const shop = new Shop(database);
    shop.bus.subscribe(OrderPlaced, ({ orderId }) => shop.bus.publish(new OrderShipped(orderId)), {
      durable: 'shop.ship',
      name: 'ship',
    });
    await shop.publish(new OrderPlaced('o-1'));
    const recorder = recordEvents(shop.bus);
    await deliverAll(shop);
    expect(recorder.events).toEqual([new OrderShipped('o-1')]);
    expect((thrownBy(() => assertHandled(recorder, OrderPlaced, 'nobody')) as Error).message).toBe(
      `OrderPlaced was not handled by nobody:

  OrderPlaced { orderId: 'o-1', number: 1 } from the outbox
    ship: fulfilled
    → OrderShipped { orderId: 'o-1', number: 1 }: nobody is subscribed`,
    );
  });
});
