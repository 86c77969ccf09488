import { EventCatalog, type StandardSchema, type WireData } from 'class-events/catalog';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { withFaults } from '../faults.js';
import { until } from '../ledger.js';
import { OrderPlaced, OrderViewed, Shop, shopCatalog } from '../shop.js';

/** Events that were written by other versions of the program, or by nobody who should. */
export function readsWhatWasWritten(database: () => OutboxDatabase): void {
  describe('reads what was written:', () => {
    class Paid {
      constructor(
        readonly orderId: string,
        readonly number: number,
        readonly currency = 'USD',
      ) {}
    }
    const version = (number: number): EventCatalog =>
      new EventCatalog().add(Paid, {
        name: 'order.paid',
        version: number,
        key: ({ orderId }) => orderId,
        read: (data) => new Paid(data.orderId, data.number, data.currency),
        ...(number > 1 && { upcast: { 1: (data) => ({ ...data, currency: 'EUR' }) } }),
      });
    const listen = (shop: Shop): string[] => {
      const got: string[] = [];
      const note = ({ number, currency }: Paid): void => void got.push(`${number} ${currency}`);
      shop.bus.subscribe(Paid, note, { durable: 'ledger.book' });
      return got;
    };

    it('older versions are brought to the present one', async () => {
      const before = new Shop(database(), { catalog: version(1) });
      listen(before);
      await before.publish(new Paid('o-1', 1, undefined));
      const after = new Shop(database(), { catalog: version(2) });
      const got = listen(after);
      await after.outbox.start();
      await after.publish(new Paid('o-1', 2));
      await after.drained();
      expect(got).toEqual(['1 EUR', '2 USD']);
    });

    it('newer versions wait for a deploy, which does not cost them attempts, and keep their order', async () => {
      const newer = new Shop(database(), { catalog: version(2) });
      listen(newer);
      await newer.publish(new Paid('o-1', 1));
      const older = new Shop(database(), { catalog: version(1), defaults: { maxAttempts: 1 } });
      const missed = listen(older);
      await older.outbox.start();
      await until('a problem', () => older.problems.length > 0);
      await older.publish(new Paid('o-1', 2));
      await older.publish(new Paid('o-2', 3));
      await until('another key', () => missed.length > 0);
      await older.outbox.stop();
      expect(missed).toEqual(['3 USD']);
      expect(older.problems).toEqual([
        expect.objectContaining({
          kind: 'unreadable event',
          handler: 'ledger.book',
          message: expect.stringContaining(
            'waits for a deploy that can read it: order.paid v2 is newer than this program',
          ),
        }),
      ]);
      const { handlers } = await older.outbox.status();
      expect(handlers).toEqual([expect.objectContaining({ pending: 2, blocked: 1, dead: 0 })]);
      // As half a minute later.
      await database().tamper.makeDue();
      const deployed = new Shop(database(), { catalog: version(2), defaults: { maxAttempts: 1 } });
      const got = listen(deployed);
      await deployed.outbox.start();
      await deployed.drained();
      expect(got).toEqual(['1 USD', '2 EUR']);
    });

    it('unknown names wait as well', async () => {
      const before = new Shop(database(), { catalog: version(1) });
      listen(before);
      await before.publish(new Paid('o-1', 1));
      const later = new Shop(database(), { defaults: { maxAttempts: 1 } });
      later.bus.subscribe(OrderPlaced, () => undefined, { durable: 'ledger.book' });
      await later.outbox.start();
      await until('a problem', () => later.problems.length > 0);
      expect(later.problems).toEqual([expect.objectContaining({ kind: 'unreadable event' })]);
      expect(later.problems[0]!.message).toContain("No event class in the catalog has the name 'order.paid'");
      expect((await later.outbox.status()).handlers).toEqual([expect.objectContaining({ pending: 1, dead: 0 })]);
    });

    it('what a handler does not take any more is a dead letter', async () => {
      const before = new Shop(database());
      before.bus.subscribe([OrderPlaced, OrderViewed], () => undefined, { durable: 'mail.receipt' });
      await before.place('o-1');
      const after = new Shop(database());
      after.bus.subscribe(OrderViewed, () => undefined, { durable: 'mail.receipt' });
      await after.outbox.start();
      await until('a problem', () => after.problems.length > 0);
      expect(after.problems[0]!.message).toContain('mail.receipt is not subscribed to OrderPlaced any more');
      expect(after.problems[0]!.kind).toBe('dead letter');
    });

    const schema = (isAsync: boolean): StandardSchema => {
      const validate = (value: unknown) =>
        (value as { number: number }).number > 0
          ? { value }
          : { issues: [{ message: 'must be positive', path: ['number'] }] };
      return {
        '~standard': {
          version: 1,
          vendor: 'tests',
          validate: (value) => (isAsync ? Promise.resolve(validate(value)) : validate(value)),
        },
      };
    };
    const checked = (isAsync: boolean): EventCatalog =>
      new EventCatalog().add(OrderViewed, {
        name: 'order.viewed',
        schema: schema(isAsync),
        read: (data: WireData) => new OrderViewed(data.orderId, data.number),
      });
    it.each([
      ['at once', false],
      ['later', true],
    ])('data that its schema refuses %s fails the transaction of the publisher', async (_, isAsync) => {
      const shop = new Shop(database(), { catalog: checked(isAsync) });
      shop.bus.subscribe(OrderViewed, () => undefined, { durable: 'search.index' });
      const failing = shop.unitOfWork(async (transaction) => {
        await database().effects.write(transaction, 'the order');
        await shop.bus.publish(new OrderViewed('o-1', 0));
      });
      expect(String(await rejectionOf(failing))).toMatch(/its data does not fit the schema\.\n {2}number/);
      expect(await database().effects.ids()).toEqual([]);
      await shop.publish(new OrderViewed('o-1', 1));
      expect(await shop.rows()).toBe(1);
    });

    it('what its schema refuses, and what is not safe, are dead letters, and others go on', async () => {
      const shop = new Shop(database(), { catalog: checked(true) });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search'), { durable: 'search.index' });
      const bad = [
        '{"number":-1}',
        'null',
        '[]',
        '"text"',
        '{"number":1,"__proto__":{"admin":true}}',
        '{"number":1,"deep":{"constructor":1}}',
        `{"number":1,"deep":${'['.repeat(100)}${']'.repeat(100)}}`,
      ];
      for (const _ of bad) await shop.publish(new OrderViewed('bad', 1));
      await shop.publish(new OrderViewed('good', 1));
      for (const [index, data] of bad.entries()) {
        await database().tamper.rewriteData(index + 1, data);
      }
      await shop.outbox.start();
      await until(
        'dead letters',
        () => shop.problems.length === bad.length,
        () => JSON.stringify(shop.problems),
      );
      await shop.drained();
      expect(shop.ledger.of('search')).toEqual(['good/1']);
      expect(new Set(shop.problems.map(({ kind }) => kind))).toEqual(new Set(['dead letter']));
      const letters = await shop.outbox.deadLetters.list();
      expect(letters.map(({ errors }) => errors.length)).toEqual(bad.map(() => 1));
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    });

    it('ten megabytes, where the catalog allows them; else they are refused at the publish', async () => {
      const data = 'ä'.repeat(5_000_000);
      const small = new Shop(database());
      small.bus.subscribe(OrderViewed, () => undefined, { durable: 'search.index' });
      const error = await rejectionOf(small.publish(new OrderViewed(data)));
      expect(String(error)).toContain('more than 1048576 bytes');
      const read = ({ orderId, number }: OrderViewed): OrderViewed => new OrderViewed(orderId, number);
      const catalog = new EventCatalog({ maxBytes: 20_000_000 }).add(OrderViewed, { name: 'order.viewed', read });
      const large = new Shop(database(), { catalog });
      large.bus.subscribe(OrderViewed, large.ledger.handler('search'), { durable: 'search.index' });
      await large.outbox.start();
      await large.publish(new OrderViewed(data));
      await large.ledger.has(1);
      expect(large.ledger.effects[0]!.orderId === data).toBe(true);
    });

    it('nothing that the catalog does not know is written', async () => {
      class Unknown {}
      const shop = new Shop(database(), { catalog: shopCatalog() });
      shop.bus.subscribe(Unknown, () => undefined, { durable: 'search.index' });
      expect(String(await rejectionOf(shop.publish(new Unknown())))).toContain('Unknown is not in the catalog');
    });

    it.each([
      ['nothing', undefined, "its 'write' returned nothing"],
      ['a function', () => undefined, "its 'write' returned nothing"],
      ['a bigint', { amount: 1n }, "what its 'write' returned is no JSON"],
    ])('nothing that comes to no JSON is written: %s', async (_, written, message) => {
      const catalog = new EventCatalog().add(OrderViewed, {
        name: 'order.viewed',
        write: () => ({ toJSON: () => written }),
        read: () => new OrderViewed(''),
      });
      const shop = new Shop(database(), { catalog });
      shop.bus.subscribe(OrderViewed, () => undefined, { durable: 'search.index' });
      expect(String(await rejectionOf(shop.publish(new OrderViewed('o-1'))))).toContain(
        `OrderViewed (order.viewed) cannot be kept in the outbox: ${message}`,
      );
    });

    it('what is large when it is unpacked is fetched alone', async () => {
      const store = database().store();
      const alone: number[] = [];
      const data: typeof store.data = (seq) => {
        alone.push(seq);
        return store.data(seq);
      };
      const shop = new Shop(database(), { store: withFaults(store, { data }) });
      shop.bus.subscribe(OrderViewed, shop.ledger.handler('search'), { durable: 'search.index' });
      await shop.publish(new OrderViewed('x'.repeat(200_000)), new OrderViewed('x'.repeat(20_000)));
      await shop.outbox.start();
      await shop.ledger.has(2);
      expect(alone).toEqual([1]);
    });
  });
}
