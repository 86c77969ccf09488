import { OutboxError } from 'class-events/outbox';
import { Deferred } from '../../support/deferred.js';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, Shop } from '../shop.js';

/** Handlers that somebody has paused. */
export function pausesHandlers(database: () => OutboxDatabase): void {
  describe('pauses handlers:', () => {
    const shopWith = (...ids: string[]): Shop => {
      const shop = new Shop(database());
      for (const id of ids) shop.bus.subscribe(OrderPlaced, shop.ledger.handler(id), { durable: id });
      return shop;
    };

    it('a handler that another process has paused gets nothing until it is resumed, and then everything in order', async () => {
      const shop = shopWith('mail.receipt', 'stock.reserve');
      const operator = shopWith('mail.receipt');
      await shop.outbox.start();
      await operator.outbox.pause('mail.receipt');
      await shop.place('o-1', 3);
      await until('the other handler', () => shop.ledger.of('stock.reserve').length === 3);
      expect(shop.ledger.of('mail.receipt')).toEqual([]);
      const { handlers } = await operator.outbox.status();
      expect(handlers.filter(({ handler }) => handler === 'mail.receipt')).toEqual([
        expect.objectContaining({
          handler: 'mail.receipt',
          pending: 3,
          paused: { since: expect.any(Date), until: undefined },
        }),
      ]);
      expect(await operator.outbox.resume('mail.receipt')).toBe(true);
      await shop.drained();
      expect(shop.ledger.of('mail.receipt')).toEqual(['o-1/1', 'o-1/2', 'o-1/3']);
      expect((await operator.outbox.status()).handlers).toEqual([]);
    });

    it('what is at work goes on to its end, and nothing that was fetched before begins', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { concurrency: 1 } } });
      const [started, held] = [new Deferred(), new Deferred()];
      const act = async ({ orderId }: OrderPlaced): Promise<void> => {
        started.resolve();
        if (orderId === 'o-1') await held.promise;
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', act), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock'), { durable: 'stock.reserve' });
      for (const order of ['o-1', 'o-1', 'o-2', 'o-3']) await shop.place(order);
      await shop.outbox.start();
      await started.promise;
      await until('the other handler', () => shop.ledger.of('stock').length === 4);
      await shop.outbox.pause('mail.receipt');
      held.resolve();
      await until('its effect', () => shop.ledger.of('mail').length > 0);
      await shop.place('o-4');
      await until('the other handler', () => shop.ledger.of('stock').length === 5);
      await until('one less', async () => (await shop.rows()) === 4);
      expect(shop.ledger.of('mail')).toEqual(['o-1/1']);
      await shop.outbox.resume('mail.receipt');
      await shop.drained();
      expect(shop.ledger.of('mail')).toHaveLength(5);
      expect(shop.ledger.effects.every(({ attempt }) => attempt === 1)).toBe(true);
    });

    it('it is paused before the start too, with what has failed and with its replays', async () => {
      const shop = new Shop(database(), { defaults: { backoff: 1, maxBackoff: 1 } });
      let isDown = true;
      const fail = (): void => {
        if (isDown) throw new Error('no mail');
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', fail), { durable: 'mail.receipt' });
      await shop.place('o-1', 2);
      await shop.outbox.start();
      await until('a failure', async () => (await database().tamper.failures()).length > 0);
      await shop.outbox.stop();
      await shop.outbox.pause('mail.receipt');
      isDown = false;
      await shop.outbox.replay({ handler: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock'), { durable: 'stock.reserve' });
      await shop.outbox.start();
      await database().tamper.makeDue();
      await shop.place('o-2');
      await until('the other handler', () => shop.ledger.of('stock').length === 1);
      expect(shop.ledger.of('mail')).toEqual([]);
      await shop.outbox.resume('mail.receipt');
      await shop.drained();
      expect(shop.ledger.of('mail').filter((effect) => effect.startsWith('o-1'))).toHaveLength(4);
    });

    it('a replay is paused alone by its id, as the status shows it', async () => {
      const shop = shopWith('mail.receipt');
      await shop.place('o-1', 2);
      await shop.outbox.start();
      await shop.drained();
      await shop.outbox.stop();
      await shop.outbox.replay({ handler: 'mail.receipt' });
      const replay = (await shop.outbox.status()).handlers.map(({ handler }) => handler)[0] as string;
      await shop.outbox.pause(replay);
      await shop.outbox.start();
      await shop.place('o-2');
      await until('the live one', () => shop.ledger.of('mail.receipt').includes('o-2/1'));
      expect(shop.ledger.of('mail.receipt')).toHaveLength(3);
      expect(await shop.outbox.resume(replay)).toBe(true);
      await shop.drained();
      expect(shop.ledger.of('mail.receipt')).toHaveLength(5);
    });

    it('a pause ends by itself, by the clock of the database', async () => {
      const shop = new Shop(database(), { pollInterval: 3_600_000 });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      await shop.outbox.start();
      const end = new Date(Date.now() + 700);
      await shop.outbox.pause('mail.receipt', { until: end });
      expect((await shop.outbox.status()).handlers).toMatchObject([
        { handler: 'mail.receipt', paused: { until: end } },
      ]);
      await shop.place('o-1');
      await shop.ledger.has(1);
      expect(Date.now()).toBeGreaterThanOrEqual(end.getTime());
      expect((await shop.outbox.status()).handlers.filter(({ paused }) => paused)).toEqual([]);
      expect(await shop.outbox.resume('mail.receipt')).toBe(false);
    });

    it('a pause that is given again gets the new end', async () => {
      const shop = shopWith('mail.receipt');
      const pauseOf = async () => (await shop.outbox.status()).handlers[0]?.paused;
      await shop.outbox.pause('mail.receipt', { until: new Date(Date.now() + 3_600_000) });
      const { since } = (await pauseOf())!;
      await shop.outbox.pause('mail.receipt');
      expect(await pauseOf()).toEqual({ since, until: undefined });
      expect(await shop.outbox.resume('mail.receipt')).toBe(true);
      expect(await shop.outbox.resume('mail.receipt')).toBe(false);
      expect(await pauseOf()).toBeUndefined();
    });

    it('a handler that is renamed stays paused by its new id', async () => {
      const former = shopWith('receipts');
      await former.place('o-1');
      await former.outbox.pause('receipts');
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { formerIds: ['receipts'] } } });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('stock'), { durable: 'stock.reserve' });
      await shop.outbox.start();
      await shop.place('o-2');
      await until('the other handler', () => shop.ledger.of('stock').length === 1);
      expect(shop.ledger.of('mail')).toEqual([]);
      expect(await shop.outbox.resume('receipts')).toBe(false);
      expect(await shop.outbox.resume('mail.receipt')).toBe(true);
      await shop.drained();
      expect(shop.ledger.of('mail').sort()).toEqual(['o-1/1', 'o-2/1']);
    });

    it('a drain ends beside a pause, and says that deliveries are left for it', async () => {
      const shop = shopWith('mail.receipt', 'stock.reserve');
      await shop.place('o-1', 2);
      await shop.outbox.pause('mail.receipt');
      expect(await shop.outbox.drain({ retryNow: true })).toEqual({
        delivered: 2,
        retried: 0,
        dead: 0,
        left: [{ handler: 'mail.receipt', reason: 'paused', count: 2 }],
      });
      await shop.outbox.resume('mail.receipt');
      expect(await shop.outbox.drain()).toMatchObject({ delivered: 2, left: [] });
    });

    it('an id that nobody has is refused, and one that deliveries wait for is not', async () => {
      const shop = shopWith('mail.receipt');
      const error = await rejectionOf(shop.outbox.pause('mail.receit'));
      expect(error).toBeInstanceOf(OutboxError);
      expect((error as Error).message).toMatch(
        /^No handler has the durable id 'mail\.receit', and nothing waits for it\. Known are: .*mail\.receipt/,
      );
      await shop.place('o-1');
      const other = shopWith('stock.reserve');
      await other.outbox.pause('mail.receipt');
      expect((await other.outbox.status()).handlers).toMatchObject([{ handler: 'mail.receipt', paused: {} }]);
      for (const handler of ['', undefined, 7]) {
        expect(await rejectionOf(shop.outbox.pause(handler as never))).toBeInstanceOf(TypeError);
        expect(await rejectionOf(shop.outbox.resume(handler as never))).toBeInstanceOf(TypeError);
      }
      for (const time of [new Date(Date.now() - 1), new Date('never'), 3_600_000]) {
        const refusal = await rejectionOf(shop.outbox.pause('mail.receipt', { until: time as never }));
        expect(String(refusal)).toContain("The option 'until' must be a date that is to come");
      }
    });
  });
}
