import { EventBus, HandlerFailed } from 'class-events';
import { transactional } from 'class-events/domain';
import { Permanent, type StoredEvent } from 'class-events/outbox';
import { inspect } from 'node:util';
import type { OutboxDatabase } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderPlaced, Shop } from '../shop.js';

/** Each failed attempt reaches somebody, and once. */
export function tellsOfFailedAttempts(database: () => OutboxDatabase): void {
  describe('tells of a failed attempt', () => {
    const failing = (shop: Shop, error: unknown = new Error('mail server down')): void => {
      const send = (): never => {
        throw error;
      };
      shop.bus.subscribe(OrderPlaced, send, { durable: 'mail.receipt' });
    };
    /** What a HandlerFailed says of its attempt, without its time. */
    const saidBy = ({ event, error, subscription, attempt }: HandlerFailed): unknown => [
      subscription.options.durable,
      event.constructor,
      String(error),
      attempt && `${attempt.number}/${attempt.of}`,
      attempt?.nextAt instanceof Date ? 'again' : attempt?.isDead ? 'dead' : 'unknown',
    ];

    it('the handlers of HandlerFailed, with the number of the attempt and the time of the next one, and nobody else', async () => {
      const shop = new Shop(database(), { defaults: { maxAttempts: 2 } });
      const heard: HandlerFailed[] = [];
      shop.bus.subscribe(HandlerFailed, (failure) => void heard.push(failure));
      failing(shop);
      await shop.outbox.start();
      const before = Date.now();
      await shop.place('o-1');
      await until('a dead letter', () => shop.problems.length > 0);
      await until('two failures', () => heard.length === 2);
      expect(heard.map(saidBy)).toEqual([
        ['mail.receipt', OrderPlaced, 'Error: mail server down', '1/2', 'again'],
        ['mail.receipt', OrderPlaced, 'Error: mail server down', '2/2', 'dead'],
      ]);
      expect(heard[0]!.attempt!.nextAt!.getTime()).toBeGreaterThanOrEqual(before);
      expect(heard[0]!.attempt!.id).toBe(heard[1]!.attempt!.id);
      expect(inspect(heard[1])).toContain('(attempt 2 of 2, a dead letter now)');
      expect(shop.errors).toEqual([]);
    });

    it('onError, where nobody handles HandlerFailed', async () => {
      const failures: HandlerFailed[] = [];
      const bus = new EventBus({ onError: (failure) => void failures.push(failure) });
      const shop = new Shop(database(), { bus, defaults: { maxAttempts: 2 } });
      bus.subscribe(
        OrderPlaced,
        () => {
          throw new Permanent('never');
        },
        { durable: 'mail.receipt' },
      );
      await shop.outbox.start();
      await transactional(bus, database().begin)(() => bus.publish(new OrderPlaced('o-1')));
      await until('a failure', () => failures.length > 0);
      expect(failures.map(saidBy)).toEqual([['mail.receipt', OrderPlaced, 'Permanent: never', '1/2', 'dead']]);
    });

    it('a warning of the process, where nobody wants to know: an uncaught error would end it', async () => {
      const warnings: unknown[][] = [];
      const emitWarning = process.emitWarning.bind(process);
      process.emitWarning = (...warning: unknown[]) => void warnings.push(warning);
      const bus = new EventBus();
      const shop = new Shop(database(), { bus, defaults: { maxAttempts: 1 } });
      const send = (): never => {
        throw new Error('down');
      };
      bus.subscribe(OrderPlaced, send, { durable: 'mail.receipt' });
      await shop.outbox.start();
      await transactional(bus, database().begin)(() => bus.publish(new OrderPlaced('o-1')));
      await until('a warning', () => warnings.length > 0).finally(() => (process.emitWarning = emitWarning));
      expect(warnings).toEqual([
        [
          'send failed for OrderPlaced (attempt 1 of 1, a dead letter now): Error: down',
          { type: 'OutboxWarning', code: 'FAILED_ATTEMPT' },
        ],
      ]);
    });

    it('onError as well when the handlers of HandlerFailed fail themselves', async () => {
      const shop = new Shop(database(), { defaults: { maxAttempts: 1 } });
      shop.bus.subscribe(HandlerFailed, () => Promise.reject(new Error('log is full')));
      failing(shop);
      await shop.outbox.start();
      await shop.place('o-1');
      await until('two errors', () => shop.errors.length >= 2);
      expect(shop.errors.map(String)).toEqual(['Error: log is full', 'Error: mail server down']);
    });

    it('that could not be written, without a time of the next one', async () => {
      const store = database().store();
      let refusals = 1;
      const fail: typeof store.fail = (...args) =>
        refusals-- > 0 ? Promise.reject(new Error('no connection')) : store.fail(...args);
      const shop = new Shop(database(), { store: withFaults(store, { fail }), defaults: { maxAttempts: 5 } });
      const heard: unknown[] = [];
      shop.bus.subscribe(HandlerFailed, (failure) => void heard.push(saidBy(failure)));
      failing(shop);
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a failure', () => heard.length > 0);
      expect(heard[0]).toEqual(['mail.receipt', OrderPlaced, 'Error: mail server down', '1/5', 'unknown']);
    });

    it('of an event that cannot be read, in whose place it shows where the event stands', async () => {
      const shop = new Shop(database());
      const heard: HandlerFailed[] = [];
      shop.bus.subscribe(HandlerFailed, (failure) => void heard.push(failure));
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
      await shop.place('o-1');
      await database().tamper.rewriteData(1, '{"__proto__": 1}');
      await shop.outbox.start();
      await until('a failure', () => heard.length > 0);
      const { id, name, version, key } = heard[0]!.event as StoredEvent;
      expect([name, version, key]).toEqual(['order.placed', 1, 'order:o-1']);
      expect(heard[0]!.attempt).toMatchObject({ id: `${id}/mail.receipt`, number: 1, isDead: true });
      expect(heard[0]!.subscription.options.durable).toBe('mail.receipt');
    });

    it('no more than once, whatever the handler’s onFailure publishes', async () => {
      class ReceiptFailed {}
      const shop = new Shop(database(), { defaults: { maxAttempts: 2 } });
      let own = 0;
      shop.bus.subscribe(ReceiptFailed, () => void own++);
      shop.bus.subscribe(OrderPlaced, () => Promise.reject(new Error('down')), {
        durable: 'mail.receipt',
        onFailure: () => new ReceiptFailed(),
      });
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a dead letter', () => shop.problems.length > 0);
      await until('two failures', () => shop.errors.length >= 2);
      expect([shop.errors.length, own]).toEqual([2, 2]);
    });
  });
}
