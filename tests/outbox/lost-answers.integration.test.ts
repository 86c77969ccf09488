import { transactional, UnknownOutcomeError } from 'class-events/domain';
import { postgres } from 'class-events/outbox/postgres';
import { Pool, type PoolClient } from 'pg';
import { LosingProxy } from '../support/losing-proxy.js';
import { beginOn } from '../support/pg-transactions.js';
import { rejectionOf } from '../support/rejection.js';
import { until } from './ledger.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { closeShops, OrderPlaced, OrderShipped, Shop } from './shop.js';

let database: PostgresDatabase;
let proxy: LosingProxy;
let behindProxy: Pool;
beforeAll(async () => {
  database = await inPostgres();
  proxy = await LosingProxy.before(database.url);
  const ignore = (): void => undefined;
  behindProxy = new Pool({ connectionString: proxy.urlFor(database.url) })
    .on('error', ignore)
    .on('connect', (client) => client.on('error', ignore));
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(async () => {
  await behindProxy.end();
  proxy.close();
  await database.close();
});

describe('When the answer to a commit is lost', () => {
  it('a durable handler tells the truth: it gets what was committed, and nothing of what was not', async () => {
    const shop = new Shop(database);
    const told: string[] = [];
    for (const phase of ['afterCommit', 'afterRollback'] as const) {
      shop.bus.subscribe(OrderPlaced, () => void told.push(phase), { phase });
    }
    shop.bus.subscribe(OrderPlaced, ({ orderId }) => void told.push(orderId), { durable: 'mail.receipt' });
    await shop.outbox.start();
    const unitOfWork = transactional<PoolClient>(shop.bus, beginOn(behindProxy));
    for (const loss of ['request', 'answer'] as const) {
      const placing = unitOfWork(async () => {
        await shop.bus.publish(new OrderPlaced(loss));
        proxy.loseNext(loss);
      });
      expect(await rejectionOf(placing)).toBeInstanceOf(UnknownOutcomeError);
    }
    await until('the event', () => told.length > 0);
    await shop.drained();
    expect(told).toEqual(['answer']);
  });

  it('a transactional handler has written once, and no phase of what it published is claimed', async () => {
    const store = postgres(database.pool, { begin: beginOn(behindProxy) });
    const shop = new Shop(database, { store });
    const told: string[] = [];
    for (const phase of ['afterCommit', 'afterRollback'] as const) {
      shop.bus.subscribe(OrderShipped, () => void told.push(phase), { phase });
    }
    const book = async ({ orderId }: OrderPlaced, { transaction, attempt }: never): Promise<void> => {
      await database.effects.write(transaction, orderId);
      await shop.bus.publish(new OrderShipped(orderId));
      if (attempt === 1) proxy.loseNext('answer');
    };
    shop.bus.subscribe(OrderPlaced, book as never, { durable: 'billing.invoice', transactional: true });
    await shop.outbox.start();
    await shop.place('o-1');
    await until('a problem', () => shop.problems.length > 0);
    await shop.drained();
    expect(await database.effects.ids()).toEqual(['o-1']);
    expect(shop.problems.map(({ kind }) => kind)).toEqual(['unavailable']);
    expect(told).toEqual([]);
  });
});
