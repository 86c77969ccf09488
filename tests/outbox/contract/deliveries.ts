import { type DurableContext, HandlerTimeoutError, On } from 'class-events';
import { RetryAfter } from 'class-events/outbox';
import { rejectionOf, thrownBy } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderEvent, OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

/** At least once: attempts, and what handlers are told of them. */
export function deliversAtLeastOnce(database: () => OutboxDatabase): void {
  describe('delivers', () => {
    it('every committed event to every durable handler, and nothing that was rolled back', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderEvent, shop.ledger.handler('search.index'), { durable: 'search.index' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt'), { durable: 'mail.receipt' });
      await shop.place('before the start', 2);
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await rejectionOf(
        shop.unitOfWork(async () => {
          await shop.bus.publish(new OrderPlaced('o-1', 3));
          throw new Error('no');
        }),
      );
      await shop.publish(new OrderShipped('o-1', 4), new OrderViewed('o-1', 5));
      await shop.drained();
      expect(shop.ledger.numbers('mail.receipt', 'o-1')).toEqual([1, 2]);
      expect(shop.ledger.numbers('mail.receipt', 'before the start')).toEqual([1, 2]);
      expect(new Set(shop.ledger.numbers('search.index', 'o-1'))).toEqual(new Set([1, 2, 4, 5]));
      expect(shop.ledger.effects).toHaveLength(4 + 6);
    });

    it('events as instances of their classes, with all that their data holds', async () => {
      const shop = new Shop(database());
      const got: object[] = [];
      shop.bus.subscribe(OrderEvent, (event) => void got.push(event), { durable: 'search.index' });
      const orderId = `\ud83d\ude00 \t "quoted" \\u0000 ${'long '.repeat(20_000)}`;
      await shop.outbox.start();
      await shop.publish(new OrderViewed(orderId, 2 ** 53 - 1));
      await until('an event', () => got.length > 0);
      expect(got).toEqual([new OrderViewed(orderId, 2 ** 53 - 1)]);
      expect(got[0]).toBeInstanceOf(OrderViewed);
    });

    it('again what has failed, with the same id and the next attempt', async () => {
      const shop = new Shop(database());
      const contexts: DurableContext[] = [];
      const fail = (_: unknown, context: DurableContext): void => {
        contexts.push(context);
        if (contexts.length < 4) throw new Error('no mail server');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt', fail), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock'), { durable: 'stock.reserve' });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.ledger.has(2);
      expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
      expect(new Set(contexts.map(({ id }) => id)).size).toBe(1);
      expect(contexts[0]!.id).toMatch(/^[0-9a-f-]{36}\/mail\.receipt$/);
      // Another handler of the same event is not held back, and has an id of its own.
      expect(shop.ledger.of('stock')).toEqual(['o-1/1']);
      expect(new Set(shop.ledger.effects.map(({ id }) => id)).size).toBe(2);
      expect(contexts[0]!.transaction).toBeUndefined();
    });

    it('later and later, spread by half to either side, and as late as it is told to', async () => {
      const shop = new Shop(database(), {
        defaults: { backoff: 200_000, maxBackoff: 400_000 },
        handlers: { hint: { maxAttempts: 2 } },
      });
      shop.bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no')), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, () => Promise.reject(new RetryAfter(900_000)), { durable: 'hint' });
      await shop.outbox.start();
      await shop.place('o-1');
      let attempt = 0;
      const failures = async () =>
        (await database().tamper.failures())
          .filter(({ errors }) => errors.length === attempt)
          .map(({ handler, dueAt, errors }) => ({ handler, wait: dueAt.getTime() - Date.parse(errors.at(-1)!.at!) }));
      for (const [least, most] of [
        [100_000, 300_000],
        [200_000, 600_000],
        [200_000, 600_000],
      ] as const) {
        attempt++;
        await until('a failure', async () => (await failures()).some(({ handler }) => handler === 'mail.receipt'));
        const rows = await failures();
        expect(rows.find(({ handler }) => handler === 'mail.receipt')!.wait).toBeGreaterThanOrEqual(least);
        expect(rows.find(({ handler }) => handler === 'mail.receipt')!.wait).toBeLessThanOrEqual(most);
        if (attempt === 1) {
          await until('a failure', async () => (await failures()).length === 2);
          // The server looks at its clock once for each of the two moments.
          const [hint] = await failures();
          expect(hint!.handler).toBe('hint');
          expect(Math.abs(hint!.wait - 900_000)).toBeLessThan(1_000);
        }
        await database().tamper.makeDue('mail.receipt');
      }
      expect(thrownBy(() => new RetryAfter(Number.NaN))).toBeInstanceOf(TypeError);
    });

    it('a delivery has the options of its handler: around, filter, name, priority', async () => {
      const shop = new Shop(database());
      const lines: string[] = [];
      const names: string[] = [];
      shop.bus.observe({ onDelivery: ({ subscription, status }) => names.push(`${subscription.name} ${status}`) });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), {
        durable: 'mail.receipt',
        name: 'receipts',
        priority: 3,
        filter: ({ number }) => number > 1,
        around: async (run, { orderId }) => {
          lines.push(`${orderId} begins`);
          await run();
          lines.push(`${orderId} ends`);
        },
      });
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await shop.drained();
      expect(shop.ledger.of('mail')).toEqual(['o-1/2']);
      expect(lines).toEqual(['o-1 begins', 'o-1 ends']);
      expect(names).toContain('receipts fulfilled');
      expect(names).toContain('receipts skipped');
    });

    it('a delivery that takes longer than its timeout fails, and aborts the signal', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { timeout: 20 } } });
      const reasons: unknown[] = [];
      const hang = (_: unknown, { signal, attempt }: DurableContext): unknown =>
        attempt > 1
          ? undefined
          : new Promise(() => signal.addEventListener('abort', () => reasons.push(signal.reason)));
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', hang), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('own', hang), { durable: 'own.timeout', timeout: 20 });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.ledger.has(2);
      expect(shop.ledger.effects.map(({ attempt }) => attempt)).toEqual([2, 2]);
      expect(reasons).toEqual([expect.any(HandlerTimeoutError), expect.any(HandlerTimeoutError)]);
    });

    it('methods of objects get deliveries, and so do those of classes that a container builds', async () => {
      const shop = new Shop(database());
      const send = shop.ledger.handler('mail');
      const index = shop.ledger.handler('search');
      class Receipts {
        @On(OrderPlaced, { durable: 'mail.receipt' })
        async send(event: OrderPlaced, context: DurableContext): Promise<void> {
          await send(event, context);
        }
      }
      class Search {
        @On([OrderPlaced, OrderShipped], { durable: 'search.index' })
        async index(event: OrderEvent, context: DurableContext): Promise<void> {
          await index(event, context);
        }
      }
      const built: unknown[] = [];
      shop.bus.register(new Receipts());
      shop.bus.registerClass(Search, async (searchClass) => {
        built.push(searchClass);
        return new searchClass();
      });
      await shop.outbox.start();
      await shop.publish(new OrderPlaced('o-1', 1), new OrderShipped('o-1', 2));
      await shop.ledger.has(3);
      expect(shop.ledger.of('search')).toEqual(['o-1/1', 'o-1/2']);
      expect(shop.ledger.of('mail')).toEqual(['o-1/1']);
      expect(built).toEqual([Search, Search]);
    });

    const crashedDuring = (attempts: number): Promise<unknown> =>
      database().tamper.pretendStarted({ attempts, ago: 3_600_000 });

    it('side by side what somebody had in work who has ended', async () => {
      const shop = new Shop(database());
      let atWork = 0;
      const together = async (): Promise<void> => {
        atWork++;
        await until('three at work', () => atWork === 3);
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', together), { durable: 'mail.receipt' });
      for (const order of ['o-1', 'o-2', 'o-3']) await shop.place(order);
      await crashedDuring(1);
      await shop.outbox.start();
      await shop.ledger.has(3);
    });

    it('one after another what has ended nobody knows how, twice', async () => {
      const shop = new Shop(database());
      let [atWork, most] = [0, 0];
      const work = async (): Promise<void> => {
        most = Math.max(most, ++atWork);
        await new Promise((resolve) => setTimeout(resolve, 2));
        atWork--;
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', work), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock', work), { durable: 'stock.reserve' });
      for (const order of ['o-1', 'o-2', 'o-3']) await shop.place(order);
      await crashedDuring(2);
      await shop.outbox.start();
      await shop.ledger.has(6);
      expect(most).toBe(1);
    });

    it('others after a while, when one of those hangs', async () => {
      const shop = new Shop(database());
      const hang = ({ orderId }: OrderPlaced): unknown => orderId === 'o-1' && new Promise(() => {});
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', hang), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock'), { durable: 'stock.reserve' });
      for (const order of ['o-1', 'o-2']) await shop.place(order);
      await crashedDuring(2);
      await shop.outbox.start();
      await shop.ledger.has(3);
      await rejectionOf(shop.outbox.stop({ timeout: 10 }));
    });

    it('other handlers get deliveries while many of one handler are due, and hang', async () => {
      const shop = new Shop(database(), { defaults: { backoff: 1, maxBackoff: 1 } });
      const hang = (_: unknown, { attempt }: DurableContext): unknown =>
        attempt === 1 ? Promise.reject(new Error('no mail server')) : new Promise(() => {});
      const failOnce = (_: unknown, { attempt }: DurableContext): void => {
        if (attempt === 1) throw new Error('no');
      };
      shop.bus.subscribe(OrderViewed, hang, { durable: 'mail.receipt', mode: 'async' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock', failOnce), { durable: 'stock.reserve' });
      await shop.publish(...Array.from({ length: 200 }, (_, number) => new OrderViewed(`o-${number}`)));
      await shop.outbox.start();
      await until('200 failures', async () => (await database().tamper.failures()).length === 200);
      await shop.place('o-1');
      await shop.ledger.has(1);
      await rejectionOf(shop.outbox.stop({ timeout: 10 }));
    });
  });
}
