import type { Begin } from 'class-events/domain';
import type { OutboxStore } from 'class-events/outbox';
import { pglite, postgres, type PostgresOptions } from 'class-events/outbox/postgres';
import type { PGlite } from '@electric-sql/pglite';
import { Pool } from 'pg';
import { startPostgres } from '../domain/databases/postgres.js';
import { beginOn } from '../support/pg-transactions.js';

declare global {
  // Given by the environment of tests/domain/databases.
  var PGlite: { create(): Promise<PGlite> };
}

/** What a unit of work begins with, on either database. */
export interface Transaction {
  query(text: string, params?: unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>;
}

/** A database with an outbox, as its users reach it. */
export interface OutboxDatabase {
  readonly begin: Begin<Transaction>;
  /** As somebody sees it who is in no transaction. */
  query(text: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  /** A store on it; each is as one of another process. */
  store(options?: PostgresOptions): OutboxStore;
  close(): Promise<unknown>;
}

/** A server with the tables of an outbox, and a table of effects. */
export interface PostgresDatabase extends OutboxDatabase {
  readonly pool: Pool;
  readonly url: string;
}

const effects = 'create table effects (id text primary key, delivery text)';

export async function inPostgres(): Promise<PostgresDatabase> {
  const server = await startPostgres();
  const pool = new Pool({ connectionString: server.url, max: 30 });
  const begin = beginOn(pool);
  await pool.query(effects);
  await postgres(pool).migrate();
  return {
    pool,
    url: server.url,
    begin: (run) => begin(run),
    query: async (text, params) => (await pool.query<Record<string, unknown>>(text, params)).rows,
    store: (options) => postgres(pool, options),
    async close() {
      await pool.end();
      await server.stop();
    },
  };
}

export async function inPGlite(): Promise<OutboxDatabase> {
  const db = await globalThis.PGlite.create();
  await db.exec(effects);
  await pglite(db).migrate();
  return {
    begin: (run) => db.transaction((transaction) => run(transaction as Transaction)),
    query: async (text, params) => (await db.query<Record<string, unknown>>(text, params)).rows,
    store: ({ schema } = {}) => pglite(db, { schema }),
    close: () => db.close(),
  };
}

/** As it was at the beginning. */
export async function empty(database: OutboxDatabase): Promise<void> {
  const tables = ['event', 'delivery', 'held', 'failure'].map((table) => `class_events.${table}`);
  await database.query(`truncate ${tables.join(', ')}, effects restart identity`);
}
