import { MikroORM } from '@mikro-orm/postgresql';
import { EventBus } from 'class-events';
import { type Begin, transactional, UnknownOutcomeError } from 'class-events/domain';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { knex as connectKnex, type Knex } from 'knex';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import postgresJs from 'postgres';
import { DataSource } from 'typeorm';
import { prismaClient } from '../../outbox/adapters/prisma-client.js';
import { LosingProxy, type Loss } from '../../support/losing-proxy.js';
import { rejectionOf } from '../../support/rejection.js';
import { beginOn } from '../../support/pg-transactions.js';
import { type Postgres, startPostgres } from './postgres.js';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

/** A library as its users begin transactions with it, and write in them. */
interface Library {
  readonly begin: Begin<unknown>;
  readonly insert: (transaction: unknown, id: string) => unknown;
  readonly close: () => unknown;
}

const text = 'insert into orders (id) values ($1)';

function poolOn(connectionString: string): Pool {
  const ignore = (): void => undefined;
  return new Pool({ connectionString }).on('error', ignore).on('connect', (client) => client.on('error', ignore));
}

/** Spares the types of each library's transactions. */
function libraryOf<Transaction>(
  begin: Begin<Transaction>,
  insert: (transaction: Transaction, id: string) => unknown,
  close: () => unknown,
): Library {
  return { begin, insert, close } as Library;
}

const libraries: Record<string, (url: string) => Library | Promise<Library>> = {
  pg(url) {
    const pool = poolOn(url);
    return libraryOf<PoolClient>(
      beginOn(pool),
      (client, id) => client.query(text, [id]),
      () => pool.end(),
    );
  },
  'postgres.js'(url) {
    // A prepared commit has no text by which the proxy could know it.
    const root = postgresJs(url, { prepare: false });
    return libraryOf<postgresJs.TransactionSql>(
      (run) => root.begin(run),
      async (tx, id) => tx`insert into orders (id) values (${id})`,
      // Otherwise it waits for the connection that was lost.
      () => root.end({ timeout: 0 }),
    );
  },
  Drizzle(url) {
    const pool = poolOn(url);
    const db = drizzle(pool);
    return libraryOf<Parameters<Parameters<typeof db.transaction>[0]>[0]>(
      (run) => db.transaction(run),
      (tx, id) => tx.execute(drizzleSql`insert into orders (id) values (${id})`),
      () => pool.end(),
    );
  },
  Kysely(url) {
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: poolOn(url) }) });
    return libraryOf<Kysely<unknown>>(
      (run) => db.transaction().execute(run),
      (trx, id) => sql`insert into orders (id) values (${id})`.execute(trx),
      () => db.destroy(),
    );
  },
  Knex(url) {
    const db = connectKnex({ client: 'pg', connection: url });
    return libraryOf<Knex.Transaction>(
      (run) => db.transaction(run),
      async (trx, id) => trx('orders').insert({ id }),
      () => db.destroy(),
    );
  },
  async TypeORM(url) {
    const source = await new DataSource({ type: 'postgres', url, poolErrorHandler: () => undefined }).initialize();
    return libraryOf<DataSource['manager']>(
      (run) => source.transaction(run),
      (manager, id) => manager.query(text, [id]),
      () => source.destroy(),
    );
  },
  async MikroORM(url) {
    const orm = await MikroORM.init({ entities: [], discovery: { warnWhenNoEntities: false }, clientUrl: url });
    return libraryOf<ReturnType<typeof orm.em.fork>>(
      (run) => orm.em.fork().transactional((em) => run(em as never)),
      (em, id) => em.execute('insert into orders (id) values (?)', [id]),
      () => orm.close(),
    );
  },
  Prisma(url) {
    const prisma = prismaClient(url);
    return libraryOf<Parameters<Parameters<typeof prisma.$transaction>[0]>[0]>(
      // Prisma gives up on a transaction after some seconds, which a busy machine may need.
      (run) => prisma.$transaction(run, { maxWait: 60_000, timeout: 60_000 }),
      (tx, id) => tx.$executeRawUnsafe(text, id),
      () => prisma.$disconnect(),
    );
  },
};

let server: Postgres;
let looking: Pool;
let proxy: LosingProxy;
beforeAll(async () => {
  server = await startPostgres();
  looking = poolOn(server.url);
  await looking.query('create table orders (id text primary key)');
  proxy = await LosingProxy.before(server.url);
});
afterAll(async () => {
  proxy.close();
  await looking.end();
  await server.stop();
});

describe.each(Object.entries(libraries))('The commit of a unit of work by %s', (name, open) => {
  let library: Library;
  beforeAll(async () => {
    library = await open(proxy.urlFor(server.url));
  });
  afterAll(() => library.close());

  it.each<[Loss, number]>([
    ['answer', 1],
    ['request', 0],
  ])('of which the %s is lost claims neither a commit nor a rollback', async (loss, committed) => {
    const bus = new EventBus();
    const story: string[] = [];
    for (const phase of ['beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion'] as const) {
      bus.subscribe(OrderPlaced, () => void story.push(phase), { phase });
    }
    const unitOfWork = transactional(bus, library.begin);
    const id = `${name} ${loss}`;
    const placing = unitOfWork(async (transaction) => {
      await library.insert(transaction, id);
      await bus.publish(new OrderPlaced(loss));
      proxy.loseNext(loss);
    });
    expect(await rejectionOf(placing)).toBeInstanceOf(UnknownOutcomeError);
    expect(story).toEqual(['beforeCommit', 'afterCompletion']);
    expect((await looking.query('select from orders where id = $1', [id])).rowCount).toBe(committed);
    // It has not broken what comes after it.
    await unitOfWork((transaction) => library.insert(transaction, `${id}, and after it`));
  });
});
