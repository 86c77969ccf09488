import { NotNow } from 'class-events/outbox';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { type OrderEvent, OrderPlaced, Shop } from '../shop.js';

/** What becomes of deliveries that say that whoever is called is away. */
export function waitsForWhoIsAway(database: () => OutboxDatabase): void {
  describe('a handler that throws NotNow', () => {
    /** A shop whose mail server can be away. */
    const mailing = (policy: object = {}, delay?: number) => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { maxAttempts: 2, ...policy } } });
      const server = { isAway: true, calls: 0, most: 0, atOnce: 0 };
      const send = shop.ledger.handler<OrderEvent>('mail', async () => {
        server.calls++;
        server.most = Math.max(server.most, ++server.atOnce);
        await Promise.resolve();
        server.atOnce--;
        if (server.isAway) throw new NotNow(new Error('ECONNREFUSED'), { delay });
      });
      shop.bus.subscribe(OrderPlaced, send, { durable: 'mail.receipt' });
      return { shop, server };
    };
    const kinds = (shop: Shop): readonly string[] => shop.problems.map(({ kind }) => kind);

    it('has no attempt counted, is told once when the outage begins and once when it ends, and keeps the order', async () => {
      const { shop, server } = mailing();
      await shop.outbox.start();
      for (const number of [1, 2])
        for (const order of ['o-1', 'o-2']) await shop.publish(new OrderPlaced(order, number));
      await until('more calls than there are attempts', () => server.calls > 8);
      expect(await shop.outbox.deadLetters.list()).toEqual([]);
      expect(kinds(shop)).toEqual(['handler away']);
      expect(shop.problems[0]).toMatchObject({ handler: 'mail.receipt', error: new NotNow(new Error('ECONNREFUSED')) });
      expect(shop.problems[0]!.message).toContain('Whoever mail.receipt calls is away: NotNow: ECONNREFUSED.');
      server.isAway = false;
      await shop.drained();
      expect(['o-1', 'o-2'].map((order) => shop.ledger.numbers('mail', order))).toEqual([
        [1, 2],
        [1, 2],
      ]);
      expect(new Set(shop.ledger.effects.map(({ attempt }) => attempt))).toEqual(new Set([1]));
      expect(kinds(shop)).toEqual(['handler away', 'handler back']);
      expect(shop.errors).toEqual([]);
    });

    it('looks by one delivery at a time whether the outage has ended, and holds up no other handler', async () => {
      const { shop, server } = mailing({ concurrency: 3 });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('index'), { durable: 'search.index' });
      for (let order = 1; order <= 40; order++) await shop.publish(new OrderPlaced(`o-${order}`));
      await shop.outbox.start();
      await until('an outage', () => shop.problems.length > 0);
      server.most = 0;
      const before = server.calls;
      await until('some probes', () => server.calls >= before + 5);
      await until('all of the other handler', () => shop.ledger.of('index').length === 40);
      // Those that were at work when it began end beside the first probe.
      expect(server.most).toBeLessThanOrEqual(3);
      const tried = (await database().tamper.failures()).filter(({ handler }) => handler === 'mail.receipt');
      expect(tried.length).toBeLessThan(40);
      server.isAway = false;
      await shop.drained();
      expect(shop.ledger.of('mail')).toHaveLength(40);
    });

    it('waits as long as it has said', async () => {
      const { shop, server } = mailing({}, 3_600_000);
      await shop.place('o-1');
      await shop.outbox.start();
      await until('an outage', () => shop.problems.length > 0);
      await shop.place('o-2');
      const dueIn = async (): Promise<number> => {
        const [failure] = await database().tamper.failures();
        return failure ? failure.dueAt.getTime() - Date.now() : 0;
      };
      await until('a failure', async () => (await dueIn()) > 0);
      expect(await dueIn()).toBeGreaterThan(3_000_000);
      expect(server.calls).toBe(1);
    });

    it('is left by a drain, which says why, and tried by one that tries again at once', async () => {
      const { shop, server } = mailing({ backoff: 600_000, maxBackoff: 600_000 });
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await until('an outage', () => shop.problems.length > 0);
      expect((await shop.outbox.drain()).left).toEqual([{ handler: 'mail.receipt', count: 2, reason: 'away' }]);
      server.isAway = false;
      expect(await shop.outbox.drain({ retryNow: true })).toMatchObject({ delivered: 2, left: [] });
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1, 2]);
    });

    it('lets an outbox stop at once', async () => {
      const { shop } = mailing();
      for (let order = 1; order <= 20; order++) await shop.publish(new OrderPlaced(`o-${order}`));
      await shop.outbox.start();
      await until('an outage', () => shop.problems.length > 0);
      await expect(shop.outbox.stop()).resolves.toBeUndefined();
    });

    it('takes a delay in milliseconds alone', () => {
      expect(() => new NotNow('x', { delay: -1 })).toThrow(TypeError);
      expect(() => new NotNow('x', { delay: Number.NaN })).toThrow(TypeError);
      expect(new NotNow().message).toBe('Nobody has answered.');
    });
  });
}
