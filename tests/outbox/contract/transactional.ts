import type { DurableContext } from 'class-events';
import { transactional as unitsOfWork } from 'class-events/domain';
import { Permanent } from 'class-events/outbox';
import type { OutboxDatabase, Transaction } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderShipped, Shop } from '../shop.js';

/** Handlers that write in the transaction that settles their delivery: effects exactly once. */
export function settlesInTransactions(database: () => OutboxDatabase): void {
  describe('settles a transactional handler with what it writes:', () => {
    const options = { durable: 'billing.invoice', transactional: true } as const;
    const write = ({ orderId, number }: OrderPlaced, { transaction, id }: DurableContext): Promise<unknown> =>
      database().effects.write(transaction as Transaction, `${orderId}/${number}`, id);
    const effects = (): Promise<readonly string[]> => database().effects.ids();

    it('both or neither', async () => {
      const shop = new Shop(database());
      const attempts: number[] = [];
      shop.bus.subscribe(
        OrderPlaced,
        async (event, context) => {
          attempts.push(context.attempt);
          await write(event, context);
          if (context.attempt < 3) throw new Error('after the effect');
        },
        options,
      );
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.drained();
      expect(attempts).toEqual([1, 2, 3]);
      expect(await effects()).toEqual(['o-1/1']);
    });

    it('a transactional handler leaves no effect when the commit is refused, which is a failure like any other', async () => {
      const shop = new Shop(database(), { handlers: { 'billing.invoice': { maxAttempts: 2 } } });
      shop.bus.subscribe(
        OrderPlaced,
        async (event, context) => {
          await write(event, context);
          if (context.attempt === 1 || event.orderId === 'never') {
            await database().effects.refuseCommit(context.transaction as Transaction);
          }
        },
        options,
      );
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.place('never');
      await until('a dead letter', () => shop.problems.length > 0);
      await shop.drained();
      expect(await effects()).toEqual(['o-1/1']);
      expect(shop.problems.map(({ kind }) => kind)).toEqual(['dead letter']);
      const [letter] = await shop.outbox.deadLetters.list();
      expect(letter!.errors.map(({ message }) => message)).toEqual([
        expect.stringContaining(database().effects.refusal),
        expect.stringContaining(database().effects.refusal),
      ]);
    });

    it('a transactional handler leaves no effect when a handler before the commit fails, which is a failure like any other', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(
        OrderPlaced,
        async (event, context) => {
          await write(event, context);
          await shop.bus.publish(new OrderShipped(event.orderId, context.attempt));
        },
        options,
      );
      const refuse = ({ number }: OrderShipped): never => {
        const error = new Error('no lorry');
        throw number === 1 ? error : new Permanent(error);
      };
      shop.bus.subscribe(OrderShipped, refuse, { phase: 'beforeCommit' });
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a problem', () => shop.problems.length > 0);
      expect(shop.problems).toMatchObject([{ kind: 'dead letter', error: new Error('no lorry') }]);
      const [letter] = await shop.outbox.deadLetters.list();
      expect(letter!.errors.map(({ message }) => message)).toEqual(['no lorry', 'no lorry']);
      expect(await effects()).toEqual([]);
    });

    it('what it publishes commits with it', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(
        OrderPlaced,
        async (event, context) => {
          await write(event, context);
          await shop.bus.publish(new OrderShipped(event.orderId, context.attempt));
          if (context.attempt < 2) throw new Error('after the publish');
        },
        options,
      );
      shop.bus.subscribe(OrderShipped, shop.ledger.handler('mail'), { durable: 'mail.shipped' });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.drained();
      expect(shop.ledger.of('mail')).toEqual(['o-1/2']);
      expect(await effects()).toEqual(['o-1/1']);
    });

    it('what a handler without a transaction publishes needs a unit of work of its own', async () => {
      const shop = new Shop(database(), { defaults: { maxAttempts: 1 } });
      const starting: Promise<void>[] = [];
      shop.bus.subscribe(OrderPlaced, ({ orderId }) => shop.bus.publish(new OrderShipped(orderId)), {
        durable: 'stock.reserve',
        mode: 'async',
        filter: ({ orderId }) => orderId === 'o-1',
      });
      shop.bus.subscribe(OrderPlaced, ({ orderId }) => shop.publish(new OrderShipped(orderId)), {
        durable: 'shop.ship',
        mode: 'async',
        filter: ({ orderId }) => orderId === 'o-2',
      });
      shop.bus.subscribe(OrderShipped, shop.ledger.handler('mail'), { durable: 'mail.shipped' });
      // Begun inside of a unit of work, the relay is not in it.
      await shop.unitOfWork(async () => void starting.push(shop.outbox.start()));
      await Promise.all(starting);
      await shop.place('o-1');
      await shop.place('o-2');
      await shop.ledger.has(1);
      await shop.drained();
      expect(shop.problems.map(({ message }) => message)).toEqual([
        expect.stringContaining('OrderShipped was not published: no unit of work is open'),
      ]);
      expect(shop.ledger.of('mail')).toEqual(['o-2/1']);
    });

    it('a transactional handler that was too late leaves no effect, also of what it still writes', async () => {
      const shop = new Shop(database(), { handlers: { 'billing.invoice': { timeout: 50 } } });
      let late: Promise<unknown> | undefined;
      shop.bus.subscribe(
        OrderPlaced,
        async (event, context) => {
          if (context.attempt === 1) {
            await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
            const goOn = async (): Promise<void> => {
              await until('another attempt', async () => (await effects()).length > 0);
              await write(new OrderPlaced('late'), context);
            };
            late = goOn().then(
              () => 'written',
              () => 'refused',
            );
            return new Promise(() => {});
          }
          return write(event, context);
        },
        options,
      );
      await shop.outbox.start();
      await shop.place('o-1');
      await until('an effect', async () => (await effects()).length > 0);
      expect(await late).toBe('refused');
      expect(await effects()).toEqual(['o-1/1']);
      await shop.outbox.stop({ timeout: 20 });
    });

    it('a transactional handler leaves no effect where somebody else has settled the delivery before', async () => {
      const store = database().store();
      const claim: typeof store.claim = async (transaction, delivery) => {
        await store.claim(transaction, delivery);
        return store.claim(transaction, delivery);
      };
      let taken = 0;
      const shop = new Shop(database(), {
        store: withFaults(store, { claim: (...given) => (taken++ < 2 ? claim(...given) : store.claim(...given)) }),
      });
      shop.bus.subscribe(OrderPlaced, write, { ...options, mode: 'async' });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.drained();
      expect(await effects()).toEqual(['o-1/1']);
      expect(taken).toBe(3);
    });

    it('a transactional handler gets events in the order of each key, over failures', async () => {
      const shop = new Shop(database());
      const written: string[] = [];
      shop.bus.subscribe(
        OrderPlaced,
        async (event, context) => {
          await write(event, context);
          if ((event.number + context.attempt) % 3 === 0) throw new Error('now and then');
          written.push(`${event.orderId}/${event.number}`);
        },
        options,
      );
      await shop.outbox.start();
      for (let number = 1; number <= 6; number++) {
        await shop.publish(new OrderPlaced('o-1', number), new OrderPlaced('o-2', number));
      }
      await shop.drained();
      for (const order of ['o-1', 'o-2']) {
        expect(written.filter((line) => line.startsWith(order))).toEqual(
          [1, 2, 3, 4, 5, 6].map((n) => `${order}/${n}`),
        );
      }
      expect(await effects()).toHaveLength(12);
    });

    it('a transactional handler that opens a unit of work with another begin fails, and neither settles nor writes', async () => {
      const shop = new Shop(database(), { defaults: { maxAttempts: 1 } });
      const inner = unitsOfWork<Transaction>(shop.bus, (run) => run(undefined as never));
      shop.bus.subscribe(
        OrderPlaced,
        async (event, context) => {
          await write(event, context);
          await inner(() => shop.bus.publish(new OrderShipped(event.orderId)));
        },
        options,
      );
      shop.bus.subscribe(OrderShipped, shop.ledger.handler('mail'), { durable: 'mail.shipped' });
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a dead letter', async () => (await shop.outbox.deadLetters.list()).length === 1);
      const [letter] = await shop.outbox.deadLetters.list();
      expect(letter!.errors.at(-1)!.message).toMatch(/was opened inside one begun by deliveryTransaction\./);
      expect(await effects()).toEqual([]);
      expect(shop.ledger.numbers('mail', 'o-1')).toEqual([]);
    });
  });
}
