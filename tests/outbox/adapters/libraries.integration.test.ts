import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js';
import { knex as connect, type Knex } from 'knex';
import {
  CamelCasePlugin,
  type ControlledTransaction,
  Kysely,
  PostgresDialect,
  sql,
  type Transaction as KyselyTransaction,
} from 'kysely';
import { Pool, type PoolClient } from 'pg';
import postgresJs from 'postgres';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { queryableOf } from '../../../src/outbox/postgres/queryable.js';
import { type Postgres, startPostgres } from '../../domain/databases/postgres.js';
import { beginOn, inSavepoint } from '../../support/pg-transactions.js';
import { insert, type Library, schema, writesInTransactionsOf } from './caller-transactions.js';
import { prismaClient, type PrismaTransaction } from './prisma-client.js';

let postgres: Postgres;
let pool: Pool;
beforeAll(async () => {
  postgres = await startPostgres();
  pool = openPool();
  await pool.query(schema);
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

/** Its end resolves before its connections are closed, so the server may still tell them of its own. */
function openPool(): Pool {
  return new Pool({ connectionString: postgres.url }).on('error', () => undefined);
}

/** Somebody who looks from outside. */
const outside: Pick<Library<never>, 'committed' | 'clear'> = {
  clear: () => pool.query('delete from notes'),
  async committed() {
    const { rows } = await pool.query<{ id: string }>('select id from notes order by id');
    return rows.map(({ id }) => id);
  },
};

const refusal = (root: string, remedy: string): string =>
  `This is ${root}: what the outbox writes through it would not be in your transaction. Pass ${remedy}.`;

writesInTransactionsOf<PoolClient>(
  'pg',
  async () => ({
    ...outside,
    begin: beginOn(pool),
    savepoint: (client, run) =>
      inSavepoint(
        (statement) => client.query(statement),
        () => run(client),
      ),
    insert: (client, id) => client.query(insert, [id]),
    roots: [[pool, refusal('a Pool of pg', 'the client of pool.connect() on which you began')]],
    close: async () => undefined,
  }),
  { isolated: true },
);

const sqlRefusal = refusal(
  'a sql function that takes a connection for each query',
  'the sql of sql.begin(async (sql) => …)',
);

writesInTransactionsOf<postgresJs.TransactionSql>(
  'postgres.js',
  async () => {
    const root = postgresJs(postgres.url);
    return {
      ...outside,
      begin: (run) => root.begin(run),
      savepoint: (transaction, run) => transaction.savepoint(run),
      insert: async (transaction, id) => transaction`insert into notes (id) values (${id})`,
      roots: [[root, sqlRefusal]],
      close: () => root.end(),
    };
  },
  { isolated: true },
);

writesInTransactionsOf<postgresJs.ReservedSql>(
  'postgres.js, begun by hand on a reserved connection',
  async () => {
    const root = postgresJs(postgres.url);
    return {
      ...outside,
      async begin(run) {
        const reserved = await root.reserve();
        try {
          await reserved`begin`;
          const value = await run(reserved);
          await reserved`commit`;
          return value;
        } catch (error) {
          await reserved`rollback`;
          throw error;
        } finally {
          reserved.release();
        }
      },
      savepoint: (reserved, run) =>
        inSavepoint(
          async (statement) => reserved.unsafe(statement),
          () => run(reserved),
        ),
      insert: async (reserved, id) => reserved`insert into notes (id) values (${id})`,
      roots: [[root, sqlRefusal]],
      close: () => root.end(),
    };
  },
  { isolated: true },
);

const drizzleRefusal = refusal('a Drizzle database', 'the tx of db.transaction(async (tx) => …)');

type DrizzleTransaction<Database extends { transaction(run: never): unknown }> = Parameters<
  Parameters<Database['transaction']>[0]
>[0];

writesInTransactionsOf<DrizzleTransaction<ReturnType<typeof drizzle>>>(
  'Drizzle on pg',
  async () => {
    const db = drizzle(pool);
    return {
      ...outside,
      begin: (run) => db.transaction(run),
      savepoint: (tx, run) => tx.transaction(run),
      insert: (tx, id) => tx.execute(drizzleSql`insert into notes (id) values (${id})`),
      roots: [[db, drizzleRefusal]],
      close: async () => undefined,
    };
  },
  { isolated: true },
);

writesInTransactionsOf<DrizzleTransaction<ReturnType<typeof drizzleOnPostgresJs>>>(
  'Drizzle on postgres.js',
  async () => {
    const root = postgresJs(postgres.url);
    const db = drizzleOnPostgresJs(root);
    return {
      ...outside,
      begin: (run) => db.transaction(run),
      savepoint: (tx, run) => tx.transaction(run),
      insert: (tx, id) => tx.execute(drizzleSql`insert into notes (id) values (${id})`),
      roots: [[db, drizzleRefusal]],
      close: () => root.end(),
    };
  },
  { isolated: true },
);

const kyselyRefusal = refusal('a Kysely database', 'the trx of db.transaction().execute(async (trx) => …)');

/** The plugin renames columns in results; what the outbox reads is not to be renamed. */
const kysely = (): Kysely<unknown> =>
  new Kysely({
    dialect: new PostgresDialect({ pool: openPool() }),
    plugins: [new CamelCasePlugin()],
  });

writesInTransactionsOf<KyselyTransaction<unknown>>(
  'Kysely',
  async () => {
    const db = kysely();
    return {
      ...outside,
      begin: (run) => db.transaction().execute(run),
      savepoint: (trx, run) =>
        inSavepoint(
          (statement) => sql.raw(statement).execute(trx),
          () => run(trx),
        ),
      insert: (trx, id) => sql`insert into notes (id) values (${id})`.execute(trx),
      roots: [[db, kyselyRefusal]],
      close: () => db.destroy(),
    };
  },
  { isolated: true },
);

writesInTransactionsOf<ControlledTransaction<unknown, string[]>>(
  'Kysely, controlled by hand',
  async () => {
    const db = kysely();
    return {
      ...outside,
      async begin(run) {
        const trx = await db.startTransaction().execute();
        try {
          const value = await run(trx);
          await trx.commit().execute();
          return value;
        } catch (error) {
          await trx.rollback().execute();
          throw error;
        }
      },
      async savepoint(trx, run) {
        const inner = await trx.savepoint('inner_work').execute();
        try {
          const value = await run(inner);
          await inner.releaseSavepoint('inner_work').execute();
          return value;
        } catch (error) {
          await inner.rollbackToSavepoint('inner_work').execute();
          throw error;
        }
      },
      insert: (trx, id) => sql`insert into notes (id) values (${id})`.execute(trx),
      roots: [[db, kyselyRefusal]],
      close: () => db.destroy(),
    };
  },
  { isolated: true },
);

writesInTransactionsOf<Knex.Transaction>(
  'Knex',
  async () => {
    const db = connect({ client: 'pg', connection: postgres.url });
    return {
      ...outside,
      begin: (run) => db.transaction(run),
      savepoint: (trx, run) => trx.transaction(run),
      insert: async (trx, id) => trx('notes').insert({ id }),
      roots: [[db, refusal('a Knex instance', 'the trx of knex.transaction(async (trx) => …)')]],
      close: () => db.destroy(),
    };
  },
  { isolated: true },
);

const typeOrm = (): Promise<DataSource> => new DataSource({ type: 'postgres', url: postgres.url }).initialize();
const typeOrmRefusal = refusal(
  'a DataSource, EntityManager or QueryRunner of TypeORM outside of a transaction',
  'the manager of dataSource.transaction(async (manager) => …)',
);

writesInTransactionsOf<EntityManager>(
  'TypeORM, by its manager',
  async () => {
    const source = await typeOrm();
    return {
      ...outside,
      begin: (run) => source.transaction(run),
      savepoint: (manager, run) => manager.transaction(run),
      insert: (manager, id) => manager.query(insert, [id]),
      roots: [
        [source, typeOrmRefusal],
        [source.manager, typeOrmRefusal],
      ],
      close: () => source.destroy(),
    };
  },
  { isolated: true },
);

writesInTransactionsOf<QueryRunner>(
  'TypeORM, by a query runner',
  async () => {
    const source = await typeOrm();
    const idle = source.createQueryRunner();
    const inTransaction = async (
      runner: QueryRunner,
      run: (runner: QueryRunner) => Promise<unknown>,
    ): Promise<unknown> => {
      await runner.startTransaction();
      try {
        const value = await run(runner);
        await runner.commitTransaction();
        return value;
      } catch (error) {
        await runner.rollbackTransaction();
        throw error;
      }
    };
    return {
      ...outside,
      async begin(run) {
        const runner = source.createQueryRunner();
        try {
          return await inTransaction(runner, run);
        } finally {
          await runner.release();
        }
      },
      savepoint: inTransaction,
      insert: (runner, id) => runner.query(insert, [id]),
      roots: [
        [idle, typeOrmRefusal],
        [idle.manager, typeOrmRefusal],
      ],
      close: () => source.destroy(),
    };
  },
  { isolated: true },
);

const mikroOrm = (): Promise<MikroORM> =>
  MikroORM.init({ entities: [], discovery: { warnWhenNoEntities: false }, clientUrl: postgres.url });

writesInTransactionsOf<SqlEntityManager>(
  'MikroORM',
  async () => {
    const orm = await mikroOrm();
    return {
      ...outside,
      begin: (run) => orm.em.fork().transactional(run),
      savepoint: (em, run) => em.transactional(run),
      insert: (em, id) => em.execute('insert into notes (id) values (?)', [id]),
      roots: [
        [
          orm.em.fork(),
          refusal(
            'an EntityManager of MikroORM outside of a transaction',
            'the em of em.transactional(async (em) => …)',
          ),
        ],
      ],
      close: () => orm.close(),
    };
  },
  { isolated: true },
);

describe('an EntityManager of MikroORM that follows its context', () => {
  let orm: MikroORM;
  beforeAll(async () => {
    orm = await mikroOrm();
  });
  afterAll(() => orm.close());

  it('is a transaction while one is open that it began', async () => {
    const em = orm.em.fork({ useContext: true });
    await em.transactional(() => queryableOf(em).query(insert, ['by context']));
    expect(await outside.committed()).toContain('by context');
    expect(() => queryableOf(em)).toThrow('outside of a transaction');
  });
});

// Prisma gives up on a transaction after some seconds, which a busy machine may need.
const patient = { maxWait: 60_000, timeout: 60_000 };

writesInTransactionsOf<PrismaTransaction>(
  'Prisma',
  async () => {
    const prisma = prismaClient(postgres.url);
    return {
      ...outside,
      begin: (run) => prisma.$transaction(run, patient),
      savepoint: (tx, run) => tx.$transaction(run),
      insert: (tx, id) => tx.$executeRawUnsafe(insert, id),
      roots: [[prisma, refusal('a PrismaClient', 'the tx of prisma.$transaction(async (tx) => …)')]],
      close: () => prisma.$disconnect(),
    };
  },
  { isolated: true },
);
