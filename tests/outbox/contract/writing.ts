import { NoUnitOfWorkError, On } from 'class-events';
import { transactional } from 'class-events/domain';
import { publishErrorOf, rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase, Transaction } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderEvent, OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

/** Publishing: rows, in the transaction of the unit of work or not at all. */
export function writesWithTheTransaction(database: () => OutboxDatabase): void {
  describe('writes', () => {
    const rows = async (): Promise<unknown[]> =>
      (await database().tamper.waiting()).map(({ handler, key }) => `${handler} ${key}`);
    const sink = () => undefined;

    it('the event and a delivery for each durable handler, with the commit', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, () => undefined, { durable: 'billing.invoice', transactional: true });
      const reports = await shop.unitOfWork(async (transaction) => {
        await database().effects.write(transaction, 'the order');
        return [await shop.bus.publish(new OrderPlaced('o-1')), await shop.bus.publish(new OrderPlaced('o-2'))];
      });
      expect(reports[0]!.deliveries.map(({ status }) => status)).toEqual(['deferred', 'deferred']);
      expect(await rows()).toEqual([
        'billing.invoice order:o-1',
        'mail.receipt order:o-1',
        'billing.invoice order:o-2',
        'mail.receipt order:o-2',
      ]);
      expect((await database().tamper.events())[0]).toEqual({
        seq: 1,
        name: 'order.placed',
        version: 1,
        key: 'order:o-1',
        data: '{"orderId":"o-1","number":1}',
      });
    });

    it('nothing when the transaction is rolled back', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      const failing = shop.unitOfWork(async () => {
        await shop.bus.publish(new OrderPlaced('o-1'));
        throw new Error('out of stock');
      });
      await expect(failing).rejects.toThrow('out of stock');
      expect([await rows(), await database().tamper.events()]).toEqual([[], []]);
    });

    it('nothing of a savepoint that is rolled back, and what is around it', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      await shop.unitOfWork(async () => {
        await shop.bus.publish(new OrderPlaced('before'));
        const inner = shop.unitOfWork(async () => {
          await shop.bus.publish(new OrderPlaced('inner'));
          throw new Error('only this');
        });
        await rejectionOf(inner);
        await shop.unitOfWork(() => shop.bus.publish(new OrderPlaced('kept')));
      });
      expect(await rows()).toEqual(['mail.receipt order:before', 'mail.receipt order:kept']);
    });

    it('what handlers of beforeCommit publish', async () => {
      const shop = new Shop(database());
      const ship = ({ orderId }: OrderPlaced): unknown => shop.bus.publish(new OrderShipped(orderId));
      shop.bus.subscribe(OrderPlaced, ship, { phase: 'beforeCommit', mode: 'async' });
      shop.bus.subscribe(OrderShipped, sink, { durable: 'mail.shipped' });
      await shop.publish(new OrderPlaced('o-1'));
      expect(await rows()).toEqual(['mail.shipped order:o-1']);
    });

    it('what handlers that it has called emit', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, ({ orderId }) => shop.bus.emit(new OrderShipped(orderId)));
      shop.bus.subscribe(OrderShipped, sink, { durable: 'mail.shipped' });
      await shop.publish(new OrderPlaced('o-1'));
      expect(await rows()).toEqual(['mail.shipped order:o-1']);
    });

    it('an event is written once when the transaction is tried again', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      let tries = 0;
      const retrying = transactional<Transaction>(shop.bus, async (run) => {
        for (;;) {
          try {
            return await database().begin(run);
          } catch (error) {
            if (++tries === 3) throw error;
          }
        }
      });
      await retrying(async () => {
        await shop.bus.publish(new OrderPlaced(`o-${tries}`));
        if (tries < 2) throw new Error('could not serialize');
      });
      expect(await rows()).toEqual(['mail.receipt order:o-2']);
    });

    it('what is published while it writes, or refuses it: whenever that is', async () => {
      const store = database().store();
      const fates: Promise<string>[] = [];
      let publishLate = (): void => undefined;
      const append: typeof store.append = async (transaction, entries) => {
        await store.append(transaction, entries);
        publishLate();
      };
      const shop = new Shop(database(), { store: withFaults(store, { append }) });
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      for (let ticks = 0; ticks < 12; ticks++) {
        publishLate = () => {
          publishLate = () => undefined;
          const publish = async (): Promise<string> => {
            for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
            await shop.bus.publish(new OrderPlaced('late'));
            return 'written';
          };
          fates.push(publish().catch((error: Error) => error.name));
        };
        await shop.place('early');
      }
      const all = await Promise.all(fates);
      expect(new Set(all)).toEqual(new Set(['written', 'NoUnitOfWorkError']));
      expect(await rows()).toHaveLength(12 + all.filter((fate) => fate === 'written').length);
    });

    it('an event is written for handlers of base classes, for lists, and for methods with several marks: one delivery for each id', async () => {
      class Warehouse {
        @On(OrderPlaced, { durable: 'stock.orders' })
        @On(OrderShipped, { durable: 'stock.orders' })
        note(): void {}
      }
      const shop = new Shop(database());
      shop.bus.subscribe(OrderEvent, sink, { durable: 'search.index' });
      shop.bus.subscribe([OrderPlaced, OrderShipped, OrderEvent], () => undefined, { durable: 'audit.log' });
      shop.bus.register(new Warehouse());
      await shop.publish(new OrderShipped('o-1'));
      expect(await rows()).toEqual(['audit.log order:o-1', 'search.index order:o-1', 'stock.orders order:o-1']);
    });

    it('a delivery has no key for handlers that do not care about order', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { ordered: false } } });
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      await shop.publish(new OrderPlaced('o-1'));
      expect(await rows()).toEqual(['mail.receipt null']);
    });

    it('nothing outside of a unit of work, and names the handlers', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, function sendReceipt() {}, { durable: 'mail.receipt' });
      const publishing = shop.bus.publish(new OrderPlaced('o-1'));
      const error = await rejectionOf(publishing);
      expect(error).toBeInstanceOf(NoUnitOfWorkError);
      expect(String(error)).toContain(
        'OrderPlaced was not published: no unit of work is open for sendReceipt (mail.receipt)',
      );
      expect(() => shop.bus.emit(new OrderPlaced('o-1'))).toThrow(NoUnitOfWorkError);
      const forgotten: Promise<unknown>[] = [];
      await shop.unitOfWork(async () => {
        const afterwards = (): Promise<unknown> => shop.bus.publish(new OrderPlaced('o-2'));
        forgotten.push(rejectionOf(new Promise((resolve) => setTimeout(resolve, 100)).then(afterwards)));
      });
      expect(String(await forgotten[0])).toContain(
        'The unit of work has ended, and sendReceipt (mail.receipt) is durable',
      );
      expect(await rows()).toEqual([]);
    });

    it('an event outside of a unit of work is written in a transaction of its own, if told to', async () => {
      const shop = new Shop(database(), { outsideUnitOfWork: 'transaction' });
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      const report = await shop.bus.publish(new OrderPlaced('o-1'));
      expect(report.deliveries.map(({ status }) => status)).toEqual(['deferred']);
      expect(await rows()).toEqual(['mail.receipt order:o-1']);
      shop.bus.emit(new OrderPlaced('o-2'));
      await shop.bus.idle();
      expect(await rows()).toEqual(['mail.receipt order:o-1', 'mail.receipt order:o-2']);
    });

    it('an event outside of a unit of work is written, or its publish says that it could not', async () => {
      const store = withFaults(database().store(), { transaction: () => Promise.reject(new Error('no connection')) });
      const shop = new Shop(database(), { store, outsideUnitOfWork: 'transaction' });
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      const error = await publishErrorOf(shop.bus.publish(new OrderPlaced('o-1')));
      expect(error.errors).toEqual([new Error('no connection')]);
      shop.bus.emit(new OrderPlaced('o-2'));
      await until('an error', () => shop.errors.length > 0);
      expect(shop.errors).toEqual([new Error('no connection')]);
    });

    it.each([
      ['a NUL character', 'o-\0'],
      ['half of a surrogate pair', 'o-\ud83d'],
    ])('a key and data with %s, or says to the publisher that the store cannot', async (_, orderId) => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderEvent, sink, { durable: 'search.index' });
      await shop.publish(new OrderViewed('a backslash: \\u0000'));
      expect(await rows()).toHaveLength(1);
      const part = database().store().unstorablePart(JSON.stringify(orderId));
      if (part === undefined) {
        await shop.publish(new OrderPlaced(orderId), new OrderViewed(orderId));
        expect(await rows()).toHaveLength(3);
        return;
      }
      expect(String(await rejectionOf(shop.publish(new OrderPlaced(orderId))))).toContain(
        `OrderPlaced (order.placed) cannot be kept in the outbox: its key holds ${part}.`,
      );
      expect(String(await rejectionOf(shop.publish(new OrderViewed(orderId))))).toContain(
        `OrderViewed (order.viewed) cannot be kept in the outbox: its data holds ${part}.`,
      );
      expect(await rows()).toHaveLength(1);
    });

    it('the same way as a handler waits that is called after the commit: the option is the only difference', async () => {
      const told: string[] = [];
      const tell = ({ orderId }: OrderPlaced): void => void told.push(orderId);
      const business = async (shop: Shop, phase: string): Promise<void> => {
        await shop.unitOfWork(async (transaction) => {
          await database().effects.write(transaction, `the order of ${phase}`);
          await shop.bus.publish(new OrderPlaced('o-1'));
          expect(told).toEqual([]);
        });
      };
      const before = new Shop(database());
      before.bus.subscribe(OrderPlaced, tell, { phase: 'afterCommit' });
      await business(before, 'afterCommit');
      expect(told.splice(0)).toEqual(['o-1']);
      const after = new Shop(database());
      after.bus.subscribe(OrderPlaced, tell, { durable: 'shop.tell' });
      await after.outbox.start();
      await business(after, 'a durable handler');
      await until('the event', () => told.length > 0);
      expect(told).toEqual(['o-1']);
    });

    it('nothing that explain asks about, and explains that the delivery is for later', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
      const reasons = (): unknown[] => shop.bus.explain(new OrderPlaced('o-1')).map(({ reason }) => reason);
      expect(reasons()).toEqual(['phase']);
      expect(await shop.unitOfWork(async () => reasons())).toEqual(['phase']);
      expect(await rows()).toEqual([]);
    });
  });
}
