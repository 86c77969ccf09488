import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { Ledger, until } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

/** A process with these handlers, whose effects are noted in the ledger. */
function processWith(ids: readonly string[], ledger = new Ledger()): Shop {
  const shop = new Shop(database, { takeoverAfter: 1_000 });
  for (const id of ids) shop.bus.subscribe(OrderPlaced, ledger.handler(id), { durable: id });
  return shop;
}

/** A process that publishes for all of these handlers, and never starts its outbox. */
const publisherFor = (ids: readonly string[]): Shop => processWith(ids);

const orders = Array.from({ length: 24 }, (_, order) => `o-${order}`);

/** Publishes numbers of all orders, from one number to another. */
async function publish(publisher: Shop, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) {
    await publisher.publish(...orders.map((order) => new OrderPlaced(order, number)));
  }
}

/** Each handler has had all numbers of each order, once and in their order. */
function expectOrder(ledger: Ledger, ids: readonly string[], numbers: number): void {
  const all = Array.from({ length: numbers }, (_, index) => index + 1);
  for (const id of ids) for (const order of orders) expect(ledger.numbers(id, order)).toEqual(all);
}

const bucketLocks = async (): Promise<number> => {
  const [row] = await database.query(
    `select count(*)::int as count from pg_locks
    where classid in (select duty::bigint::oid from class_events.handler) and locktype = 'advisory' and objsubid = 2 and objid < 64`,
  );
  return row!['count'] as number;
};

const areAllTaken = (shop: Shop, relays: number) => async (): Promise<boolean> => {
  const status = await shop.outbox.status();
  return status.relays === relays && status.buckets.taken === 64;
};

describe('processes with different handlers on one schema', () => {
  const fleets: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ['two services, which share no handler', [['billing'], ['mail']]],
    [
      'an old version beside a new one with one handler more',
      [
        ['a', 'b'],
        ['a', 'b', 'c'],
      ],
    ],
    [
      'an old version beside a new one with one handler less',
      [
        ['a', 'b', 'c'],
        ['a', 'c'],
      ],
    ],
    [
      'kinds of workers that overlap',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
    ],
    [
      'kinds of workers that overlap in a ring',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ],
    ],
    ['one for all, beside one for each', [['a', 'b'], ['a'], ['b']]],
    [
      'equal ones',
      [
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'b'],
      ],
    ],
  ];
  it.each(fleets)('deliver everything once and in order, and raise no alarm: %s', async (_, sets) => {
    const ledger = new Ledger();
    const ids = [...new Set(sets.flat())];
    const publisher = publisherFor(ids);
    const fleet = sets.map((set) => processWith(set, ledger));
    await publish(publisher, 1, 2);
    for (const shop of fleet) await shop.outbox.start();
    await publish(publisher, 3, 6);
    await ledger.has(6 * orders.length * ids.length);
    await publisher.drained();
    expectOrder(ledger, ids, 6);
    expect(ledger.effects.filter(({ attempt }) => attempt > 1)).toEqual([]);
    await until('all buckets', areAllTaken(publisher, sets.length));
    expect(fleet.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it.each(fleets)('keep the order of each key while they come and go: %s', async (_, sets) => {
    const ledger = new Ledger();
    const ids = [...new Set(sets.flat())];
    const publisher = publisherFor(ids);
    const fleet = sets.map((set) => processWith(set, ledger));
    await fleet[0]!.outbox.start();
    const publishing = publish(publisher, 1, 8);
    for (const shop of fleet.slice(1)) await shop.outbox.start();
    for (const shop of fleet) {
      await shop.outbox.stop();
      await shop.outbox.start();
    }
    await publishing;
    await publisher.drained();
    expectOrder(ledger, ids, 8);
  });

  it('go on when a fleet is divided into kinds of workers, without an end of its own', async () => {
    const ledger = new Ledger();
    const publisher = publisherFor(['a', 'b']);
    const [whole, first, second] = [['a', 'b'], ['a'], ['b']].map((set) => processWith(set, ledger)) as [
      Shop,
      Shop,
      Shop,
    ];
    await whole.outbox.start();
    await publish(publisher, 1, 1);
    await first.outbox.start();
    await second.outbox.start();
    await publish(publisher, 2, 2);
    await whole.outbox.stop();
    await publish(publisher, 3, 3);
    await publisher.drained();
    expectOrder(ledger, ['a', 'b'], 3);
  });

  it('take the locks of one handler where all have the same handlers, however many', async () => {
    const ids = Array.from({ length: 8 }, (_, number) => `handler.${number}`);
    const fleet = [1, 2].map(() => processWith(ids));
    for (const shop of fleet) await shop.outbox.start();
    await until('all buckets', areAllTaken(fleet[0]!, 2));
    expect(await bucketLocks()).toBe(64);
  });

  it('have one set of locks again when one that is alone has what others had divided', async () => {
    const [a, b, both] = [['a'], ['b'], ['a', 'b']].map((set) => processWith(set)) as [Shop, Shop, Shop];
    await a.outbox.start();
    await b.outbox.start();
    await until('all buckets', areAllTaken(a, 2));
    expect(await bucketLocks()).toBe(128);
    await a.outbox.stop();
    await b.outbox.stop();
    await both.outbox.start();
    await until('all buckets', areAllTaken(both, 1));
    expect(await bucketLocks()).toBe(64);
  });

  it('serve a handler that one of them subscribes after its start, and not one that it has unsubscribed', async () => {
    const ledger = new Ledger();
    const publisher = publisherFor(['a', 'b']);
    const [one, other] = [['a', 'b'], ['a']].map((set) => processWith(set, ledger)) as [Shop, Shop];
    await one.outbox.start();
    await other.outbox.start();
    const subscription = other.bus.subscribe(OrderPlaced, ledger.handler('b'), { durable: 'b' });
    await publish(publisher, 1, 2);
    await publisher.drained();
    await until('two that serve it', async () => (await relaysOf('b')) === 2);
    subscription.unsubscribe();
    await until('one that serves it', async () => (await relaysOf('b')) === 1);
    await publish(publisher, 3, 4);
    await publisher.drained();
    expectOrder(ledger, ['a', 'b'], 4);
    expect([...one.problems, ...other.problems]).toEqual([]);
  });

  /** As `status` counts them, which leaves out handlers for which nothing waits. */
  async function relaysOf(id: string): Promise<number> {
    const [row] = await database.query(
      `select count(*)::int as count from pg_locks join class_events.handler on classid = duty::bigint::oid
      where id = $1 and locktype = 'advisory' and objsubid = 2 and objid = 64 and granted`,
      [id],
    );
    return row!['count'] as number;
  }

  it('take over from one another what a killed one had', async () => {
    const ledger = new Ledger();
    const publisher = publisherFor(['a', 'b', 'c']);
    const fleet = [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'b', 'c'],
    ].map((set) => processWith(set, ledger));
    for (const shop of fleet) await shop.outbox.start();
    await until('all buckets', areAllTaken(publisher, 3));
    for (let number = 1; number <= 4; number++) {
      await publish(publisher, number, number);
      await database.query(
        `select pg_terminate_backend(pid) from (
          select pid from pg_locks join class_events.roster on classid = class::bigint::oid
          where locktype = 'advisory' and objsubid = 2 and objid = 64 order by random() limit 1
        ) relay`,
      );
    }
    await publisher.drained();
    // What was at work may be done again.
    for (const id of ['a', 'b', 'c']) {
      for (const order of orders) expect([...new Set(ledger.numbers(id, order))]).toEqual([1, 2, 3, 4]);
    }
  });
});

describe('a handler that a relay does not have', () => {
  it('is told to the others when no relay has served it for a while, and without the advice to delete anything', async () => {
    const publisher = publisherFor(['a', 'b']);
    const [a, b] = [processWith(['a']), processWith(['b'])];
    await a.outbox.start();
    await b.outbox.start();
    await publish(publisher, 1, 1);
    await publisher.drained();
    await b.outbox.stop();
    await publish(publisher, 2, 2);
    await until('a problem', () => a.problems.length > 0);
    expect(a.problems).toEqual([expect.objectContaining({ kind: 'unknown handler', handler: 'b' })]);
    expect(a.problems[0]!.message).toMatch(
      /^Deliveries wait for the durable handler 'b', which no relay has served for \d+ s\. Start a program that has it/,
    );
    expect(a.problems[0]!.message).not.toMatch(/discard|delete/);
    expect((await publisher.outbox.status()).handlers).toEqual([
      expect.objectContaining({ handler: 'b', relays: 0, pending: orders.length }),
    ]);
  });

  it('is not told while another has it, though its deliveries wait for long', async () => {
    const publisher = publisherFor(['a', 'b', 'nobody']);
    const a = processWith(['a']);
    const b = new Shop(database, { takeoverAfter: 1_000, defaults: { backoff: 60_000, maxBackoff: 60_000 } });
    b.bus.subscribe(OrderPlaced, () => Promise.reject(new Error('not now')), { durable: 'b' });
    await a.outbox.start();
    await b.outbox.start();
    await publish(publisher, 1, 1);
    await until('problems of both', () => a.problems.length > 0 && b.problems.length > 0);
    const told = [...a.problems, ...b.problems].map(({ kind, handler }) => `${kind} ${handler}`);
    expect(new Set(told)).toEqual(new Set(['unknown handler nobody']));
  });

  it('is counted by the status with the relays that serve it', async () => {
    const publisher = publisherFor(['a', 'b', 'c']);
    const held = new Promise(() => {});
    const fleet = [['a', 'b'], ['b']].map((ids) => {
      const shop = new Shop(database, { takeoverAfter: 1_000 });
      for (const id of ids) shop.bus.subscribe(OrderPlaced, () => held, { durable: id });
      return shop;
    });
    for (const shop of fleet) await shop.outbox.start();
    await publish(publisher, 1, 1);
    await until('all buckets', areAllTaken(publisher, 2));
    const { handlers } = await publisher.outbox.status();
    expect(handlers.map(({ handler, relays }) => [handler, relays])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 0],
    ]);
    await Promise.all(fleet.map(({ outbox }) => outbox.stop({ timeout: 0 }).catch(() => undefined)));
  });

  it('has a bucket that a stranger has locked counted as one that nobody has taken', async () => {
    const shop = processWith(['a']);
    await shop.outbox.start();
    await until('all buckets', areAllTaken(shop, 1));
    await shop.outbox.stop();
    const stranger = await database.pool.connect();
    await stranger.query('select pg_advisory_lock(duty, 7) from class_events.handler where id = $1', ['a']);
    await shop.outbox.start();
    await until('the rest', async () => (await shop.outbox.status()).buckets.taken === 63);
    stranger.release(true);
    await until('all buckets', areAllTaken(shop, 1));
  });
});
