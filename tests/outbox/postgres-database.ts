import { pglite, postgres, type PostgresOptions } from 'class-events/outbox/postgres';
import type { OutboxStore } from 'class-events/outbox';
import type { PGlite } from '@electric-sql/pglite';
import { Pool } from 'pg';
import { startPostgres } from '../domain/databases/postgres.js';
import { beginOn, inSavepoint } from '../support/pg-transactions.js';
import type { Effects, OutboxDatabase, Transaction } from './database.js';
import { tamperWith } from './postgres-tamper.js';

declare global {
  // Given by the environment of tests/domain/databases.
  var PGlite: { create(): Promise<PGlite> };
}

/** A database that speaks the SQL of PostgreSQL. */
export interface SqlDatabase extends OutboxDatabase {
  /** Runs a statement outside of all transactions. */
  query(text: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  store(options?: PostgresOptions): OutboxStore;
}

/** A server with the tables of an outbox, and a table of effects. */
export interface PostgresDatabase extends SqlDatabase {
  readonly pool: Pool;
  readonly url: string;
}

const tables = [
  'create table effects (id text primary key, delivery text)',
  'create table doubtful (id text references effects (id) deferrable initially deferred)',
];

/** The part that a server and a PGlite have in common. */
function sqlDatabase({ query, store }: Pick<SqlDatabase, 'query' | 'store'>) {
  const effects: Effects = {
    write: (transaction, id, delivery) =>
      transaction.query('insert into effects (id, delivery) values ($1, $2)', [id, delivery ?? null]),
    ids: async () => (await query('select id from effects order by id')).map(({ id }) => id as string),
    refuseCommit: (transaction) => transaction.query("insert into doubtful values ('nobody')"),
    refusal: 'violates foreign key constraint',
  };
  const all = ['event', 'delivery', 'held', 'failure', 'scheduled', 'limit_start', 'limit_holder', 'pause'].map(
    (table) => `class_events.${table}`,
  );
  return {
    query,
    store,
    savepoint: (transaction: Transaction, run: (transaction: Transaction) => Promise<unknown>) =>
      inSavepoint(
        (statement) => transaction.query(statement),
        () => run(transaction),
      ),
    effects,
    tamper: tamperWith(query),
    another: () => ({
      store: () => store({ schema: 'shop_events' }),
      drop: () => query('drop schema shop_events cascade'),
    }),
    empty: () => query(`truncate ${all.join(', ')}, effects, doubtful restart identity`),
  };
}

export async function inPostgres(): Promise<PostgresDatabase> {
  const server = await startPostgres();
  const pool = new Pool({ connectionString: server.url, max: 30 });
  const begin = beginOn(pool);
  for (const table of tables) await pool.query(table);
  await postgres(pool).migrate();
  return {
    ...sqlDatabase({
      query: async (text, params) => (await pool.query<Record<string, unknown>>(text, params)).rows,
      store: (options) => postgres(pool, options),
    }),
    pool,
    url: server.url,
    begin: (run) => begin(run),
    async close() {
      await pool.end();
      await server.stop();
    },
  };
}

export async function inPGlite(): Promise<SqlDatabase> {
  const db = await globalThis.PGlite.create();
  for (const table of tables) await db.exec(table);
  await pglite(db).migrate();
  return {
    ...sqlDatabase({
      query: async (text, params) => (await db.query<Record<string, unknown>>(text, params)).rows,
      store: ({ schema } = {}) => pglite(db, { schema }),
    }),
    begin: (run) => db.transaction((transaction) => run(transaction as Transaction)),
    close: () => db.close(),
  };
}
