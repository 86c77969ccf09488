import { EventCatalog } from 'class-events/catalog';
import type { OutboxTracing } from 'class-events/outbox';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { type OrderEvent, OrderPlaced, Shop } from '../shop.js';

/** What an attempt does before and after its handler is inside of its time limit. */
export function limitsAttempts(database: () => OutboxDatabase): void {
  describe('an attempt', () => {
    /** A catalog that asks something before it gives an event out. Publishers are not asked. */
    const catalogThat = (validate: (orderId: string) => object | Promise<object>): EventCatalog => {
      const schema = {
        '~standard': {
          version: 1 as const,
          vendor: 'test',
          validate: (value: unknown) =>
            validate((value as OrderEvent).orderId) as { value: unknown } | Promise<{ value: unknown }>,
        },
      };
      return new EventCatalog().add(OrderPlaced, {
        name: 'order.placed',
        key: ({ orderId }) => orderId,
        schema,
        read: (data) => new OrderPlaced((data as OrderEvent).orderId),
      });
    };
    const told = (shop: Shop): string => [...shop.errors, ...shop.problems.map(({ message }) => message)].join('\n');

    it('whose schema hangs fails in its time, says so, and holds up its key alone', async () => {
      let isReading = false;
      const valueOf = (orderId: string) => ({ value: { orderId } });
      const catalog = catalogThat((orderId) =>
        isReading && orderId.startsWith('slow') ? new Promise(() => undefined) : valueOf(orderId),
      );
      const policy = { maxAttempts: 2, timeout: 200, concurrency: 2 };
      const shop = new Shop(database(), { catalog, handlers: { 'mail.receipt': policy } });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      for (const orderId of ['slow-1', 'slow-2', 'o-1', 'o-2']) await shop.place(orderId);
      isReading = true;
      await shop.outbox.start();
      await shop.ledger.has(2);
      await until('two dead letters', () => shop.problems.length >= 2);
      expect(shop.ledger.of('mail').sort()).toEqual(['o-1/1', 'o-2/1']);
      expect(shop.errors.map(String)).toContain(
        'OutboxError: Reading order.placed, by its schema and the steps of its upcast, did not finish within 200 ms.',
      );
      expect((await shop.outbox.deadLetters.list()).map(({ errors }) => errors.length)).toEqual([2, 2]);
    });

    it('whose schema rejects is told, and holds up its key alone', async () => {
      let isReading = false;
      const catalog = catalogThat(async (orderId) => {
        if (isReading && orderId === 'o-1') throw new Error('no directory');
        return { value: { orderId } };
      });
      const shop = new Shop(database(), { catalog });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      for (const orderId of ['o-1', 'o-2']) await shop.place(orderId);
      isReading = true;
      await shop.outbox.start();
      await until('a dead letter', () => shop.problems.length > 0);
      await shop.ledger.has(1);
      expect(shop.ledger.of('mail')).toEqual(['o-2/1']);
      expect(told(shop)).toContain('no directory');
    });

    it('whose tracing never begins it fails in its time, and cannot be begun afterwards', async () => {
      let begin: (() => Promise<unknown>) | undefined;
      const tracing: OutboxTracing = {
        headers: () => ({}),
        around(_, run) {
          begin = run;
          return new Promise(() => undefined);
        },
      };
      const shop = new Shop(database(), { tracing, defaults: { maxAttempts: 1, timeout: 100 } });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a dead letter', () => shop.problems.length > 0);
      expect(told(shop)).toContain('The tracing of mail.receipt, its around, did not finish within 100 ms.');
      await expect(begin!()).rejects.toThrow('The attempt was given up before its tracing began it.');
      expect(shop.ledger.effects).toEqual([]);
    });

    it('whose tracing hangs after its handler has ended is told', async () => {
      const tracing: OutboxTracing = {
        headers: () => ({}),
        async around(_, run) {
          await run();
          return new Promise(() => undefined);
        },
      };
      const shop = new Shop(database(), { tracing, defaults: { maxAttempts: 1, timeout: 100 } });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a dead letter', () => shop.problems.length > 0);
      expect(told(shop)).toContain('The tracing of mail.receipt, its around, did not finish within 100 ms.');
      expect(shop.ledger.effects).toHaveLength(1);
    });
  });

  describe('an outbox', () => {
    class Ghost {}

    it('does not start with a durable handler whose class is in no catalog', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(Ghost, () => undefined, { durable: 'ghost.handler' });
      await expect(shop.outbox.start()).rejects.toThrow(
        "The durable handler 'ghost.handler' waits for Ghost, and neither Ghost nor a class below it is in the catalog",
      );
    });

    it('does not start with a durable handler one of whose classes is in no catalog', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe([OrderPlaced, Ghost], () => undefined, { durable: 'ghost.handler' });
      await expect(shop.outbox.start()).rejects.toThrow(TypeError);
    });

    it('starts with a durable handler of a base class that has a class below it in the catalog', async () => {
      class OrderFiled extends OrderPlaced {}
      const catalog = new EventCatalog().add(OrderFiled, { name: 'order.filed', read: () => new OrderFiled('o') });
      const shop = new Shop(database(), { catalog });
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      shop.bus.subscribe(Object, () => undefined, { durable: 'audit.all' });
      await shop.outbox.start();
    });
  });
}
