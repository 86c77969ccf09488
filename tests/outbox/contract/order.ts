import type { DurableContext } from 'class-events';
import { bucketOf, OutboxError } from 'class-events/outbox';
import { Deferred } from '../../support/deferred.js';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderViewed, Shop } from '../shop.js';

/** Order: within a key and a handler, and nowhere else. */
export function keepsOrder(database: () => OutboxDatabase): void {
  describe('keeps the order', () => {
    const counting = (work: (event: OrderPlaced) => unknown) => {
      const counter = { running: 0, most: 0, mostOfAKey: 0 };
      const keys = new Map<string, number>();
      const act = async (event: OrderPlaced): Promise<void> => {
        const ofTheKey = (keys.get(event.orderId) ?? 0) + 1;
        keys.set(event.orderId, ofTheKey);
        counter.most = Math.max(counter.most, ++counter.running);
        counter.mostOfAKey = Math.max(counter.mostOfAKey, ofTheKey);
        await work(event);
        keys.set(event.orderId, ofTheKey - 1);
        counter.running--;
      };
      return { counter, act };
    };
    const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

    it('deliveries of one key keep their order, and those of different keys run side by side, up to the concurrency', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { concurrency: 4 } } });
      const { counter, act } = counting(soon);
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', act), { durable: 'mail.receipt' });
      for (let number = 1; number <= 8; number++) {
        await shop.publish(...Array.from({ length: 8 }, (_, order) => new OrderPlaced(`o-${order}`, number)));
      }
      await shop.outbox.start();
      await shop.drained();
      for (let order = 0; order < 8; order++) {
        expect(shop.ledger.numbers('mail', `o-${order}`)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      }
      expect(counter).toEqual({ running: 0, most: 4, mostOfAKey: 1 });
    });

    it('deliveries of long keys keep their order, and a key that is too long is refused', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      const { keyBytes } = database().store().limits;
      const rest = keyBytes - 'order:'.length;
      const longest = '\u00e9'.repeat(rest / 2).padEnd(rest / 2 + (rest % 2), '-');
      await shop.place(longest);
      const error = await rejectionOf(shop.place(`${longest}-`));
      expect(error).toBeInstanceOf(OutboxError);
      expect((error as Error).message).toBe(
        `OrderPlaced (order.placed) cannot be kept in the outbox: its key has ${keyBytes + 1} bytes, and may have ${keyBytes}. Make 'key' return an identity that is shorter, like 'order:17', or a hash of it.`,
      );
      await shop.outbox.start();
      await shop.ledger.has(1);
    });

    it('deliveries of one key keep their order over attempts that fail: what follows waits, and another key does not', async () => {
      const shop = new Shop(database());
      const fail = ({ orderId, number }: OrderPlaced, { attempt }: DurableContext): void => {
        if (orderId === 'o-1' && number === 2 && attempt < 4) throw new Error('no mail server');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', fail), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock'), { durable: 'stock.reserve' });
      await shop.outbox.start();
      for (let number = 1; number <= 5; number++) {
        await shop.publish(new OrderPlaced('o-1', number), new OrderPlaced('o-2', number));
      }
      await shop.drained();
      for (const order of ['o-1', 'o-2']) {
        expect(shop.ledger.numbers('mail', order)).toEqual([1, 2, 3, 4, 5]);
        expect(shop.ledger.numbers('stock', order)).toEqual([1, 2, 3, 4, 5]);
      }
    });

    it('handlers that do not care about order get events of one key side by side, and so do events without a key', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { ordered: false } } });
      const first = new Deferred();
      const hold = ({ number }: OrderPlaced): unknown => number === 1 && first.promise;
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', hold), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search', hold), { durable: 'search.index' });
      await shop.outbox.start();
      await shop.place('o-1', 4);
      await shop.publish(...[1, 2, 3, 4].map((number) => new OrderViewed('o-1', number)));
      await shop.ledger.has(6);
      expect(new Set(shop.ledger.numbers('mail', 'o-1'))).toEqual(new Set([2, 3, 4]));
      expect(new Set(shop.ledger.numbers('search', 'o-1'))).toEqual(new Set([2, 3, 4]));
      first.resolve();
      await shop.drained();
      expect(shop.ledger.effects).toHaveLength(8);
    });

    it('keys do not wait behind five thousand deliveries of a blocked one', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { maxAttempts: 100 } } });
      let isBlocked = true;
      const refuse = ({ orderId }: OrderPlaced): void => {
        if (orderId === 'blocked' && isBlocked) throw new Error('no mail server');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', refuse), { durable: 'mail.receipt' });
      await many(database(), 'blocked', 5_000);
      await shop.publish(new OrderPlaced('free'));
      await shop.outbox.start();
      await shop.ledger.has(1);
      expect(shop.ledger.of('mail')).toEqual(['free/1']);
      isBlocked = false;
      await shop.ledger.has(101);
      expect(shop.ledger.numbers('mail', 'blocked').slice(0, 100)).toEqual(numbersTo(100));
    });

    it('keys do not wait behind one that another process began and never ended', async () => {
      const store = database().store();
      let fetches = 0;
      const fetch: typeof store.fetch = (requests) => {
        fetches++;
        return store.fetch(requests);
      };
      const shop = new Shop(database(), { store: withFaults(store, { fetch }), defaults: { maxBackoff: 60_000 } });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await many(database(), 'started', 700);
      await database().tamper.pretendStarted({ attempts: 6, ago: 0, seq: 1 });
      await shop.publish(new OrderPlaced('free'));
      await shop.outbox.start();
      await shop.ledger.has(1);
      expect(shop.ledger.of('mail')).toEqual(['free/1']);
      await shop.publish(new OrderPlaced('free', 2));
      await shop.ledger.has(2);
      // It waits for its time, and does not ask the store for it again and again.
      expect(fetches).toBeLessThan(60);
      await database().tamper.pretendStarted({ attempts: 6, ago: 86_400_000, seq: 1 });
      await shop.ledger.has(102);
      expect(shop.ledger.numbers('mail', 'started').slice(0, 100)).toEqual(numbersTo(100));
      expect(shop.ledger.effects.find(({ orderId }) => orderId === 'started')!.attempt).toBe(7);
    });

    it('deliveries of one key keep their order however many there are', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await many(database(), 'o-1', 600);
      await shop.outbox.start();
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual(numbersTo(600));
      expect(shop.ledger.effects.every(({ attempt }) => attempt === 1)).toBe(true);
    });

    it('a relay that stops settles each effect before it has ended', async () => {
      const shop = new Shop(database());
      const started = new Deferred();
      const wait = async (): Promise<void> => {
        started.resolve();
        await soon();
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', wait), { durable: 'mail.receipt' });
      await shop.place('o-1', 3);
      await shop.outbox.start();
      await started.promise;
      await shop.outbox.stop();
      const done = shop.ledger.effects.length;
      expect(done).toBeGreaterThan(0);
      expect(await shop.rows()).toBe(3 - done);
      await shop.outbox.start();
      await until('the rest', () => shop.ledger.effects.length === 3);
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1, 2, 3]);
    });
  });
}

const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Writes many deliveries for one key, in one go. */
async function many(database: OutboxDatabase, orderId: string, count: number): Promise<void> {
  const key = `order:${orderId}`;
  const entries = numbersTo(count).map((number) => ({
    id: crypto.randomUUID(),
    name: 'order.placed',
    version: 1,
    key,
    bucket: bucketOf(key),
    data: JSON.stringify({ orderId, number }),
    headers: {},
    deliveries: [{ handler: 'mail.receipt', key }],
  }));
  const store = database.store();
  await store.transaction((transaction) => store.append(transaction, entries));
}
