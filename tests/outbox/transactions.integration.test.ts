import { drizzle } from 'drizzle-orm/node-postgres';
import { sql as drizzleSql } from 'drizzle-orm';
import { Kysely, PostgresDialect, sql, type Transaction as KyselyTransaction } from 'kysely';
import type { DurableContext } from 'class-events';
import { type Begin, transactional } from 'class-events/domain';
import { OutboxError } from 'class-events/outbox';
import { Pool } from 'pg';
import { rejectionOf } from '../support/rejection.js';
import type { Transaction } from './database.js';
import { inPostgres, type PostgresDatabase } from './postgres-database.js';
import { until } from './ledger.js';
import { closeShops, OrderPlaced, Shop } from './shop.js';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await inPostgres();
});
beforeEach(() => database.empty());
afterEach(closeShops);
afterAll(() => database.close());

describe('a transaction', () => {
  const sink = (): void => undefined;
  const shopOn = (begin: Begin<Transaction>) => {
    const shop = new Shop(database);
    shop.bus.subscribe(OrderPlaced, sink, { durable: 'mail.receipt' });
    const unitOfWork = transactional(shop.bus, begin);
    return { shop, publish: () => unitOfWork(() => shop.bus.publish(new OrderPlaced('o-1'))), unitOfWork };
  };

  it('a transaction that is a pool is refused', async () => {
    const { shop, publish } = shopOn((run) => run(database.pool));
    expect(String(await rejectionOf(publish()))).toContain('This is a Pool of pg: what the outbox writes through it');
    expect(await shop.rows()).toBe(0);
  });

  it.each([
    ['that was never begun', []],
    ['that was never begun, after a statement', ['select 1']],
    ['that was never begun, after a write', ["insert into effects (id) values ('written alone')"]],
    ['that has ended before', ['begin', "insert into effects (id) values ('committed')", 'commit']],
    ['that has been rolled back before', ['begin', "select set_config('class_events.guard', 'x', true)", 'rollback']],
  ])('%s is refused, and nothing is written', async (_, statements) => {
    const pool = new Pool({ connectionString: database.url });
    const { shop, publish } = shopOn(async (run) => {
      const client = await pool.connect();
      try {
        for (const statement of statements) await client.query(statement);
        return await run(client);
      } finally {
        client.release();
      }
    });
    for (let time = 0; time < 2; time++) {
      const error = await rejectionOf(publish());
      expect(error).toBeInstanceOf(OutboxError);
      expect(String(error)).toContain(
        'The unit of work has no transaction: two statements did not run in the same one.',
      );
      if (statements.some((statement) => statement.startsWith('insert'))) await database.empty();
    }
    expect(await shop.rows()).toBe(0);
    expect(await database.tamper.events()).toEqual([]);
    await pool.end();
  });

  it('waits for another one with the same keys, and never for one that waits for it', async () => {
    const { shop, unitOfWork } = shopOn(database.begin);
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    const publishing = numbers.map((number) =>
      unitOfWork(async () => {
        for (let order = 0; order < 10; order++) {
          await shop.bus.publish(new OrderPlaced(`o-${(order * 7 + number * 3) % 10}`, number));
        }
      }),
    );
    await Promise.all(publishing);
    expect(await shop.rows()).toBe(200);
  });

  it.each([
    ['whose first statement the event is', []],
    ['in which something was read before', ['select 1']],
    ['in which something was written before', ["insert into effects (id) values ('o-1')"]],
  ])('%s is one', async (_, statements) => {
    const { shop, unitOfWork } = shopOn(database.begin);
    await unitOfWork(async (transaction) => {
      for (const statement of statements) await transaction.query(statement);
      await shop.bus.publish(new OrderPlaced('o-1'));
    });
    expect(await shop.rows()).toBe(1);
  });
});

describe('transactional handlers get', () => {
  const pools: Pool[] = [];
  const connect = (): Pool => {
    const pool = new Pool({ connectionString: database.url });
    pools.push(pool);
    return pool;
  };
  beforeAll(() =>
    database.query(
      'create table customers (id text primary key); create table invoices (id text primary key, customer text references customers deferrable initially deferred)',
    ),
  );
  beforeEach(() => database.query('truncate invoices'));
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  });

  interface Library {
    readonly begin: Begin<unknown>;
    readonly insert: (transaction: unknown, id: string, customer: string | null) => Promise<unknown>;
  }
  const libraries: Record<string, () => Library> = {
    Drizzle: () => {
      const db = drizzle(connect());
      type Tx = Parameters<Parameters<typeof db.transaction>[0]>[0];
      return {
        begin: (run) => db.transaction(run),
        insert: (tx, id, customer) => (tx as Tx).execute(drizzleSql`insert into invoices values (${id}, ${customer})`),
      };
    },
    Kysely: () => {
      const db = new Kysely<object>({ dialect: new PostgresDialect({ pool: connect() }) });
      return {
        begin: (run) => db.transaction().execute(run),
        insert: (trx, id, customer) =>
          sql`insert into invoices values (${id}, ${customer})`.execute(trx as KyselyTransaction<object>),
      };
    },
  };
  it.each(Object.entries(libraries))('the transaction of %s, if it is told how that begins', async (_, open) => {
    const { begin, insert } = open();
    const shop = new Shop(database, {
      store: database.store({ begin }),
      handlers: { 'billing.invoice': { maxAttempts: 4 } },
    });
    shop.bus.subscribe(
      OrderPlaced,
      async ({ orderId }, { transaction, attempt }) => {
        await insert(transaction, orderId, attempt === 2 || orderId === 'never' ? 'nobody' : null);
        if (attempt === 1) throw new Error('after the effect');
      },
      { durable: 'billing.invoice', transactional: true },
    );
    await shop.outbox.start();
    await shop.place('o-1');
    await shop.place('never');
    await until('a dead letter', () => shop.problems.length > 0);
    await shop.drained();
    expect(shop.problems.map(({ kind, message }) => [kind, message])).toEqual([
      ['dead letter', expect.stringContaining('violates foreign key constraint')],
    ]);
    const [letter] = await shop.outbox.deadLetters.list();
    expect(letter!.errors.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(letter!.errors[0]!.message).toBe('after the effect');
    expect(letter!.errors[3]!.message).toContain('violates foreign key constraint');
    expect(await database.query('select id from invoices')).toEqual([{ id: 'o-1' }]);
  });

  it('a transactional handler has time as long as something is done in it: standing still is a failure of the handler', async () => {
    const shop = new Shop(database, {
      store: database.store({ idleTransactionTimeout: 100 }),
      defaults: { maxAttempts: 1 },
    });
    const ended = async (pid: unknown): Promise<boolean> =>
      (await database.query('select from pg_stat_activity where pid = $1', [pid])).length === 0;
    const standStill = async (_: OrderPlaced, { transaction }: DurableContext<Transaction>): Promise<void> => {
      const { rows } = await transaction.query('select pg_backend_pid() as pid');
      await until('the end of the transaction', () => ended(rows[0]!['pid']));
    };
    shop.bus.subscribe(OrderPlaced, standStill, { durable: 'billing.invoice', transactional: true });
    await shop.outbox.start();
    await shop.place('o-1');
    await until('a problem', () => shop.problems.length > 0);
    expect(shop.problems.map(({ kind, message }) => [kind, message])).toEqual([
      ['dead letter', expect.stringContaining('idle-in-transaction timeout')],
    ]);
  });
});
