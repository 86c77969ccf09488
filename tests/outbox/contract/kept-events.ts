import type { KeptEvent } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { AsyncLocalStorage } from 'node:async_hooks';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

/** What the outbox keeps beside the data of an event, and of events that nobody takes yet. */
export function keepsWhatBelongsToEvents(database: () => OutboxDatabase): void {
  describe('gives a handler what it keeps of an event:', () => {
    const deliverTo = async (shop: Shop, ...events: object[]): Promise<KeptEvent[]> => {
      const kept: KeptEvent[] = [];
      const keep = (_: object, { event }: { readonly event: KeptEvent }): void => void kept.push(event);
      shop.bus.subscribe(OrderPlaced, keep, { durable: 'audit.order' });
      shop.bus.subscribe(OrderViewed, keep, { durable: 'audit.view' });
      await shop.publish(...events);
      await shop.outbox.start();
      await shop.drained();
      return kept;
    };

    it('id, name, version, key, headers, time and text', async () => {
      const before = Date.now();
      const headers = (event: object): Record<string, string> => ({ tenant: 'acme', class: event.constructor.name });
      const shop = new Shop(database(), { headers });
      const [kept] = await deliverTo(shop, new OrderPlaced('o-1', 2));
      expect(kept).toEqual({
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        name: 'order.placed',
        version: 1,
        key: 'order:o-1',
        headers: { tenant: 'acme', class: 'OrderPlaced' },
        recordedAt: expect.any(Date),
        text: '{"orderId":"o-1","number":2}',
      });
      // The clock of the database is that of this machine, more or less.
      expect(Math.abs(kept!.recordedAt.getTime() - before)).toBeLessThan(3_600_000);
    });

    it('no key where there is none, no headers where nobody gave some', async () => {
      const [kept] = await deliverTo(new Shop(database()), new OrderViewed('o-1'));
      expect([kept!.key, kept!.headers]).toEqual([undefined, {}]);
    });

    it('the version and the text as they were written, though the event is of the current version', async () => {
      const version = (number: number): EventCatalog =>
        new EventCatalog().add(OrderPlaced, {
          name: 'order.placed',
          version: number,
          read: (data) => new OrderPlaced(data.orderId, data.number),
          ...(number > 1 && { upcast: { 1: (data) => ({ ...data, number: 7 }) } }),
        });
      const older = new Shop(database(), { catalog: version(1) });
      older.bus.subscribe(OrderPlaced, () => undefined, { durable: 'audit.order' });
      await older.publish(new OrderPlaced('o-1'));
      const newer = new Shop(database(), { catalog: version(2) });
      const seen: unknown[] = [];
      newer.bus.subscribe(
        OrderPlaced,
        ({ number }, { event }) => void seen.push(number, event.version, JSON.parse(event.text)),
        { durable: 'audit.order' },
      );
      await newer.outbox.start();
      await newer.drained();
      expect(seen).toEqual([7, 1, { orderId: 'o-1', number: 1 }]);
    });

    it('the text of an event that is too large to be fetched with others', async () => {
      const orderId = 'x'.repeat(900);
      const catalog = new EventCatalog().add(OrderPlaced, {
        name: 'order.placed',
        write: () => ({ orderId: orderId.repeat(200) }),
        read: (data) => new OrderPlaced(data.orderId),
      });
      catalog.add(OrderViewed, { name: 'order.viewed', read: () => new OrderViewed('o-1') });
      const [kept] = await deliverTo(new Shop(database(), { catalog }), new OrderPlaced('o-1'));
      expect(kept!.text).toBe(JSON.stringify({ orderId: orderId.repeat(200) }));
    });

    it('the same at each attempt, to each handler and in a replay', async () => {
      const shop = new Shop(database(), { headers: () => ({ tenant: 'acme' }) });
      const kept: KeptEvent[] = [];
      for (const durable of ['audit.order', 'mail.receipt']) {
        const failing = (_: OrderPlaced, { event, attempt }: { event: KeptEvent; attempt: number }): void => {
          kept.push({ ...event });
          if (attempt === 1) throw new Error('again');
        };
        shop.bus.subscribe(OrderPlaced, failing, { durable });
      }
      await shop.place('o-1');
      await shop.outbox.start();
      await shop.drained();
      await shop.outbox.replay({ handler: 'mail.receipt' });
      await shop.drained();
      expect(kept).toHaveLength(6);
      expect(kept).toEqual(Array.from(kept, () => kept[0]));
    });

    it('headers of the async context of the publisher, and no header that is undefined', async () => {
      const tenants = new AsyncLocalStorage<string>();
      const shop = new Shop(database(), { headers: () => ({ tenant: tenants.getStore(), zone: 'eu' }) });
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      await tenants.run('acme', () => shop.place('with'));
      const kept = await deliverTo(shop, new OrderPlaced('without'));
      expect(kept.map(({ headers }) => headers)).toEqual([{ zone: 'eu' }]);
      await shop.outbox.replay({ handler: 'audit.order' });
      await shop.drained();
      expect(kept.map(({ headers }) => headers)).toEqual([
        { zone: 'eu' },
        { tenant: 'acme', zone: 'eu' },
        { zone: 'eu' },
      ]);
    });

    it('headers of the tracing beside them, which count where both have a name', async () => {
      const shop = new Shop(database(), {
        headers: () => ({ tenant: 'acme', traceparent: 'own' }),
        tracing: { headers: () => ({ traceparent: 'traced' }), around: (_, run) => run() },
      });
      const [kept] = await deliverTo(shop, new OrderPlaced('o-1'));
      expect(kept!.headers).toEqual({ tenant: 'acme', traceparent: 'traced' });
    });

    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    it.each<[string, () => unknown, string]>([
      ['a number', () => ({ tenant: 1 }), "returned a number as 'tenant'. Each header is a string"],
      ['a bigint', () => ({ tenant: 1n }), "returned a bigint as 'tenant'"],
      ['null', () => ({ tenant: null }), "returned null as 'tenant'"],
      ['an object', () => ({ tenant: circle }), "returned a plain object as 'tenant'"],
      ['nothing', () => undefined, 'returned undefined. It has to return an object of strings.'],
      ['a list', () => ['acme'], 'returned an array. It has to return an object of strings.'],
      ['a promise', async () => ({ tenant: 'acme' }), 'returned a promise. It has to be sync.'],
      ['a promise that rejects', () => Promise.reject(new Error('no')), 'returned a promise. It has to be sync.'],
      ['a NUL', () => ({ tenant: 'a\0' }), 'hold a NUL character or half of a surrogate pair'],
      ['a name with a NUL', () => ({ 'a\0': 'acme' }), 'hold a NUL character or half of a surrogate pair'],
      ['half of a character', () => ({ tenant: '\ud800' }), 'hold a NUL character or half of a surrogate pair'],
      ['too much', () => ({ tenant: 'x'.repeat(8_192) }), 'have 8205 bytes, and may have 8192'],
      [
        'an error',
        () => {
          throw new Error('no tenant');
        },
        'threw Error: no tenant',
      ],
    ])('headers that are %s are refused at the publisher, by name', async (_, headers, problem) => {
      for (const source of ['own', 'traced']) {
        const shop = new Shop(
          database(),
          source === 'own'
            ? { headers: headers as never }
            : { tracing: { headers: headers as never, around: (_attempt, run) => run() } },
        );
        shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
        const message = String(await rejectionOf(shop.place('o-1')));
        expect(message).toContain('OutboxError: OrderPlaced (order.placed) cannot be kept in the outbox: ');
        expect(message).toContain(problem);
      }
      expect(await database().tamper.events()).toEqual([]);
    });

    it('an option headers that is no function is refused', () => {
      expect(() => new Shop(database(), { headers: { tenant: 'acme' } as never })).toThrow(
        "The option 'headers' must be a function",
      );
    });
  });

  describe('keeps in the log what the catalog wants there:', () => {
    const logged = (): EventCatalog =>
      new EventCatalog()
        .add(OrderPlaced, { name: 'order.placed', log: true, read: (data) => new OrderPlaced(data.orderId) })
        .add(OrderViewed, { name: 'order.viewed', read: (data) => new OrderViewed(data.orderId) })
        .add(OrderShipped, {
          name: 'order.shipped',
          log: true,
          read: (data) => new OrderShipped(data.orderId),
        });
    const names = async (): Promise<string[]> => (await database().tamper.events()).map(({ name }) => name);

    it('an event that no durable handler takes, so that a replay gives it to one that comes later', async () => {
      const before = new Shop(database(), { catalog: logged() });
      const report = await before.unitOfWork(() => before.bus.publish(new OrderPlaced('o-1')));
      expect(report.deliveries.map(({ subscription, status }) => [subscription.name, status])).toEqual([
        ['the log of the outbox', 'deferred'],
      ]);
      await before.publish(new OrderViewed('o-1'), new OrderShipped('o-1'));
      expect(await names()).toEqual(['order.placed', 'order.shipped']);
      expect(await database().tamper.waiting()).toEqual([]);
      const after = new Shop(database(), { catalog: logged() });
      after.bus.subscribe([OrderPlaced, OrderViewed], after.ledger.handler('search.index'), {
        durable: 'search.index',
      });
      await after.outbox.start();
      expect(await after.outbox.replay({ handler: 'search.index' })).toBe(1);
      await after.drained();
      expect(after.ledger.of('search.index')).toEqual(['o-1/1']);
      expect(after.problems).toEqual([]);
    });

    it('once, beside the deliveries of durable handlers', async () => {
      const shop = new Shop(database(), { catalog: logged() });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt'), { durable: 'mail.receipt' });
      await shop.place('o-1');
      expect(await names()).toEqual(['order.placed']);
      expect((await database().tamper.waiting()).map(({ handler }) => handler)).toEqual(['mail.receipt']);
      await shop.outbox.start();
      await shop.drained();
      expect(shop.ledger.of('mail.receipt')).toEqual(['o-1/1']);
    });

    it('nothing of a unit of work that is rolled back, and nothing outside of one: that is refused', async () => {
      const shop = new Shop(database(), { catalog: logged() });
      const failing = shop.unitOfWork(async () => {
        await shop.bus.publish(new OrderPlaced('o-1'));
        throw new Error('out of stock');
      });
      await rejectionOf(failing);
      expect(String(await rejectionOf(shop.bus.publish(new OrderPlaced('o-2'))))).toContain(
        'NoUnitOfWorkError: OrderPlaced was not published: no unit of work is open for the log of the outbox (class-events.log)',
      );
      expect(await names()).toEqual([]);
    });

    it('what is added to the catalog after the outbox was made', async () => {
      const catalog = new EventCatalog();
      const shop = new Shop(database(), { catalog });
      catalog.add(OrderPlaced, { name: 'order.placed', log: true, read: (data) => new OrderPlaced(data.orderId) });
      await shop.place('o-1');
      expect(await names()).toEqual(['order.placed']);
    });

    it('and is no handler: nobody waits for it, and no relay serves it', async () => {
      const shop = new Shop(database(), { catalog: logged() });
      await shop.place('o-1');
      await shop.outbox.start();
      await shop.drained();
      expect((await shop.outbox.status()).handlers).toEqual([]);
      expect(String(await rejectionOf(shop.outbox.replay({ handler: 'class-events.log' })))).toContain(
        "No handler has the durable id 'class-events.log'. Known are: none.",
      );
      expect(shop.problems).toEqual([]);
    });
  });
}
