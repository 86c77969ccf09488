import { EventBus } from 'class-events';
import { OutboxError } from 'class-events/outbox';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { OrderEvent, OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

/** Delivering what is in the log once more. */
export function replays(database: () => OutboxDatabase): void {
  describe('replays', () => {
    it('a replay gives one handler all that reaches it, in order, while live deliveries go on', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderEvent, shop.ledger.handler('search'), { durable: 'search.index' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      for (const order of ['o-1', 'o-2']) {
        await shop.publish(...[1, 2, 3].map((number) => new OrderPlaced(order, number)), new OrderShipped(order, 4));
      }
      await shop.drained();
      const before = shop.ledger.effects.splice(0);
      expect(before).toHaveLength(8 + 6);

      const progress: number[] = [];
      const replaying = shop.outbox.replay({
        handler: 'search.index',
        onProgress: (written) => progress.push(written),
      });
      await shop.publish(new OrderPlaced('live', 1));
      const written = await replaying;
      expect([8, 9]).toContain(written);
      expect(progress.at(-1)).toBe(written);
      await shop.ledger.has(written + 2);
      await shop.drained();
      expect(shop.ledger.numbers('search', 'o-1')).toEqual([1, 2, 3, 4]);
      expect(shop.ledger.numbers('search', 'o-2')).toEqual([1, 2, 3, 4]);
      // The other handler has had the live event alone.
      expect(shop.ledger.of('mail')).toEqual(['live/1']);
      // A repetition is told from the first delivery by its id.
      const ids = new Set([...before, ...shop.ledger.effects].map(({ id }) => id));
      expect(ids.size).toBe(before.length + shop.ledger.effects.length);
    });

    it('what was written in a time, and what the handler is subscribed to', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search'), { durable: 'search.index' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt', exact: true });
      await shop.place('o-1', 3);
      await shop.outbox.start();
      await shop.drained();
      const from = new Date('2026-01-03T00:00:00Z');
      const to = new Date('2026-01-04T00:00:00Z');
      for (const seq of [1, 2, 3]) await database().tamper.recordAt(seq, new Date(Date.UTC(2026, 0, 1 + seq)));
      expect(await shop.outbox.replay({ handler: 'mail.receipt', from, to })).toBe(1);
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1, 2, 3, 2]);
      expect(await shop.outbox.replay({ handler: 'search.index' })).toBe(0);
    });

    it('no event to a handler of its base class on a bus without inheritance', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.place('o-1');
      const bus = new EventBus({ inheritance: false });
      const { outbox, ledger } = new Shop(database(), { bus });
      bus.subscribe(OrderEvent, ledger.handler('search'), { durable: 'search.index' });
      expect(await outbox.replay({ handler: 'search.index' })).toBe(0);
    });

    it('more than fits into one step', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.unitOfWork(() =>
        shop.bus.publishAll(Array.from({ length: 2_500 }, (_, number) => new OrderPlaced(`o-${number % 10}`, number))),
      );
      await database().tamper.deleteWaiting();
      const progress: number[] = [];
      const onProgress = (written: number): unknown => progress.push(written);
      expect(await shop.outbox.replay({ handler: 'mail.receipt', onProgress })).toBe(2_500);
      expect(progress.slice(0, 4)).toEqual([0, 1_000, 2_000, 2_500]);
      await shop.outbox.start();
      await shop.drained();
      expect(shop.ledger.effects).toHaveLength(2_500);
      expect(shop.ledger.numbers('mail', 'o-7')).toEqual(Array.from({ length: 250 }, (_, index) => index * 10 + 7));
    });

    it('a replay refuses a handler that it does not know, and an impossible time', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      const unknown = await rejectionOf(shop.outbox.replay({ handler: 'mail.receit' }));
      expect(unknown).toEqual(new OutboxError("No handler has the durable id 'mail.receit'. Known are: mail.receipt."));
      const invalid = shop.outbox.replay({ handler: 'mail.receipt', from: new Date('yesterday') });
      expect(await rejectionOf(invalid)).toBeInstanceOf(TypeError);
    });

    it('what is in the log, whatever the clocks say, and is not late for the age of its events', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.place('o-1', 2);
      await database().tamper.deleteWaiting();
      await database().tamper.age(1, 86_400_000);
      await database().tamper.age(2, -86_400_000);
      expect(await shop.outbox.replay({ handler: 'mail.receipt' })).toBe(2);
      expect((await shop.outbox.status()).handlers).toEqual([expect.objectContaining({ pending: 2, oldestDueAge: 0 })]);
    });

    it('a replay goes to the successor of a handler that was renamed meanwhile', async () => {
      const before = new Shop(database());
      before.bus.subscribe(OrderPlaced, () => undefined, { durable: 'receipts' });
      await before.place('o-1', 2);
      await database().tamper.deleteWaiting();
      await before.outbox.replay({ handler: 'receipts' });
      const after = new Shop(database(), { handlers: { 'mail.receipt': { formerIds: ['receipts'] } } });
      after.bus.subscribe(OrderPlaced, after.ledger.handler('mail'), { durable: 'mail.receipt' });
      await after.outbox.start();
      await after.ledger.has(2);
      expect(after.ledger.numbers('mail', 'o-1')).toEqual([1, 2]);
      expect(after.ledger.effects[0]!.id).toMatch(/\/mail\.receipt#/);
    });
  });
}
