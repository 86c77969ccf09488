import type { HandlerContext } from 'class-events';
import { transactional } from 'class-events/domain';
import { Deferred } from '../support/deferred.js';
import type { Transaction } from './database.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { Ledger, until } from './ledger.js';
import { closeShops, OrderPlaced, OrderViewed, Shop } from './shop.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

const shares = async (shop: Shop): Promise<readonly number[]> => {
  const { relays, buckets } = await shop.outbox.status();
  return [relays, buckets.taken];
};
const areShared = (shop: Shop, relays: number) => async (): Promise<boolean> =>
  String(await shares(shop)) === String([relays, 64]);

describe('several relays', () => {
  /** So many processes, whose handlers note in one ledger. */
  const processes = (count: number, act?: (event: OrderPlaced, context: HandlerContext) => unknown) => {
    const ledger = new Ledger();
    const by: number[] = [];
    const shops = Array.from({ length: count }, (_, index) => {
      const shop = new Shop(database, { takeoverAfter: 1_000 });
      const handler = ledger.handler<OrderPlaced>('mail', async (event, context) => {
        await act?.(event, context);
        by.push(index);
      });
      shop.bus.subscribe(OrderPlaced, handler, { durable: 'mail.receipt' });
      return shop;
    });
    return { shops: shops as [Shop, Shop, Shop], ledger, by };
  };
  const ordersOf = (orders: number, numbers: number) =>
    Array.from({ length: numbers }, (_, number) =>
      Array.from({ length: orders }, (__, order) => new OrderPlaced(`o-${order}`, number)),
    );

  it('share the buckets, and take over those of one that ends', async () => {
    const { shops, ledger, by } = processes(2);
    await shops[0].outbox.start();
    await until('all buckets', areShared(shops[0], 1));
    await shops[1].outbox.start();
    const held = async (): Promise<unknown> =>
      (
        await database.query(
          `select count(*)::int as count from pg_locks where locktype = 'advisory' and objsubid = 2 and objid < 64 and granted
          and database = (select oid from pg_database where datname = current_database()) group by pid order by 1`,
        )
      ).map(({ count }) => count);
    await until('halves', async () => String(await held()) === '32,32', held);
    for (const events of ordersOf(40, 3)) await shops[0].publish(...events);
    await ledger.has(120);
    await shops[0].drained();
    expect(new Set(by)).toEqual(new Set([0, 1]));
    for (let order = 0; order < 40; order++) expect(ledger.numbers('mail', `o-${order}`)).toEqual([0, 1, 2]);
    expect(ledger.effects.every(({ attempt }) => attempt === 1)).toBe(true);
    await shops[0].outbox.stop();
    await until('all buckets', areShared(shops[1], 1));
    await shops[0].publish(...ordersOf(40, 1).flat());
    await ledger.has(160);
    expect(new Set(by.slice(120))).toEqual(new Set([1]));
  });

  it('keep the order of each key while they come and go, and handlers fail', async () => {
    const failures = new Map<string, number>();
    const act = ({ orderId, number }: OrderPlaced): void => {
      const name = `${orderId}/${number}`;
      const failed = failures.get(name) ?? 0;
      if ((orderId.length + number + failed) % 3 !== 0 || failed > 1) return;
      failures.set(name, failed + 1);
      throw new Error('now and then');
    };
    const { shops, ledger } = processes(3, act);
    await Promise.all(shops.map(({ outbox }) => outbox.start()));
    const publishing = (async () => {
      for (const events of ordersOf(12, 12)) await shops[0].publish(...events);
    })();
    for (let round = 0; round < 4; round++) {
      const { outbox } = shops[round % 3]!;
      await outbox.stop();
      await outbox.start();
    }
    await publishing;
    await shops[0].drained();
    for (let order = 0; order < 12; order++) {
      expect(ledger.numbers('mail', `o-${order}`)).toEqual(Array.from({ length: 12 }, (_, number) => number));
    }
  });

  it('let one finish what it has in work before another has its bucket', async () => {
    const held = new Deferred();
    const { shops, ledger } = processes(2, ({ number }) => number === 0 && held.promise);
    await shops[0].outbox.start();
    await shops[0].publish(...ordersOf(64, 1).flat(), ...ordersOf(64, 2)[1]!);
    await until('something in work', async () => (await shops[0].outbox.status()).handlers[0]!.oldestDueAge > 100);
    await shops[1].outbox.start();
    await until('a second relay', async () => (await shares(shops[1]))[0] === 2);
    held.resolve();
    await ledger.has(128);
    for (let order = 0; order < 64; order++) expect(ledger.numbers('mail', `o-${order}`)).toEqual([0, 1]);
    await until('halves', areShared(shops[1], 2));
  });

  it('go on with a new session when the server has ended theirs', async () => {
    const { shops, ledger } = processes(1);
    await shops[0].outbox.start();
    await until('all buckets', areShared(shops[0], 1));
    await database.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 64 and objsubid = 2
      and database = (select oid from pg_database where datname = current_database())`,
    );
    await shops[0].place('o-1', 2);
    await ledger.has(2);
    await until('all buckets', areShared(shops[0], 1));
  });

  it('tell of each session that the server has ended', async () => {
    const { shops, ledger } = processes(1);
    const [{ outbox, problems }] = shops;
    await outbox.start();
    for (let time = 1; time <= 3; time++) {
      await until('all buckets', areShared(shops[0], 1));
      await database.query(
        `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 64 and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())`,
      );
      await until('a problem', () => problems.length === time);
      expect(problems.at(-1)).toMatchObject({
        kind: 'unavailable',
        message: expect.stringMatching(
          /lost its session and joins again; deliveries at work may be repeated: ./,
        ) as string,
        error: expect.any(Error) as Error,
      });
      await shops[0].place('o-1', 1);
      await ledger.has(time);
    }
  });
});

describe('a relay', () => {
  it('is woken at once by what others publish', async () => {
    const relay = new Shop(database, { pollInterval: 600_000 });
    relay.bus.subscribe(OrderPlaced, relay.ledger.handler('mail'), { durable: 'mail.receipt' });
    await relay.outbox.start();
    const publisher = new Shop(database);
    publisher.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
    await publisher.place('o-1', 3);
    await relay.ledger.has(3);
  });

  it('polls where a pooler hands out connections by the transaction', async () => {
    const store = database.store({ pooler: 'transaction' });
    const relay = new Shop(database, { store, pollInterval: 20 });
    relay.bus.subscribe(OrderPlaced, relay.ledger.handler('mail'), { durable: 'mail.receipt' });
    await relay.outbox.start();
    await until('all buckets', areShared(relay, 1));
    const publisher = new Shop(database);
    publisher.bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt' });
    await publisher.place('o-1', 3);
    await relay.ledger.has(3);
    await relay.outbox.stop();
    await until('no relay', async () => (await shares(relay))[0] === 0);
  });

  it('finds what was committed late, at its place or after it, and long transactions hold up nobody', async () => {
    const shop = new Shop(database);
    shop.bus.subscribe(OrderPlaced, shop.ledger.handler('mail'), { durable: 'mail.receipt' });
    shop.bus.subscribe(OrderViewed, shop.ledger.handler('search'), { durable: 'search.index' });
    await shop.outbox.start();
    const written = new Deferred();
    const commit = new Deferred();
    // Its places in the log come first, and its commit last.
    const begin: PostgresDatabase['begin'] = (run) =>
      database.begin(async (transaction) => {
        await run(transaction);
        written.resolve();
        await commit.promise;
      });
    const late = transactional<Transaction>(
      shop.bus,
      begin,
    )(() => shop.bus.publishAll([new OrderPlaced('late', 1), new OrderViewed('late', 1)]));
    await written.promise;
    for (let number = 0; number < 3; number++) {
      await shop.publish(...Array.from({ length: 500 }, (_, order) => new OrderViewed(`o-${order}`, number)));
    }
    await shop.place('early', 2);
    await until('the others', () => shop.ledger.effects.length === 1_502);
    // The next of its key waits for the commit, and so for its turn.
    const next = shop.place('late', 2).then(() => 'committed');
    expect(await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
    commit.resolve();
    await late;
    await next;
    await shop.drained();
    expect(shop.ledger.numbers('mail', 'late')).toEqual([1, 1, 2]);
    expect(shop.ledger.numbers('search', 'late')).toEqual([1]);
  });
});
