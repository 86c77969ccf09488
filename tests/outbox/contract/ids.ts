import { randomBytes } from 'node:crypto';
import { On, type Subscription } from 'class-events';
import type { OutboxOptions } from 'class-events/outbox';
import { rejectionOf, thrownBy } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

/** Durable ids: what handlers are known by for longer than their program runs. */
export function knowsHandlersByTheirIds(database: () => OutboxDatabase): void {
  describe('knows handlers by their ids, and', () => {
    class Receipts {
      @On(OrderPlaced, { durable: 'mail.receipt' })
      send(): void {}
    }

    it('has no handler without one', () => {
      const { bus } = new Shop(database());
      const subscribe = (options: object) => () => bus.subscribe(OrderPlaced, () => undefined, options);
      expect(String(thrownBy(subscribe({ durable: '' })))).toContain("The option 'durable' must be a string");
      expect(String(thrownBy(subscribe({ transactional: true })))).toContain(
        "The option 'transactional' needs 'durable'",
      );
    });

    it('gives an id that has become free to somebody else', async () => {
      const shop = new Shop(database());
      shop.bus.register(new Receipts()).unsubscribe();
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.ledger.has(1);
    });

    const policies: readonly (readonly [name: string, options: Partial<OutboxOptions>, message: string])[] = [
      [
        'a policy for nobody',
        { handlers: { 'mail.receit': { maxAttempts: 3 } } },
        "There is a policy for 'mail.receit', and no handler with that durable id. Known are: mail.receipt, mail.shipped.",
      ],
      [
        'a former id that somebody has',
        { handlers: { 'mail.receipt': { formerIds: ['mail.shipped'] } } },
        "'mail.receipt' was formerly 'mail.shipped', and there is a handler with that durable id.",
      ],
    ];
    it.each(policies)('refuses %s at the start', async (_, options, message) => {
      const shop = new Shop(database(), options);
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderShipped, () => undefined, { durable: 'mail.shipped' });
      const error = await rejectionOf(shop.outbox.start());
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe(message);
    });

    it.each(['', 'mail\0', 'mail\ud800', 'x'.repeat(201), 'mail#1'])(
      'refuses a former id that no row has: %j',
      (former) => {
        const error = thrownBy(() => new Shop(database(), { handlers: { 'mail.receipt': { formerIds: [former] } } }));
        expect(error).toBeInstanceOf(TypeError);
        expect(String(error)).toContain("The option 'formerIds' must be a list of durable ids");
      },
    );

    it('keeps what fails of the longest id and the longest key', async () => {
      const durable = '\u{1f4e6}'.repeat(200);
      const shop = new Shop(database(), { defaults: { maxAttempts: 1 } });
      const refuse = (): never => {
        throw new Error('no paper');
      };
      shop.bus.subscribe(OrderPlaced, refuse, { durable });
      await shop.outbox.start();
      // Random, so that no index compresses it.
      await shop.place(randomBytes(497).toString('hex'));
      await until('a problem', () => shop.problems.length > 0);
      expect(shop.problems.map(({ kind }) => kind)).toEqual(['dead letter']);
      expect(await shop.outbox.deadLetters.redrive({ handler: durable })).toBe(1);
    });

    it('keeps ids of any characters, one and several to an event', async () => {
      const ids = ['a,b', '{a}', 'a "b"', 'a\\b', '\\', '"', 'null', "it's", 'a b', '\u00e9\ud83d\ude00'];
      const shop = new Shop(database());
      for (const id of ids) shop.bus.subscribe(OrderPlaced, shop.ledger.handler(id), { durable: id });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.publish(new OrderPlaced('o-2'), new OrderPlaced('o-3'));
      await shop.ledger.has(3 * ids.length);
      for (const id of ids) expect(shop.ledger.of(id).sort()).toEqual(['o-1/1', 'o-2/1', 'o-3/1']);
      await shop.drained();
    });

    it('refuses former ids of everybody', () => {
      const error = thrownBy(() => new Shop(database(), { defaults: { formerIds: ['receipts'] } }));
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain("The option 'defaults' has 'formerIds'");
    });

    it('surfaces what waits for an id that nobody has, and keeps it', async () => {
      const before = new Shop(database());
      before.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      await before.place('o-1', 2);
      const after = new Shop(database());
      after.bus.subscribe(OrderViewed, after.ledger.handler('search.index'), { durable: 'search.index' });
      await after.outbox.start();
      await until('a problem', () => after.problems.length > 0);
      expect(after.problems).toEqual([expect.objectContaining({ kind: 'unknown handler', handler: 'mail.receipt' })]);
      expect(after.problems[0]!.message).toContain("Deliveries wait for the durable handler 'mail.receipt'");
      await after.publish(new OrderViewed('o-1'));
      await until('one that waits', async () => (await after.outbox.status()).handlers.length === 1);
      expect(after.ledger.of('search.index')).toEqual(['o-1/1']);
      expect((await after.outbox.status()).handlers).toEqual([
        expect.objectContaining({ handler: 'mail.receipt', pending: 2, blocked: 0, dead: 0 }),
      ]);
    });

    it('keeps what waits for a handler that was unsubscribed meanwhile', async () => {
      const shop = new Shop(database(), { defaults: { concurrency: 1 } });
      const subscription: Subscription = shop.bus.subscribe(
        OrderPlaced,
        shop.ledger.handler('mail.receipt', () => subscription.unsubscribe()),
        { durable: 'mail.receipt' },
      );
      await shop.unitOfWork(() => shop.bus.publishAll([1, 2, 3].map((number) => new OrderPlaced('o-1', number))));
      await shop.outbox.start();
      await until('a problem', () => shop.problems.length > 0);
      expect(shop.problems.map(({ kind }) => kind)).toEqual(['unknown handler']);
      expect((await shop.outbox.status()).handlers).toEqual([
        expect.objectContaining({ handler: 'mail.receipt', pending: 2, dead: 0 }),
      ]);
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt'), { durable: 'mail.receipt' });
      await shop.drained();
      expect(shop.ledger.of('mail.receipt')).toEqual(['o-1/1', 'o-1/2', 'o-1/3']);
    });

    it('gives a renamed handler what waits for its former ids, in order, dead letters and retries too', async () => {
      const before = new Shop(database(), { defaults: { maxAttempts: 1, backoff: 60_000, maxBackoff: 60_000 } });
      const refuse = (): never => {
        throw new Error('no paper');
      };
      before.bus.subscribe(OrderPlaced, refuse, { durable: 'receipts' });
      await before.outbox.start();
      await before.place('dead', 2);
      await until('a dead letter', () => before.problems.length > 0);
      await before.outbox.stop();
      await before.place('o-1', 3);

      const after = new Shop(database(), { handlers: { 'mail.receipt': { formerIds: ['receipts'] } } });
      after.bus.subscribe(OrderPlaced, after.ledger.handler('mail.receipt'), { durable: 'mail.receipt' });
      await after.place('o-1');
      await after.publish(new OrderPlaced('o-1', 4));
      await after.outbox.start();
      await after.ledger.has(5);
      expect(after.ledger.of('mail.receipt')).toEqual(['o-1/1', 'o-1/2', 'o-1/3', 'o-1/1', 'o-1/4']);
      expect(await after.outbox.deadLetters.redrive({ handler: 'mail.receipt' })).toBe(1);
      await after.drained();
      expect(after.ledger.numbers('mail.receipt', 'dead')).toEqual([1, 2]);
      expect(after.problems).toEqual([]);
    });

    it('goes on, in order, while others still publish for a former id, however fast', async () => {
      const before = new Shop(database());
      before.bus.subscribe(OrderPlaced, () => undefined, { durable: 'receipts' });
      const store = database().store();
      let number = 0;
      const fetch: typeof store.fetch = async (requests) => {
        const rows = await store.fetch(requests);
        if (number < 40) await before.publish(new OrderPlaced('o-1', ++number));
        if (number < 40) await after.publish(new OrderPlaced('o-1', ++number));
        return rows;
      };
      const after = new Shop(database(), {
        store: withFaults(store, { fetch }),
        handlers: { 'mail.receipt': { formerIds: ['receipts'] } },
      });
      let handledAt = 0;
      const note = (): void => void (handledAt ||= number);
      after.bus.subscribe(OrderPlaced, after.ledger.handler('mail', note), { durable: 'mail.receipt' });
      await after.outbox.start();
      await after.ledger.has(40);
      expect(after.ledger.numbers('mail', 'o-1')).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
      expect(handledAt).toBeLessThan(40);
    });

    it('gives one handler what waits for two that it has taken the place of: each event once', async () => {
      const before = new Shop(database(), { defaults: { maxAttempts: 1 } });
      const refuse = (name: string) =>
        Object.assign(
          ({ number }: OrderPlaced) => {
            if (number === 2) throw new Error(`${name} has no paper`);
          },
          { displayName: name },
        );
      before.bus.subscribe(OrderPlaced, refuse('mail'), { durable: 'mail.receipt' });
      before.bus.subscribe(OrderPlaced, refuse('copy'), { durable: 'mail.copy' });
      await before.outbox.start();
      await before.place('dead', 3);
      await until('two dead letters', () => before.problems.length === 2);
      await before.outbox.stop();
      await before.place('o-1', 2);

      const after = new Shop(database(), { handlers: { 'mail.both': { formerIds: ['mail.receipt', 'mail.copy'] } } });
      after.bus.subscribe(OrderPlaced, after.ledger.handler('mail.both'), { durable: 'mail.both' });
      await after.outbox.start();
      await after.ledger.has(2);
      expect(await after.outbox.deadLetters.redrive({ all: true })).toBe(1);
      await after.drained();
      expect(after.ledger.numbers('mail.both', 'o-1')).toEqual([1, 2]);
      expect(after.ledger.numbers('mail.both', 'dead')).toEqual([2, 3]);
      expect(after.problems).toEqual([]);
    });
  });
}
