import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { Outbox, OutboxError } from 'class-events/outbox';
import { rejectionOf, thrownBy } from '../../support/rejection.js';
import { Deferred } from '../../support/deferred.js';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderViewed, Shop } from '../shop.js';

/** The tables themselves, how they stand, and how a relay comes and goes. */
export function keepsItsTables(database: () => OutboxDatabase): void {
  describe('keeps its tables,', () => {
    it('several processes may create the tables at once, beside those of another outbox', async () => {
      const another = database().another();
      const store = another.store();
      const error = await rejectionOf(store.status());
      expect([store.isUnmigrated(error), store.isUnmigrated(new Error('no'))]).toEqual([true, false]);
      const taken = (await Promise.all([1, 2, 3].map(() => another.store().migrate()))).flat();
      expect(taken.length).toBeGreaterThan(0);
      expect(new Set(taken).size).toBe(taken.length);
      expect(await store.migrate()).toEqual([]);
      const shop = new Shop(database(), { store });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.ledger.has(1);
      expect(await shop.rows()).toBe(0);
      await shop.outbox.stop();
      await another.drop();
    });

    it('the status says how the tables stand', async () => {
      const shop = new Shop(database(), { defaults: { maxAttempts: 2, backoff: 60_000, maxBackoff: 60_000 } });
      const held = new Deferred();
      shop.bus.subscribe(OrderViewed, () => held.promise, { durable: 'search.index' });
      shop.bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no')), { durable: 'mail.receipt' });
      expect(await shop.outbox.status()).toEqual({
        relays: 0,
        buckets: { taken: 0, all: 64 },
        handlers: [],
        events: 0,
      });
      await shop.outbox.start();
      await shop.place('o-1', 3);
      await shop.publish(new OrderViewed('o-1'));
      const isBlocked = async (): Promise<boolean> =>
        (await shop.outbox.status()).handlers.some(({ blocked, oldestDueAge }) => blocked === 1 && oldestDueAge === 0);
      await until('a blocked key', isBlocked, async () => JSON.stringify(await shop.outbox.status()));
      expect(await shop.outbox.status()).toEqual({
        relays: 1,
        buckets: { taken: 64, all: 64 },
        handlers: [
          { handler: 'mail.receipt', relays: 1, pending: 3, blocked: 1, dead: 0, oldestDueAge: 0 },
          { handler: 'search.index', relays: 1, pending: 1, blocked: 0, dead: 0, oldestDueAge: expect.any(Number) },
        ],
        events: 4,
      });
      await until('a late delivery', async () => (await shop.outbox.status()).handlers[1]!.oldestDueAge > 30);
      await database().tamper.makeDue();
      await until('a dead letter', () => shop.problems.length > 0);
      expect((await shop.outbox.status()).handlers[0]).toEqual({
        handler: 'mail.receipt',
        relays: 1,
        pending: 2,
        blocked: 0,
        dead: 1,
        oldestDueAge: 0,
      });
      held.resolve();
      await shop.outbox.stop();
      await until('no relay', async () => (await shop.outbox.status()).buckets.taken === 0);
    });

    it('pruning forgets what is old and delivered, nothing else', async () => {
      const shop = new Shop(database(), { retention: 3_600_000, defaults: { maxAttempts: 1 } });
      shop.bus.subscribe(OrderViewed, ({ number }) => (number === 1 ? Promise.reject(new Error('no')) : undefined), {
        durable: 'search.index',
      });
      await shop.publish(...[1, 2, 3, 4].map((number) => new OrderViewed('o-1', number)));
      await shop.outbox.start();
      await until('a dead letter', () => shop.problems.length > 0);
      await shop.drained();
      await shop.outbox.stop();
      for (const seq of [1, 2, 3]) await database().tamper.age(seq, 7_200_000);
      await shop.outbox.start();
      const seqs = async (): Promise<unknown[]> => (await database().tamper.events()).map(({ seq }) => seq);
      await until('fewer events', async () => (await seqs()).length < 4);
      // The first is a dead letter, the last is not old enough.
      expect(await seqs()).toEqual([1, 4]);
      await shop.outbox.stop();
      const keepingNothing = new Shop(database(), { retention: 0 });
      keepingNothing.bus.subscribe(OrderViewed, () => undefined, { durable: 'search.index' });
      await keepingNothing.outbox.start();
      await until('no more than the dead letter', async () => (await seqs()).length === 1);
      expect(await seqs()).toEqual([1]);
    });

    it('is started once, stopped at any time, and ended by a block', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.outbox.stop();
      await shop.outbox.start();
      expect(await rejectionOf(shop.outbox.start())).toEqual(
        new OutboxError('The outbox has been started already. Stop it first.'),
      );
      await Promise.all([shop.outbox.stop(), shop.outbox.stop()]);
      const starting = shop.outbox.start();
      await shop.outbox.stop();
      await starting;
      await until('no relay', async () => (await shop.outbox.status()).relays === 0);
      {
        await using outbox = shop.outbox;
        await outbox.start();
        await shop.place('o-1');
        await shop.ledger.has(1);
      }
      await until('no relay', async () => (await shop.outbox.status()).relays === 0);
    });

    it('a relay that is stopped waits for what is at work, but not for ever', async () => {
      const shop = new Shop(database());
      const held = new Deferred();
      const started = new Deferred();
      const reasons: unknown[] = [];
      shop.bus.subscribe(
        OrderPlaced,
        shop.ledger.handler('mail', async ({ number }, { attempt, signal }) => {
          started.resolve();
          signal.addEventListener('abort', () => reasons.push(String(signal.reason)));
          if (number === 1 && attempt === 1) await held.promise;
        }),
        { durable: 'mail.receipt' },
      );
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await started.promise;
      const error = await rejectionOf(shop.outbox.stop({ timeout: 30 }));
      expect(error).toBeInstanceOf(OutboxError);
      expect((error as Error).message).toBe(
        'The outbox was stopped after 30 ms with deliveries at work, which will be delivered again: mail.receipt (1).',
      );
      expect(reasons).toEqual(['OutboxError: The outbox is stopped.']);
      await shop.outbox.start();
      await shop.ledger.has(2);
      held.resolve();
      await shop.drained();
      expect(shop.ledger.effects.filter(({ attempt }) => attempt > 1).map(({ number }) => number)).toEqual([1]);
    });

    it('one for each bus, with what it needs', () => {
      const bus = new EventBus();
      const store = database().store();
      const catalog = new EventCatalog();
      const first = new Outbox({ bus, catalog, store });
      expect(first).toBeInstanceOf(Outbox);
      const messages = [
        { bus, catalog, store },
        { bus: new EventBus(), catalog } as never,
        { bus: new EventBus(), catalog, store: {} as never },
        { bus: new EventBus(), catalog, store, pollEvry: 1 } as never,
        { bus: new EventBus(), catalog, store, handlers: { 'mail.receipt': { maxAttempts: 0 } } },
        { bus: new EventBus(), catalog, store, defaults: { backoff: -1 } },
      ].map((options) => String(thrownBy(() => new Outbox(options))));
      expect(messages).toEqual([
        'TypeError: The bus has an outbox already. One bus, one outbox.',
        "TypeError: An outbox needs the option 'store', a store, like postgres(pool).",
        expect.stringContaining("TypeError: The option 'store' must be a store, like postgres(pool)"),
        expect.stringContaining("TypeError: Unknown option 'pollEvry'"),
        expect.stringContaining("TypeError: The option 'maxAttempts' must be a whole number above 0"),
        expect.stringContaining("TypeError: The option 'backoff' must be milliseconds"),
      ]);
    });
  });
}
