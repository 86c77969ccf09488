import { transactional } from 'class-events/domain';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase, Transaction } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

const hour = 3_600_000;

class Unknown {}

/** A process whose handler notes what it gets. */
function shopWith(database: OutboxDatabase, options: ConstructorParameters<typeof Shop>[1] = {}): Shop {
  const shop = new Shop(database, options);
  shop.bus.subscribe(OrderPlaced, shop.ledger.handler('receipt'), { durable: 'mail.receipt' });
  shop.bus.subscribe(OrderShipped, shop.ledger.handler('receipt'), { durable: 'mail.shipped' });
  return shop;
}

const numberOf = (number: number): OrderPlaced => new OrderPlaced('o-1', number);

/** Events that are published later. */
export function schedules(database: () => OutboxDatabase): void {
  describe('schedules', () => {
    it('an event that handlers get when it is due, and that takes its place in the log and in its key then', async () => {
      const shop = shopWith(database());
      await shop.outbox.start();
      const id = await shop.unitOfWork(() => shop.outbox.schedule(numberOf(9), { in: hour }));
      await shop.place('o-1', 2);
      await shop.ledger.has(2);
      expect(await database().tamper.scheduled()).toEqual([id]);
      expect(await database().tamper.events()).toHaveLength(2);
      await database().tamper.makeScheduledDue();
      await shop.ledger.has(3);
      await shop.publish(numberOf(10));
      await shop.ledger.has(4);
      expect(shop.ledger.numbers('receipt', 'o-1')).toEqual([1, 2, 9, 10]);
      expect(shop.ledger.effects[2]!.id).toBe(`${id}/mail.receipt`);
      const events = await database().tamper.events();
      expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect({ ...events[2]!, seq: 0, data: '' }).toEqual({ ...events[1]!, seq: 0, data: '' });
      expect(await database().tamper.scheduled()).toEqual([]);
    });

    it('at a moment, one that is over included, and after milliseconds, none included', async () => {
      const shop = shopWith(database());
      await shop.outbox.start();
      await shop.unitOfWork(async () => {
        await shop.outbox.schedule(numberOf(1), { at: new Date('2020-01-01') });
        await shop.outbox.schedule(numberOf(2), { in: 0 });
        await shop.outbox.schedule(numberOf(3), { in: 1 });
        await shop.outbox.schedule(numberOf(4), { at: new Date(Date.now() + hour) });
      });
      await shop.ledger.has(3);
      expect(shop.ledger.numbers('receipt', 'o-1')).toEqual([1, 2, 3]);
      expect(await database().tamper.scheduled()).toHaveLength(1);
    });

    it('many that are due at one moment in the order in which they were scheduled', async () => {
      const shop = shopWith(database());
      const at = new Date(Date.now() + hour);
      const numbers = Array.from({ length: 250 }, (_, index) => index);
      await shop.unitOfWork(async () => {
        for (const number of numbers) await shop.outbox.schedule(numberOf(number), { at });
      });
      await database().tamper.makeScheduledDue(at);
      await shop.outbox.start();
      await shop.ledger.has(250);
      expect(shop.ledger.numbers('receipt', 'o-1')).toEqual(numbers);
    });

    it('what was due while nobody delivered', async () => {
      const publisher = shopWith(database());
      await publisher.unitOfWork(() => publisher.outbox.schedule(numberOf(1), { in: 0 }));
      const relay = shopWith(database());
      await relay.outbox.start();
      await relay.ledger.has(1);
      expect(publisher.ledger.effects).toEqual([]);
    });

    it('for the handlers that were subscribed then, those with another id by now included', async () => {
      const publisher = shopWith(database());
      await publisher.unitOfWork(() => publisher.outbox.schedule(numberOf(1), { in: 0 }));
      const relay = new Shop(database(), { handlers: { 'post.receipt': { formerIds: ['mail.receipt'] } } });
      relay.bus.subscribe(OrderPlaced, relay.ledger.handler('renamed'), { durable: 'post.receipt' });
      relay.bus.subscribe(OrderPlaced, relay.ledger.handler('new'), { durable: 'search.index' });
      await relay.outbox.start();
      await relay.ledger.has(1);
      await relay.drained();
      expect(relay.ledger.of('renamed')).toEqual(['o-1/1']);
      expect(relay.ledger.of('new')).toEqual([]);
    });

    it('nothing that is rolled back: a whole unit of work, and a part of one with or without a savepoint', async () => {
      const shop = shopWith(database());
      const withoutSavepoints = transactional<Transaction>(shop.bus, database().begin);
      const failing = async (number: number): Promise<never> => {
        await shop.outbox.schedule(numberOf(number), { in: hour });
        throw new Error('no');
      };
      await rejectionOf(shop.unitOfWork(() => failing(1)));
      const ids = [
        await shop.unitOfWork(async () => {
          await rejectionOf(shop.unitOfWork(() => failing(2)));
          return shop.outbox.schedule(numberOf(3), { in: hour });
        }),
        await withoutSavepoints(async () => {
          await rejectionOf(withoutSavepoints(() => failing(4)));
          return shop.outbox.schedule(numberOf(5), { in: hour });
        }),
      ];
      expect(await database().tamper.scheduled()).toEqual(ids);
    });

    it('nothing that was taken back, in the same unit of work or later, once', async () => {
      const shop = shopWith(database());
      const answers = await shop.unitOfWork(async () => {
        const id = await shop.outbox.schedule(numberOf(1), { in: hour });
        return [await shop.outbox.unschedule(id), await shop.outbox.unschedule(id)];
      });
      expect(answers).toEqual([true, false]);
      const [inUnit, alone] = await shop.unitOfWork(async () => [
        await shop.outbox.schedule(numberOf(2), { in: hour }),
        await shop.outbox.schedule(numberOf(3), { in: hour }),
      ]);
      const inOneUnit = shop.unitOfWork(async () => [
        await shop.outbox.unschedule(inUnit),
        await shop.outbox.unschedule(inUnit),
      ]);
      expect(await inOneUnit).toEqual([true, false]);
      expect(await shop.outbox.unschedule(inUnit)).toBe(false);
      expect(await shop.outbox.unschedule(alone)).toBe(true);
      expect(await shop.outbox.unschedule(alone)).toBe(false);
      expect(await database().tamper.scheduled()).toEqual([]);
    });

    it('still what was taken back by a unit of work that is rolled back, or by a part of one', async () => {
      const shop = shopWith(database());
      const withoutSavepoints = transactional<Transaction>(shop.bus, database().begin);
      const id = await shop.unitOfWork(() => shop.outbox.schedule(numberOf(1), { in: hour }));
      const failing = async (taken: string): Promise<never> => {
        expect(await shop.outbox.unschedule(taken)).toBe(true);
        throw new Error('no');
      };
      await rejectionOf(shop.unitOfWork(() => failing(id)));
      await withoutSavepoints(async () => {
        await rejectionOf(withoutSavepoints(() => failing(id)));
      });
      const other = await withoutSavepoints(async () => {
        const own = await shop.outbox.schedule(numberOf(2), { in: hour });
        await rejectionOf(withoutSavepoints(() => failing(own)));
        return own;
      });
      expect(await database().tamper.scheduled()).toEqual([id, other]);
    });

    it('and takes back nothing that has been published', async () => {
      const shop = shopWith(database());
      await shop.outbox.start();
      const id = await shop.unitOfWork(() => shop.outbox.schedule(numberOf(1), { in: 0 }));
      await shop.ledger.has(1);
      expect(await shop.outbox.unschedule(id)).toBe(false);
      expect(await shop.unitOfWork(() => shop.outbox.unschedule(id))).toBe(false);
    });

    it('what a transactional handler schedules, if and only if the handler has succeeded', async () => {
      const shop = new Shop(database());
      let attempts = 0;
      shop.bus.subscribe(
        OrderPlaced,
        async ({ orderId }) => {
          await shop.outbox.schedule(new OrderShipped(orderId, ++attempts), { in: 0 });
          if (attempts === 1) throw new Error('no');
        },
        { durable: 'delivery.plan', transactional: true },
      );
      shop.bus.subscribe(OrderShipped, shop.ledger.handler('shipped'), { durable: 'mail.shipped' });
      await shop.outbox.start();
      await shop.place('o-1');
      await shop.ledger.has(1);
      await shop.drained();
      expect(shop.ledger.of('shipped')).toEqual(['o-1/2']);
    });

    it('in a transaction of its own, where the outbox opens one', async () => {
      const shop = shopWith(database(), { outsideUnitOfWork: 'transaction' });
      const id = await shop.outbox.schedule(numberOf(1), { in: hour });
      expect(await database().tamper.scheduled()).toEqual([id]);
    });

    it('no event that nobody would get, that cannot be kept, or that no unit of work commits', async () => {
      const shop = shopWith(database());
      const schedule = (event: object): Promise<string> =>
        shop.unitOfWork(() => shop.outbox.schedule(event, { in: hour }));
      await expect(schedule(new OrderViewed('o-1'))).rejects.toThrow(
        'OrderViewed was not scheduled: no durable handler of this process takes it',
      );
      await expect(schedule(new Unknown())).rejects.toThrow('Unknown');
      await expect(schedule(new OrderPlaced('x'.repeat(2_000)))).rejects.toThrow('its key has 2006 bytes');
      await expect(shop.outbox.schedule(numberOf(1), { in: hour })).rejects.toThrow(
        'OrderPlaced was not scheduled: no unit of work is open.',
      );
      let late: Promise<unknown> | undefined;
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => (end = resolve));
      await shop.unitOfWork(() => {
        late = ended.then(() => shop.outbox.schedule(numberOf(1), { in: hour }));
      });
      end();
      await expect(late).rejects.toThrow('The unit of work has ended');
      expect(await database().tamper.scheduled()).toEqual([]);
    });

    it('what was scheduled well, where whoever scheduled something else has caught its refusal', async () => {
      const shop = shopWith(database());
      const id = await shop.unitOfWork(async () => {
        await rejectionOf(shop.outbox.schedule(new OrderViewed('o-1'), { in: hour }));
        return shop.outbox.schedule(numberOf(1), { in: hour });
      });
      expect(await database().tamper.scheduled()).toEqual([id]);
    });

    it('at no time that is none', async () => {
      const shop = shopWith(database());
      const at = new Date(Date.now() + hour);
      for (const [time, message] of [
        [{}, "either 'at' a moment or 'in' so many milliseconds"],
        [undefined, "either 'at' a moment or 'in' so many milliseconds"],
        [{ at, in: 1 }, "either 'at' a moment or 'in' so many milliseconds"],
        [{ at: new Date('no') }, "The option 'at' must be a valid Date"],
        [{ at: at.toISOString() }, "The option 'at' must be a valid Date"],
        [{ at: new Date(8.64e15) }, "The option 'at' must be a valid Date"],
        [{ in: -1 }, "The option 'in' must be milliseconds"],
        [{ in: Number.NaN }, "The option 'in' must be milliseconds"],
        [{ in: Infinity }, "The option 'in' must be milliseconds"],
        [{ in: '5' }, "The option 'in' must be milliseconds"],
        [{ after: 1 }, "Unknown option 'after'"],
      ] as const) {
        await expect(shop.unitOfWork(() => shop.outbox.schedule(numberOf(1), time as never))).rejects.toThrow(message);
      }
      for (const id of ['', 'o-1', undefined, 17]) {
        await expect(shop.outbox.unschedule(id as string)).rejects.toThrow('unschedule takes the id');
      }
    });

    it('what a replay finds in the log when it is due, and not before', async () => {
      const shop = shopWith(database());
      await shop.unitOfWork(() => shop.outbox.schedule(numberOf(1), { in: hour }));
      expect(await shop.outbox.replay({ handler: 'mail.receipt' })).toBe(0);
      await database().tamper.makeScheduledDue();
      await shop.outbox.start();
      await until('an event of the log', async () => (await database().tamper.events()).length === 1);
      expect(await shop.outbox.replay({ handler: 'mail.receipt' })).toBe(1);
    });
  });
}
