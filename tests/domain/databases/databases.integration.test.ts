import { type ExtractTablesWithRelations, sql as drizzleSql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgTransaction } from 'drizzle-orm/pg-core';
import { type ControlledTransaction, Kysely, PostgresDialect, sql } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { type Database, servesUnitsOfWork } from '../../contracts/transactions.js';
import { beginOn, inSavepoint } from '../../support/pg-transactions.js';
import { type Postgres, startPostgres } from './postgres.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const schema = `
  create table if not exists customers (id text primary key);
  create table if not exists orders (
    id text primary key,
    customer text references customers deferrable initially deferred
  );`;
const insert = 'insert into orders (id) values ($1)';
const dangling = "insert into orders (id, customer) values ('broken', 'nobody')";

/** What all of them need besides their transactions: somebody who looks from outside. */
async function outside(): Promise<Pick<Database<never>, 'committed' | 'clear'> & { readonly pool: Pool }> {
  const pool = new Pool({ connectionString: postgres.url, max: 12 });
  // The server ends before a connection that has just been given back: nobody's error.
  pool.on('error', () => undefined);
  await pool.query(schema);
  return {
    pool,
    clear: () => pool.query('delete from orders'),
    async committed() {
      const { rows } = await pool.query<{ id: string }>('select id from orders order by id');
      return rows.map(({ id }) => id);
    },
  };
}

servesUnitsOfWork<PoolClient>(
  'PostgreSQL, by pg alone',
  async () => {
    const { pool, ...looking } = await outside();
    return {
      ...looking,
      begin: beginOn(pool),
      savepoint: (client, run) =>
        inSavepoint(
          (statement) => client.query(statement),
          () => run(client),
        ),
      insert: (client, id) => client.query(insert, [id]),
      breakCommit: (client) => client.query(dangling),
      close: () => pool.end(),
    };
  },
  { isolated: true },
);

type Drizzle = PgTransaction<
  NodePgQueryResultHKT,
  Record<string, never>,
  ExtractTablesWithRelations<Record<string, never>>
>;

servesUnitsOfWork<Drizzle>(
  'PostgreSQL, by Drizzle',
  async () => {
    const { pool, ...looking } = await outside();
    const db: NodePgDatabase = drizzle(pool);
    return {
      ...looking,
      begin: (run) => db.transaction(run),
      savepoint: (transaction, run) => transaction.transaction(run),
      insert: (transaction, id) => transaction.execute(drizzleSql`insert into orders (id) values (${id})`),
      breakCommit: (transaction) => transaction.execute(drizzleSql.raw(dangling)),
      close: () => pool.end(),
    };
  },
  { isolated: true },
);

type Kys =
  ControlledTransaction<unknown> | Parameters<Parameters<ReturnType<Kysely<unknown>['transaction']>['execute']>[0]>[0];

servesUnitsOfWork<Kys>(
  'PostgreSQL, by Kysely',
  async () => {
    const { pool, ...looking } = await outside();
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    return {
      ...looking,
      begin: (run) => db.transaction().execute(run),
      savepoint: (transaction, run) =>
        inSavepoint(
          (statement) => sql.raw(statement).execute(transaction),
          () => run(transaction),
        ),
      insert: (transaction, id) => sql`insert into orders (id) values (${id})`.execute(transaction),
      breakCommit: (transaction) => sql.raw(dangling).execute(transaction),
      close: () => db.destroy(),
    };
  },
  { isolated: true },
);

servesUnitsOfWork<EntityManager>(
  'PostgreSQL, by TypeORM',
  async () => {
    const { pool, ...looking } = await outside();
    const source = await new DataSource({ type: 'postgres', url: postgres.url, poolSize: 12 }).initialize();
    return {
      ...looking,
      begin: (run) => source.transaction(run),
      savepoint: (manager, run) => manager.transaction(run),
      insert: (manager, id) => manager.query(insert, [id]),
      breakCommit: (manager) => manager.query(dangling),
      close: () => Promise.all([source.destroy(), pool.end()]),
    };
  },
  { isolated: true },
);
