import { Permanent } from 'class-events/outbox';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

const hour = 3_600_000;

/** Deliver once, and end. */
export function drains(database: () => OutboxDatabase): void {
  describe('drains', () => {
    it('all that is due and all that this leads to, without a start, and leaves nothing behind', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(
        OrderPlaced,
        async ({ orderId, number }) => {
          if (number === 1) await shop.publish(new OrderShipped(orderId, number));
        },
        { durable: 'delivery.plan' },
      );
      shop.bus.subscribe(OrderShipped, shop.ledger.handler('shipped'), { durable: 'mail.shipped' });
      await shop.place('o-1', 3);
      await shop.place('o-2', 2);
      expect(await shop.outbox.drain()).toEqual({ delivered: 7, retried: 0, dead: 0, left: [] });
      expect(shop.ledger.of('shipped').sort()).toEqual(['o-1/1', 'o-2/1']);
      expect((await shop.outbox.status()).relays).toBe(0);
      expect(await shop.outbox.drain()).toEqual({ delivered: 0, retried: 0, dead: 0, left: [] });
      await shop.place('o-3', 2);
      expect(shop.ledger.effects).toHaveLength(2);
      expect(shop.problems).toEqual([]);
    });

    it('also where the outbox was started, and then goes on delivering', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1', 20);
      await shop.outbox.drain();
      expect(shop.ledger.numbers('receipt', 'o-1')).toHaveLength(20);
      await shop.place('o-2');
      await shop.ledger.has(21);
      expect((await shop.outbox.status()).relays).toBe(1);
    });

    it('what was scheduled and is due, and nothing that is not', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      await shop.unitOfWork(async () => {
        await shop.outbox.schedule(new OrderPlaced('o-1', 1), { in: 0 });
        await shop.outbox.schedule(new OrderPlaced('o-1', 2), { in: hour });
      });
      expect(await shop.outbox.drain()).toMatchObject({ delivered: 1, left: [] });
      expect(await database().tamper.scheduled()).toHaveLength(1);
    });

    it('replays, and what waits for a former id', async () => {
      const publisher = new Shop(database());
      publisher.bus.subscribe(OrderPlaced, () => undefined, { durable: 'receipts' });
      await publisher.place('o-1', 2);
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { formerIds: ['receipts'] } } });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      await shop.outbox.replay({ handler: 'mail.receipt' });
      expect(await shop.outbox.drain()).toMatchObject({ delivered: 4, left: [] });
    });

    it('and leaves what waits for its next attempt, with what follows it in its key', async () => {
      const shop = new Shop(database(), { defaults: { backoff: hour, maxBackoff: hour } });
      let isDown = true;
      const fail = ({ orderId }: OrderPlaced): void => {
        if (isDown && orderId === 'o-1') throw new Error('no');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt', fail), { durable: 'mail.receipt' });
      await shop.place('o-1', 3);
      await shop.place('o-2', 2);
      const left = [{ handler: 'mail.receipt', reason: 'retry', count: 3 }];
      expect(await shop.outbox.drain()).toEqual({ delivered: 2, retried: 1, dead: 0, left });
      expect(await shop.outbox.drain()).toEqual({ delivered: 0, retried: 0, dead: 0, left });
      isDown = false;
      expect(await shop.outbox.drain({ retryNow: true })).toEqual({ delivered: 3, retried: 0, dead: 0, left: [] });
      expect(shop.ledger.numbers('receipt', 'o-1')).toEqual([1, 2, 3]);
    });

    it('with retryNow until failures have succeeded or are dead letters, and leaves what follows those', async () => {
      const shop = new Shop(database(), { defaults: { backoff: hour, maxBackoff: hour, maxAttempts: 4 } });
      let attempts = 0;
      shop.bus.subscribe(
        OrderPlaced,
        ({ orderId }) => {
          if (orderId === 'never' || ++attempts < 3) throw new Error('no');
        },
        { durable: 'mail.receipt' },
      );
      shop.bus.subscribe(OrderShipped, () => Promise.reject(new Permanent(new Error('gone'))), {
        durable: 'mail.shipped',
      });
      await shop.place('o-1');
      await shop.place('never', 3);
      await shop.publish(new OrderShipped('o-1', 2));
      expect(await shop.outbox.drain({ retryNow: true })).toEqual({
        delivered: 1,
        retried: 2 + 3,
        dead: 2,
        left: [{ handler: 'mail.receipt', reason: 'dead', count: 2 }],
      });
    });

    it('with retryNow what no attempt of this process can end, and ends all the same', async () => {
      const publisher = new Shop(database());
      publisher.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      await publisher.place('o-1');
      const { EventCatalog } = await import('class-events/catalog');
      const catalog = new EventCatalog().add(OrderShipped, {
        name: 'order.shipped',
        read: () => new OrderShipped('o-1'),
      });
      const shop = new Shop(database(), { catalog, defaults: { maxAttempts: 3 } });
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      const { delivered, dead, left } = await shop.outbox.drain({ retryNow: true });
      expect({ delivered, dead, left }).toEqual({
        delivered: 0,
        dead: 0,
        left: [{ handler: 'mail.receipt', reason: 'retry', count: 1 }],
      });
    });

    it('some handlers alone', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('index'), { durable: 'search.index' });
      await shop.place('o-1', 2);
      expect(await shop.outbox.drain({ handlers: ['search.index'] })).toEqual({
        delivered: 2,
        retried: 0,
        dead: 0,
        left: [],
      });
      expect(shop.ledger.of('receipt')).toEqual([]);
      expect(shop.problems).toEqual([]);
      expect(await shop.outbox.drain()).toMatchObject({ delivered: 2, left: [] });
    });

    it('and says for which ids this process has no handler', async () => {
      const publisher = new Shop(database());
      publisher.bus.subscribe(OrderPlaced, () => undefined, { durable: 'old.handler' });
      await publisher.place('o-1', 2);
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      expect((await shop.outbox.drain()).left).toEqual([{ handler: 'old.handler', reason: 'unknown', count: 2 }]);
      expect((await shop.outbox.drain({ handlers: ['mail.receipt'] })).left).toEqual([]);
    });

    it('until its time is up, and aborts what is at work then', async () => {
      const shop = new Shop(database());
      let aborted: unknown;
      shop.bus.subscribe(
        OrderPlaced,
        (_, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject((aborted = signal.reason) as Error));
          }),
        { durable: 'mail.receipt' },
      );
      await shop.place('o-1', 2);
      const { delivered, left } = await shop.outbox.drain({ timeout: 300 });
      expect({ delivered, left }).toEqual({
        delivered: 0,
        left: [{ handler: 'mail.receipt', reason: 'time', count: 2 }],
      });
      await until('an aborted handler', () => aborted !== undefined);
      expect((await shop.outbox.status()).relays).toBe(0);
    });

    it('until its signal aborts, and rejects with the reason', async () => {
      const shop = new Shop(database());
      const controller = new AbortController();
      const reason = new Error('SIGTERM');
      shop.bus.subscribe(OrderPlaced, () => controller.abort(reason), { durable: 'mail.receipt' });
      await shop.place('o-1', 2);
      expect(await rejectionOf(shop.outbox.drain({ signal: controller.signal }))).toBe(reason);
      expect(await rejectionOf(shop.outbox.drain({ signal: controller.signal }))).toBe(reason);
      expect((await shop.outbox.status()).relays).toBe(0);
    });

    it('one drain after another, and starts after them', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('index'), { durable: 'search.index' });
      await shop.place('o-1', 5);
      const results = await Promise.all([
        shop.outbox.drain({ handlers: ['mail.receipt'] }),
        shop.outbox.drain({ handlers: ['search.index'] }),
        shop.outbox.drain(),
        shop.outbox.start(),
      ]);
      expect(results.map((result) => result?.delivered)).toEqual([5, 5, 0, undefined]);
      await shop.place('o-2');
      await shop.ledger.has(12);
    });

    it('nothing where it could not end, or for handlers that are not there', async () => {
      const shop = new Shop(database());
      const refusals: string[] = [];
      const note = async (): Promise<void> => {
        refusals.push(((await rejectionOf(shop.outbox.drain())) as Error).message);
      };
      shop.bus.subscribe(OrderPlaced, note, { durable: 'mail.receipt' });
      await shop.place('o-1');
      expect(await shop.outbox.drain()).toMatchObject({ delivered: 1 });
      await shop.outbox.start();
      await shop.place('o-2');
      await until('two refusals', () => refusals.length === 2);
      await shop.unitOfWork(note);
      expect(refusals).toEqual([
        expect.stringContaining('A durable handler cannot drain the outbox that delivers to it'),
        expect.stringContaining('A durable handler cannot drain the outbox that delivers to it'),
        expect.stringContaining('cannot be drained in a unit of work'),
      ]);
      await expect(shop.outbox.drain({ handlers: ['mail.receit'] })).rejects.toThrow(
        "No handler has the durable id 'mail.receit'. Known are: mail.receipt.",
      );
      for (const options of [
        { timeout: -1 },
        { handlers: 'mail.receipt' },
        { retryNow: 1 },
        { signal: {} },
        { all: 1 },
      ]) {
        await expect(shop.outbox.drain(options as never)).rejects.toThrow(TypeError);
      }
    });

    it('handlers that write in their transactions, once', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(
        OrderViewed,
        async ({ orderId }, { transaction }) => {
          await database().effects.write(transaction as never, orderId);
        },
        { durable: 'views.count', transactional: true },
      );
      await shop.publish(...Array.from({ length: 10 }, (_, number) => new OrderViewed(`o-${number}`)));
      expect(await shop.outbox.drain()).toMatchObject({ delivered: 10, left: [] });
      expect(await database().effects.ids()).toHaveLength(10);
    });
  });
}
