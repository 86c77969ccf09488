import type { ErasureSelection } from 'class-events/outbox';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderViewed, Shop } from '../shop.js';

/** Erasing what belongs to one person. */
export function erasesEvents(database: () => OutboxDatabase): void {
  describe('erases', () => {
    /** A stopped outbox: of o-1 and of o-2 one that has failed, one that waits for it and one that is scheduled. */
    const stoppedShop = async (): Promise<Shop> => {
      const shop = new Shop(database(), { defaults: { backoff: 3_600_000, maxBackoff: 3_600_000 } });
      const fail = ({ orderId, number }: OrderPlaced): void => {
        if (number === 1) throw new Error(`cannot mail ${orderId}`);
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt', fail), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search.index'), { durable: 'search.index' });
      await shop.outbox.start();
      for (const orderId of ['o-1', 'o-2']) await shop.place(orderId, 2);
      await until('what is held', async () => (await shop.outbox.deliveries.list({ state: 'blocked' })).length === 2);
      await until('an empty queue', async () => (await shop.rows()) === 0);
      await shop.outbox.stop();
      for (const orderId of ['o-1', 'o-2']) {
        await shop.unitOfWork(() => shop.outbox.schedule(new OrderPlaced(orderId, 3), { in: 3_600_000 }));
      }
      return shop;
    };
    const keys = async (): Promise<unknown[]> => (await database().tamper.events()).map(({ key }) => key);

    it('the events of a key, with their deliveries, the errors of their attempts and what is scheduled', async () => {
      const shop = await stoppedShop();
      const expected = { events: 2, deliveries: 2, scheduled: 1, busy: 0 };
      expect(await shop.outbox.erase({ key: 'order:o-1', dryRun: true })).toEqual(expected);
      expect(await keys()).toEqual(['order:o-1', 'order:o-1', 'order:o-2', 'order:o-2']);
      expect(await shop.outbox.erase({ key: 'order:o-1' })).toEqual(expected);
      expect(await keys()).toEqual(['order:o-2', 'order:o-2']);
      expect(JSON.stringify(await database().tamper.failures())).not.toContain('o-1');
      expect(await shop.outbox.erase({ key: 'order:o-1' })).toEqual({
        events: 0,
        deliveries: 0,
        scheduled: 0,
        busy: 0,
      });
      await shop.outbox.start();
      await shop.publish(new OrderPlaced('o-1', 4));
      await until('the next one', () => shop.ledger.numbers('mail.receipt', 'o-1').includes(4));
      expect(shop.problems).toEqual([]);
    });

    it('one event by its id, and lets what waited for it go on', async () => {
      const shop = await stoppedShop();
      const [failing] = await shop.outbox.deliveries.list({ state: 'failing', key: 'order:o-1' });
      expect(await shop.outbox.erase({ event: failing!.event })).toEqual({
        events: 1,
        deliveries: 1,
        scheduled: 0,
        busy: 0,
      });
      await shop.outbox.start();
      await until('the one that waited', () => shop.ledger.numbers('mail.receipt', 'o-1').includes(2));
      expect(shop.problems).toEqual([]);
    });

    it('events by what their data holds', async () => {
      const shop = await stoppedShop();
      expect(await shop.outbox.erase({ data: { orderId: 'o-2', number: 2 } })).toEqual({
        events: 1,
        deliveries: 1,
        scheduled: 0,
        busy: 0,
      });
      expect(await shop.outbox.erase({ data: { orderId: 'o-2' } })).toMatchObject({ events: 1, scheduled: 1 });
      expect(await keys()).toEqual(['order:o-1', 'order:o-1']);
    });

    it('events that have been delivered, and are in the log alone', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search.index'), { durable: 'search.index' });
      await shop.outbox.start();
      await shop.publish(new OrderViewed('o-1'), new OrderViewed('o-2'));
      await shop.drained();
      expect(await shop.outbox.erase({ data: { orderId: 'o-1' } })).toMatchObject({ events: 1, deliveries: 0 });
      expect((await database().tamper.events()).map(({ data }) => data)).toEqual(['{"orderId":"o-2","number":1}']);
    });

    it.each<[string, unknown]>([
      ['nothing', undefined],
      ['no criterion', {}],
      ['criteria that are undefined', { key: undefined, event: undefined, data: undefined }],
      ['a dry run alone', { dryRun: true }],
      ['an empty key', { key: '' }],
      ['data that says nothing', { data: {} }],
      ['a list that says nothing', { data: [] }],
      ['an id that is none', { event: 'o-1' }],
      ['a misspelt option', { keys: 'o-1' }],
    ])('nothing when it is given %s', async (_, selection) => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderViewed, () => undefined, { durable: 'search.index' });
      await shop.publish(new OrderViewed('o-1'));
      const error = await rejectionOf(shop.outbox.erase(selection as ErasureSelection));
      expect(error).toBeInstanceOf(TypeError);
      expect(await database().tamper.events()).toHaveLength(1);
    });
  });
}
