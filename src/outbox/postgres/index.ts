/**
 * The outbox's tables in PostgreSQL, or in a PGlite inside of this process.
 *
 * @module
 */
export type { PgClient, PgPool, PgQuery } from './pg-pool.js';
export type { PGliteLike } from './pglite-database.js';
export { pglite, postgres, type PostgresOptions, postgresSql, type StoreOptions } from './postgres.js';
export { type Queryable, queryableOf, type Row } from './queryable.js';
