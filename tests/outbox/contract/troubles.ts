import { Permanent } from 'class-events/outbox';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';
import type { OutboxDatabase } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderPlaced, Shop } from '../shop.js';

/** A store that does not answer, errors that cannot be said, listeners that throw. */
export function survivesTroubles(database: () => OutboxDatabase): void {
  describe('delivers', () => {
    const surfaced = collectUncaughtErrors();

    it('a delivery that succeeded is not repeated, however long the store takes to hear of it', async () => {
      const store = database().store();
      let refusals = 3;
      const settle: typeof store.settle = (deliveries) =>
        refusals-- > 0 ? Promise.reject(new Error('no connection')) : store.settle(deliveries);
      const shop = new Shop(database(), { store: withFaults(store, { settle }) });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await shop.drained();
      expect(shop.ledger.of('mail.receipt')).toEqual(['o-1/1', 'o-1/2']);
      expect(new Set(shop.problems.map(({ kind }) => kind))).toEqual(new Set(['unavailable']));
    });

    it('all when the store answers again, and says once that it did not', async () => {
      const store = database().store();
      let refusals = 0;
      const fetch: typeof store.fetch = (requests) =>
        refusals-- > 0 ? Promise.reject(new Error('no connection')) : store.fetch(requests);
      const shop = new Shop(database(), { store: withFaults(store, { fetch }) });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail.receipt'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      refusals = 2;
      await until('an outage', () => shop.problems.length > 0);
      await shop.place('o-1', 2);
      await shop.drained();
      expect(shop.ledger.of('mail.receipt')).toEqual(['o-1/1', 'o-1/2']);
      expect(shop.problems).toEqual([
        {
          kind: 'unavailable',
          message: "The outbox's store does not answer; the relay tries again: Error: no connection",
          error: new Error('no connection'),
        },
      ]);
    });

    it('an outbox does not start where the store does not answer', async () => {
      const join = (): Promise<never> => Promise.reject(new Error('no connection'));
      const shop = new Shop(database(), { store: withFaults(database().store(), { join }) });
      await expect(shop.outbox.start()).rejects.toThrow('no connection');
      await expect(shop.outbox.start()).rejects.toThrow('no connection');
    });

    it('what follows a delivery that another process has settled while it failed here', async () => {
      const store = database().store();
      const fail: typeof store.fail = async (delivery, failure) => {
        await store.settle([delivery]);
        return store.fail(delivery, failure);
      };
      const shop = new Shop(database(), { store: withFaults(store, { fail }), defaults: { maxAttempts: 1 } });
      const refuse = ({ number }: OrderPlaced): void => {
        if (number === 1) throw new Error('too late');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', refuse), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1', 3);
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([2, 3]);
      expect(shop.problems).toEqual([]);
      expect(await database().tamper.failures()).toEqual([]);
    });

    it('all the same when what was thrown cannot be said', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { maxAttempts: 20 } } });
      const half = '\ud83d\ude00'.slice(0, 1);
      const odd: unknown[] = [
        Object.create(null),
        new Error(`half ${half}`),
        new Error(`${'x'.repeat(1_999)}\ud83d\ude00`),
        new Error('nul \0'),
        Object.assign(new Error(), { message: 5, stack: 7 }),
        Object.assign(new Error('named'), { name: `\0${half}` }),
        Object.assign(new Error('unnamed'), { name: undefined }),
        {
          toString: () => {
            throw new Error('no');
          },
        },
        Symbol('symbol'),
        undefined,
        null,
        new Permanent(Object.create(null)),
      ];
      shop.bus.subscribe(
        OrderPlaced,
        (_, { attempt }) => {
          throw odd[attempt - 1];
        },
        { durable: 'mail.receipt' },
      );
      await shop.outbox.start();
      await shop.place('o-1');
      await until(
        'a dead letter',
        () => shop.problems.length > 0,
        () => JSON.stringify(shop.problems),
      );
      expect(shop.problems.map(({ kind }) => kind)).toEqual(['dead letter']);
      const [letter] = await shop.outbox.deadLetters.list();
      expect(letter!.errors).toHaveLength(odd.length);
    });

    it('all the same when whoever hears of problems throws', async () => {
      const shop = new Shop(database(), {
        defaults: { maxAttempts: 1 },
        onProblem: () => {
          throw new Error('the logger is broken');
        },
      });
      shop.bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no')), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.place('o-2');
      await until('two errors', () => surfaced.length >= 2);
      expect(surfaced).toEqual([new Error('the logger is broken'), new Error('the logger is broken')]);
      expect(await shop.outbox.deadLetters.list()).toHaveLength(2);
    });

    it('an outbox tells of its problems by a warning of the process, where nobody else wants to know', async () => {
      const warnings: unknown[][] = [];
      const emitWarning = process.emitWarning.bind(process);
      process.emitWarning = (...warning: unknown[]) => void warnings.push(warning);
      const shop = new Shop(database(), { onProblem: undefined, defaults: { maxAttempts: 1 } });
      shop.bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no')), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a warning', () => warnings.length > 0).finally(() => (process.emitWarning = emitWarning));
      expect(warnings).toEqual([
        [
          expect.stringContaining('is a dead letter of mail.receipt after 1 attempt: no'),
          { type: 'OutboxProblem', code: 'DEAD_LETTER' },
        ],
      ]);
    });
  });
}
