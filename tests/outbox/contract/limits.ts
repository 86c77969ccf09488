import type { OutboxOptions } from 'class-events/outbox';
import { setTimeout as delay } from 'node:timers/promises';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderViewed, Shop } from '../shop.js';

type Limit = NonNullable<NonNullable<OutboxOptions['handlers']>[string]['limit']>;

// Longer than any test: no permit is free because its holder was slow.
const takeoverAfter = 60_000;

/** Counts the deliveries that are at work at once. */
class Gauge {
  running = 0;
  most = 0;
  readonly enter = async (): Promise<void> => {
    this.most = Math.max(this.most, ++this.running);
    await delay(10);
    this.running--;
  };
}

function limited(database: OutboxDatabase, limit: Limit, options: Partial<OutboxOptions> = {}): Shop {
  return new Shop(database, { takeoverAfter, handlers: { 'mail.receipt': { limit } }, ...options });
}

const views = (count: number): OrderViewed[] =>
  Array.from({ length: count }, (_, number) => new OrderViewed('o', number));

/** Limits of a handler over all of its deliveries. */
export function keepsLimits(database: () => OutboxDatabase): void {
  describe('keeps limits:', () => {
    it('no more deliveries than the limit are at work at once, replays included, and all are made', async () => {
      const shop = limited(database(), { concurrency: 3 });
      const gauge = new Gauge();
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('receipt', gauge.enter), { durable: 'mail.receipt' });
      await shop.publish(...views(30));
      await shop.outbox.start();
      await shop.outbox.replay({ handler: 'mail.receipt' });
      await shop.ledger.has(60);
      await shop.drained();
      expect(gauge.most).toBe(3);
      expect(shop.problems).toEqual([]);
    });

    it('in order within a key, and with failures that are tried again', async () => {
      const shop = limited(database(), { concurrency: 2 });
      const gauge = new Gauge();
      const act = async ({ number }: OrderPlaced, { attempt }: { readonly attempt: number }): Promise<void> => {
        await gauge.enter();
        if (number % 3 === 0 && attempt === 1) throw new Error('no');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt', act), { durable: 'mail.receipt' });
      for (const order of ['o-1', 'o-2', 'o-3']) await shop.place(order, 6);
      await shop.outbox.start();
      await shop.ledger.has(18);
      for (const order of ['o-1', 'o-2', 'o-3']) {
        expect(shop.ledger.numbers('receipt', order)).toEqual([1, 2, 3, 4, 5, 6]);
      }
      expect(gauge.most).toBeLessThanOrEqual(2);
    });

    it('no more deliveries begin in a time than the limit', async () => {
      const shop = limited(database(), { count: 10, per: 200 });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      await shop.publish(...views(30));
      const start = performance.now();
      await shop.outbox.start();
      await shop.ledger.has(30);
      // A grant may come a pace earlier, for who waits for it may be late.
      expect(performance.now() - start).toBeGreaterThan(28 * 20);
    });

    it('one limit beside the other', async () => {
      const shop = limited(database(), { concurrency: 1, count: 50, per: 500 });
      const gauge = new Gauge();
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('receipt', gauge.enter), { durable: 'mail.receipt' });
      await shop.publish(...views(20));
      const start = performance.now();
      expect(await shop.outbox.drain()).toMatchObject({ delivered: 20, left: [] });
      expect(performance.now() - start).toBeGreaterThan(13 * 10);
      expect(gauge.most).toBe(1);
    });

    it('a handler that waits for its limit holds up no other, and is stopped at once', async () => {
      const shop = limited(database(), { count: 1, per: 3_600_000 });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('index'), { durable: 'search.index' });
      await shop.outbox.start();
      await shop.publish(...views(5));
      await until('all of the one, and one of the other', () => shop.ledger.effects.length === 6);
      expect(shop.ledger.of('index')).toHaveLength(5);
      await shop.outbox.stop();
      expect(await shop.rows()).toBe(4);
    });

    it('permits of a process that is gone are free after its lease', async () => {
      const store = database().store();
      const gone = { holder: crypto.randomUUID(), kept: 0, free: 0, wanted: 2, starts: 2, lease: takeoverAfter };
      const request = { handler: 'mail.receipt', limit: { concurrency: 2 }, ...gone };
      expect(await store.exchangePermits(request)).toMatchObject({ granted: 2, isContended: false });
      const other = { ...request, holder: crypto.randomUUID() };
      expect(await store.exchangePermits(other)).toMatchObject({ granted: 0 });
      const shop = limited(database(), { concurrency: 2 }, { takeoverAfter: 1_000 });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
      await shop.publish(...views(5));
      await shop.outbox.start();
      await shop.ledger.has(5);
    });

    it('what was asked for twice is given once, and who waits longest comes first', async () => {
      const store = database().store();
      const ask = (holder: string, kept: number, wanted: number) =>
        store.exchangePermits({
          handler: 'mail.receipt',
          limit: { concurrency: 2 },
          holder,
          kept,
          free: 0,
          wanted,
          starts: wanted,
          lease: takeoverAfter,
        });
      const [first, second, third] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
      expect(await ask(first, 0, 2)).toMatchObject({ granted: 2, isContended: false });
      // Its answer was lost.
      expect(await ask(first, 0, 2)).toMatchObject({ granted: 2, isContended: false });
      expect(await ask(second, 0, 1)).toMatchObject({ granted: 0 });
      expect(await ask(third, 0, 1)).toMatchObject({ granted: 0, isContended: true });
      expect(await ask(first, 1, 1)).toMatchObject({ granted: 0, isContended: true });
      expect(await ask(third, 0, 1)).toMatchObject({ granted: 0 });
      expect(await ask(second, 0, 1)).toMatchObject({ granted: 1 });
      expect(await ask(first, 0, 0)).toMatchObject({ granted: 0 });
      expect(await ask(third, 0, 1)).toMatchObject({ granted: 1, isContended: false });
    });

    it('a limit that is none is refused', () => {
      for (const limit of [
        {},
        { count: 1 },
        { per: 1_000 },
        { concurrency: 0 },
        { concurrency: 1, count: 1 },
        { count: 1.5, per: 1_000 },
        { count: 1, per: 0 },
        { concurrency: 1, each: 'key' },
        5,
      ]) {
        expect(() => limited(database(), limit as Limit)).toThrow("The option 'limit' must be a limit");
      }
    });
  });
}
