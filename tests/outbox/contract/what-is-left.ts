import type { DeliveryQuery, DeliverySelection, OutboxDelivery } from 'class-events/outbox';
import { Deferred } from '../../support/deferred.js';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderShipped, OrderViewed, Shop } from '../shop.js';

const placeOf = ({ seq, handler }: OutboxDelivery): string => `${seq} ${handler}`;

/** What has not been delivered yet: who asks for it, and who decides on it. */
export function knowsWhatIsLeft(database: () => OutboxDatabase): void {
  describe('knows what is left:', () => {
    /**
     * An outbox that has stopped. Of `mail.receipt`, order o-1: one that is dead (1) and one that waits for it (2). Of
     * `stock.reserve`, order o-2: one that is failing (3), and one that waits for it (4). One that waits for its first
     * attempt, of `search.index` (5).
     */
    const stoppedShop = async () => {
      const shop = new Shop(database(), {
        handlers: {
          'mail.receipt': { maxAttempts: 1 },
          'stock.reserve': { backoff: 3_600_000, maxBackoff: 3_600_000 },
        },
      });
      const isDown = { mail: true, stock: true };
      const refuse = (server: keyof typeof isDown) => (): void => {
        if (isDown[server]) throw new Error(`no ${server}`);
      };
      const is = (orderId: string) => ({ filter: (event: OrderPlaced) => event.orderId === orderId });
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', refuse('mail')), {
        durable: 'mail.receipt',
        ...is('o-1'),
      });
      shop.bus.subscribe(OrderShipped, shop.ledger.handler('stock', refuse('stock')), { durable: 'stock.reserve' });
      await shop.outbox.start();
      await shop.place('o-1', 2);
      await shop.publish(new OrderShipped('o-2', 1));
      await shop.publish(new OrderShipped('o-2', 2));
      await until('two that wait for others', async () => {
        const left = await shop.outbox.deliveries.list({ state: 'blocked' });
        return left.length === 2 && (await shop.rows()) === 0;
      });
      await shop.outbox.stop();
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search'), { durable: 'search.index' });
      await shop.publish(new OrderViewed('o-1', 1));
      const left = async (query?: DeliveryQuery): Promise<readonly string[]> =>
        (await shop.outbox.deliveries.list(query)).map(placeOf);
      return { shop, isDown, left };
    };

    it('every delivery that has not been made is listed with its state, the oldest first', async () => {
      const { shop } = await stoppedShop();
      const deliveries = await shop.outbox.deliveries.list();
      const sketch = deliveries.map(({ seq, handler, state, key, attempts, followers, errors }) => [
        seq,
        handler,
        state,
        key,
        attempts,
        followers,
        errors.map(({ message }) => message).join(),
      ]);
      expect(sketch).toEqual([
        [1, 'mail.receipt', 'dead', 'order:o-1', 1, 1, 'no mail'],
        [2, 'mail.receipt', 'blocked', 'order:o-1', 0, 0, ''],
        [3, 'stock.reserve', 'failing', 'order:o-2', 1, 1, 'no stock'],
        [4, 'stock.reserve', 'blocked', 'order:o-2', 0, 0, ''],
        [5, 'search.index', 'waiting', undefined, 0, 0, ''],
      ]);
      const [dead, , failing, , waiting] = deliveries;
      expect([dead!.dueAt, dead!.deadAt]).toEqual([undefined, expect.any(Date)]);
      expect(failing!.dueAt!.getTime()).toBeGreaterThan(Date.now() + 60_000);
      expect(waiting).toEqual({
        id: `${waiting!.event}/search.index`,
        handler: 'search.index',
        seq: 5,
        state: 'waiting',
        event: expect.stringMatching(/^[\da-f-]{36}$/),
        name: 'order.viewed',
        version: 1,
        recordedAt: expect.any(Date),
        attempts: 0,
        followers: 0,
        errors: [],
        data: '{"orderId":"o-1","number":1}',
      });
    });

    it('deliveries are found by all that can be asked for', async () => {
      const { shop, left } = await stoppedShop();
      const [dead, , failing] = await shop.outbox.deliveries.list();
      expect(await left({ state: 'waiting' })).toEqual(['5 search.index']);
      expect(await left({ state: 'failing' })).toEqual(['3 stock.reserve']);
      expect(await left({ state: 'blocked' })).toEqual(['2 mail.receipt', '4 stock.reserve']);
      expect(await left({ state: 'dead' })).toEqual(['1 mail.receipt']);
      expect(await left({ handler: 'stock.reserve' })).toEqual(['3 stock.reserve', '4 stock.reserve']);
      expect(await left({ handler: 'search.index', state: 'waiting' })).toEqual(['5 search.index']);
      expect(await left({ key: 'order:o-1' })).toEqual(['1 mail.receipt', '2 mail.receipt']);
      expect(await left({ name: 'order.viewed' })).toEqual(['5 search.index']);
      expect(await left({ seq: 4 })).toEqual(['4 stock.reserve']);
      expect(await left({ event: failing!.event })).toEqual(['3 stock.reserve']);
      expect(await left({ id: dead!.id })).toEqual(['1 mail.receipt']);
      expect(await left({ handler: 'nobody' })).toEqual([]);
      await database().tamper.recordAt(3, new Date('2026-01-02T00:00:00Z'));
      const [from, to] = [new Date('2026-01-02T00:00:00Z'), new Date('2026-01-03T00:00:00Z')];
      expect(await left({ from, to })).toEqual(['3 stock.reserve']);
      expect(await left({ to: from })).toEqual([]);
    });

    it('one delivery is got by the id that its handler gets', async () => {
      const { shop, isDown } = await stoppedShop();
      const [dead, blocked] = await shop.outbox.deliveries.list({ key: 'order:o-1' });
      expect(await shop.outbox.deliveries.get(blocked!.id)).toEqual(blocked);
      expect(await shop.outbox.deadLetters.get(dead!.id)).toEqual(dead);
      expect(await shop.outbox.deadLetters.get(blocked!.id)).toBeUndefined();
      expect(await shop.outbox.deliveries.get('1/mail.receipt')).toEqual(dead);
      isDown.mail = false;
      await shop.outbox.start();
      expect(await shop.outbox.deadLetters.redrive({ id: dead!.id })).toBe(1);
      await until('its effect', () => shop.ledger.effects.some(({ id }) => id === dead!.id));
      for (const id of [undefined, '', 'mail.receipt']) {
        expect(await rejectionOf(shop.outbox.deliveries.get(id as never))).toBeInstanceOf(TypeError);
        expect(await rejectionOf(shop.outbox.deadLetters.get(id as never))).toBeInstanceOf(TypeError);
      }
    });

    it('a list is read page by page, where one event has several deliveries too', async () => {
      const shop = new Shop(database());
      for (const id of ['a', 'b', 'c']) shop.bus.subscribe(OrderViewed, () => undefined, { durable: id });
      await shop.publish(...[1, 2, 3].map((number) => new OrderViewed('o-1', number)));
      const pages: string[][] = [];
      for (let after: OutboxDelivery | undefined; ;) {
        const page = await shop.outbox.deliveries.list({ after, limit: 4 });
        if (page.length === 0) break;
        pages.push(page.map(placeOf));
        after = page.at(-1);
      }
      expect(pages).toEqual([['1 a', '1 b', '1 c', '2 a'], ['2 b', '2 c', '3 a', '3 b'], ['3 c']]);
      const rest = await shop.outbox.deliveries.list({ handler: 'b', after: 1 });
      expect(rest.map(placeOf)).toEqual(['2 b', '3 b']);
    });

    it('what is failing is tried at once when it is redriven, from the first attempt on', async () => {
      const { shop, isDown, left } = await stoppedShop();
      await shop.outbox.start();
      isDown.stock = false;
      expect(await shop.outbox.deliveries.redrive({ handler: 'stock.reserve', state: 'failing' })).toBe(1);
      await until('what is left to be of others', async () => (await left({ handler: 'stock.reserve' })).length === 0);
      expect(shop.ledger.effects.filter(({ handler }) => handler === 'stock')).toMatchObject([
        { number: 1, attempt: 1 },
        { number: 2, attempt: 1 },
      ]);
      expect(await left({ state: 'dead' })).toEqual(['1 mail.receipt']);
    });

    it('what is being tried is not redriven, so that nobody tries it beside that', async () => {
      const shop = new Shop(database());
      const held = new Deferred();
      let attempts = 0;
      const fail = async (): Promise<void> => {
        if (++attempts === 1) throw new Error('not yet');
        await held.promise;
      };
      shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail', fail), { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await until('a second attempt', () => attempts === 2);
      expect(await shop.outbox.deliveries.redrive({ all: true })).toBe(0);
      held.resolve();
      await shop.drained();
      expect(shop.ledger.effects).toMatchObject([{ attempt: 2 }]);
    });

    it.each<[DeliverySelection, readonly string[]]>([
      [{ state: 'waiting', all: true }, ['1 mail.receipt', '2 mail.receipt', '3 stock.reserve', '4 stock.reserve']],
      [
        { handler: 'stock.reserve', state: 'blocked' },
        ['1 mail.receipt', '2 mail.receipt', '3 stock.reserve', '5 search.index'],
      ],
      [
        { handler: 'stock.reserve', state: 'failing' },
        ['1 mail.receipt', '2 mail.receipt', '4 stock.reserve', '5 search.index'],
      ],
      [{ state: 'dead', all: true }, ['2 mail.receipt', '3 stock.reserve', '4 stock.reserve', '5 search.index']],
      [{ key: 'order:o-1' }, ['3 stock.reserve', '4 stock.reserve', '5 search.index']],
      [{ name: 'order.shipped' }, ['1 mail.receipt', '2 mail.receipt', '5 search.index']],
      [{ all: true, limit: 2 }, ['3 stock.reserve', '4 stock.reserve', '5 search.index']],
      [{ all: true }, []],
    ])(
      'what is discarded in any state is never delivered, and lets go what waits for it: %j',
      async (selection, rest) => {
        const { shop, isDown, left } = await stoppedShop();
        expect(await shop.outbox.deliveries.discard(selection)).toBe(5 - rest.length);
        expect(await left()).toEqual(rest);
        Object.assign(isDown, { mail: false, stock: false });
        await shop.outbox.deliveries.redrive({ all: true });
        await shop.outbox.start();
        await until('nothing left', async () => (await left()).length === 0);
        const places = { mail: 0, stock: 2, search: 4 } as const;
        const delivered = shop.ledger.effects.map(({ handler, number }) => places[handler as 'mail'] + number);
        expect(delivered.sort((first, second) => first - second)).toEqual(
          rest.map((place) => Number(place.split(' ')[0])),
        );
      },
    );

    it('what nobody serves, and what nobody can read, is discarded like all else', async () => {
      const { shop, left } = await stoppedShop();
      const other = new Shop(database());
      await other.outbox.start();
      expect(await other.outbox.deliveries.discard({ handler: 'search.index' })).toBe(1);
      expect(await other.outbox.deliveries.discard({ name: 'order.shipped' })).toBe(2);
      expect(await left()).toEqual(['1 mail.receipt', '2 mail.receipt']);
      expect(await shop.rows()).toBe(0);
    });

    it('what is at work goes on to its end when it is discarded, and is not repeated', async () => {
      const shop = new Shop(database(), { handlers: { 'mail.receipt': { maxAttempts: 3 } } });
      const held = new Deferred();
      const started = new Deferred();
      const act = async (): Promise<void> => {
        started.resolve();
        await held.promise;
        throw new Error('too late');
      };
      shop.bus.subscribe(OrderPlaced, act, { durable: 'mail.receipt' });
      await shop.outbox.start();
      await shop.place('o-1');
      await started.promise;
      expect(await shop.outbox.deliveries.discard({ handler: 'mail.receipt' })).toBe(1);
      held.resolve();
      await shop.outbox.stop();
      expect(await shop.outbox.deliveries.list()).toEqual([]);
      expect(shop.problems).toEqual([]);
    });

    it('a decision on many goes step by step, and says how far it is', async () => {
      const shop = new Shop(database());
      shop.bus.subscribe(OrderViewed, () => undefined, { durable: 'search.index' });
      await shop.publish(...Array.from({ length: 1_200 }, (_, number) => new OrderViewed('o-1', number)));
      const counts: number[] = [];
      const onProgress = (count: number): void => void counts.push(count);
      expect(await shop.outbox.deliveries.discard({ handler: 'search.index' }, { onProgress })).toBe(1_200);
      expect(counts.length).toBeGreaterThan(1);
      expect(counts).toEqual([...counts].sort((first, second) => first - second));
      expect(counts.at(-1)).toBe(1_200);
      expect(await shop.rows()).toBe(0);
    });

    it.each<DeliverySelection>([
      {},
      { handler: undefined },
      { state: 'waiting' },
      { state: 'dead', key: undefined, limit: 5 },
      { all: false, from: undefined },
      { after: { seq: 1, handler: 'mail.receipt' } },
      undefined as never,
    ])('a decision without a criterion is refused, and decides nothing, with a state too: %j', async (selection) => {
      const { shop, left } = await stoppedShop();
      for (const decision of ['redrive', 'discard'] as const) {
        const error = await rejectionOf(shop.outbox.deliveries[decision](selection));
        expect(String(error)).toMatch(
          new RegExp(`^TypeError: ${decision} without a criterion means every delivery.*all: true`),
        );
      }
      expect(await left()).toHaveLength(5);
      expect(await left({ state: 'failing' })).toEqual(['3 stock.reserve']);
    });

    it.each(['waiting', 'blocked'] as const)(
      'what is %s cannot be redriven: it has its turn without that',
      async (state) => {
        const shop = new Shop(database());
        const error = await rejectionOf(shop.outbox.deliveries.redrive({ state, all: true }));
        expect(String(error)).toBe(
          `TypeError: redrive tries again what is failing or dead. What is ${state} has its turn without it.`,
        );
      },
    );
  });
}
