import { type DeliveryPolicy, Permanent } from 'class-events/outbox';
import { Deferred } from '../../support/deferred.js';
import { thrownBy } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, Shop } from '../shop.js';

/** What a dead letter does to its key, where it lets it pass. */
export function letsKeysPass(database: () => OutboxDatabase): void {
  describe("with afterDead: 'pass'", () => {
    /** A shop whose mail server refuses these numbers. */
    const shopThatRefuses = (refused: Set<number>, policy: DeliveryPolicy = {}) => {
      const shop = new Shop(database(), {
        handlers: { 'mail.receipt': { afterDead: 'pass', maxAttempts: 2, ...policy } },
      });
      const send = ({ number }: OrderPlaced): void => {
        if (refused.has(number)) throw new Error(`no mail for ${number}`);
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', send), { durable: 'mail.receipt' });
      return shop;
    };

    it('what follows a dead letter in its key goes on without it, in order', async () => {
      const shop = shopThatRefuses(new Set([2, 3]));
      await shop.place('o-1', 6);
      await shop.outbox.start();
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([1, 4, 5, 6]);
      const letters = await shop.outbox.deadLetters.list({ key: 'order:o-1' });
      expect(letters.map(({ seq, key, followers, attempts }) => [seq, key, followers, attempts])).toEqual([
        [2, 'order:o-1', 0, 2],
        [3, 'order:o-1', 0, 2],
      ]);
      expect(shop.problems.map(({ kind }) => kind)).toEqual(['dead letter', 'dead letter']);
    });

    it('what follows waits while there will be another attempt', async () => {
      const shop = shopThatRefuses(new Set([1]), { backoff: 3_600_000, maxBackoff: 3_600_000 });
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await until('one that waits', async () => (await shop.outbox.deliveries.list({ state: 'blocked' })).length === 1);
      expect(shop.ledger.effects).toEqual([]);
      await database().tamper.makeDue();
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([2]);
    });

    it('a dead letter that is redriven comes before what has not been delivered yet, however often it fails', async () => {
      const refused = new Set([1]);
      const shop = shopThatRefuses(refused, { maxAttempts: 3 });
      await shop.place('o-1', 2);
      await shop.outbox.start();
      await shop.drained();
      await shop.outbox.stop();
      for (const number of [3, 4]) await shop.publish(new OrderPlaced('o-1', number));
      expect(await shop.outbox.deadLetters.redrive({ key: 'order:o-1' })).toBe(1);
      expect((await shop.outbox.deliveries.list()).map(({ seq, state }) => [seq, state])).toEqual([
        [1, 'failing'],
        [3, 'blocked'],
        [4, 'blocked'],
      ]);
      await shop.outbox.start();
      await until('a failure', async () => (await shop.outbox.deliveries.get('1/mail.receipt'))!.errors.length > 3);
      refused.clear();
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([2, 1, 3, 4]);
      expect(await shop.outbox.deadLetters.list()).toEqual([]);
    });

    it('dead letters of one key that are redriven together come in their order', async () => {
      const refused = new Set([1, 2, 3]);
      const shop = shopThatRefuses(refused, { maxAttempts: 1 });
      await shop.place('o-1', 4);
      await shop.outbox.start();
      await shop.drained();
      refused.clear();
      expect(await shop.outbox.deadLetters.redrive({ handler: 'mail.receipt' })).toBe(3);
      await shop.drained();
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([4, 1, 2, 3]);
    });

    it('one that is redriven while a later one is at work and fails has its turn first', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { afterDead: 'pass' } } });
      const [started, held] = [new Deferred(), new Deferred()];
      let isDown = true;
      const send = async ({ number }: OrderPlaced): Promise<void> => {
        if (number === 1 && isDown) throw new Permanent('no mail');
        if (number !== 2 || !isDown) return;
        started.resolve();
        await held.promise;
        isDown = false;
        throw new Error('no mail');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', send), { durable: 'mail.receipt' });
      await shop.place('o-1', 3);
      await shop.outbox.start();
      await started.promise;
      expect(await shop.outbox.deadLetters.redrive({ seq: 1 })).toBe(1);
      held.resolve();
      await shop.ledger.has(3);
      expect(shop.ledger.effects.map(({ number, attempt }) => [number, attempt])).toEqual([
        [1, 1],
        [2, 1],
        [3, 1],
      ]);
      expect(shop.problems.map(({ kind }) => kind)).toEqual(['dead letter']);
    });

    it('a dead letter that is discarded is gone, and nothing waits for it', async () => {
      const shop = shopThatRefuses(new Set([1]));
      await shop.place('o-1', 2);
      await shop.outbox.start();
      await shop.drained();
      expect(await shop.outbox.deadLetters.discard({ key: 'order:o-1' })).toBe(1);
      expect(await shop.outbox.deliveries.list()).toEqual([]);
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([2]);
    });

    it('another word than hold or pass is refused', () => {
      const error = thrownBy(() => new Shop(database(), { defaults: { afterDead: 'skip' as never } }));
      expect(String(error)).toContain("The option 'afterDead' must be one of hold, pass");
    });
  });
}
