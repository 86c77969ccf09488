import { aFunction, checkOptions, type Checks, milliseconds, oneOf } from '../../core/index.js';
import type { Begin } from '../../domain/index.js';
import type { OutboxStore } from '../index.js';
import { sqlOf } from './migrate.js';
import { PgDatabase } from './pg-database.js';
import type { PgPool } from './pg-pool.js';
import { PGliteDatabase, type PGliteLike } from './pglite-database.js';
import { postgresStore } from './postgres-store.js';
import { Schema } from './schema.js';
import { Tables } from './tables.js';

/**
 * Where the tables are, and how transactions of the relay begin.
 *
 * @example
 * ```ts
 * const store = pglite(db, { schema: 'shop_events' });
 * ```
 */
export interface StoreOptions {
  /** The schema of the tables: lower-case letters, digits and underscores. Default `class_events`. */
  readonly schema?: string | undefined;
  /**
   * How transactions of the relay begin: by your own library, so that transactional handlers get what they know. Give
   * the function that `transactional` has, and units of work inside of such handlers join their transactions.
   * Default: a client of the pool.
   */
  readonly begin?: Begin<unknown> | undefined;
}

/**
 * How a PostgreSQL is used.
 *
 * @example
 * ```ts
 * // Transactional handlers get Drizzle's transaction.
 * const store = postgres(pool, { begin: (run) => db.transaction(run) });
 * ```
 */
export interface PostgresOptions extends StoreOptions {
  /** Milliseconds after which a statement that was not answered is an outage. Default 10 000. */
  readonly queryTimeout?: number | undefined;
  /** Milliseconds that a transaction of a handler may do nothing before the server rolls it back. Default 5 000. */
  readonly idleTransactionTimeout?: number | undefined;
  /**
   * Whether a pooler like PgBouncer is between the pool and the server, and for how long it hands out a connection: for
   * a `session`, or for a `transaction`, so that the relay polls. A relay that finds a pooler that was not told of is
   * refused at `start`. Default `none`.
   */
  readonly pooler?: 'none' | 'session' | 'transaction' | undefined;
}

const storeChecks: Checks<StoreOptions> = {
  schema: ['a name', (value) => typeof value === 'string'],
  begin: aFunction,
};
const checks: Checks<PostgresOptions> = {
  ...storeChecks,
  queryTimeout: milliseconds,
  idleTransactionTimeout: milliseconds,
  pooler: oneOf('none', 'session', 'transaction'),
};

/** How long a transaction of a handler may do nothing, in ms, unless told. */
const defaultPause = 5_000;

/**
 * An outbox in a PostgreSQL (14 or newer), by a pool of `pg`. A relay keeps one connection of the pool to itself, and
 * takes one more for each transactional handler at work.
 *
 * @throws TypeError for what is no pool, and for options that are unknown or impossible.
 * @example
 * ```ts
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL });
 * const outbox = new Outbox({ bus, catalog, store: postgres(pool) });
 * ```
 */
export function postgres(pool: PgPool, options: PostgresOptions = {}): OutboxStore {
  if (typeof (pool as Partial<PgPool> | null)?.connect !== 'function' || 'release' in pool) {
    throw new TypeError('postgres takes a pool of pg: postgres(new Pool({ connectionString })).');
  }
  checkOptions(options, checks);
  const {
    schema = 'class_events',
    begin,
    queryTimeout = 10_000,
    idleTransactionTimeout = defaultPause,
    pooler = 'none',
  } = options;
  const database = new PgDatabase(pool, begin, queryTimeout, pooler);
  return postgresStore(new Tables(database, new Schema(schema), idleTransactionTimeout), begin);
}

/**
 * The same outbox in a PGlite, inside of this process: for a first try, tests and desktop programs. One process, one
 * relay. PGlite does not force what it writes to the disk: what was committed survives the end of the process, and
 * may be lost when the power is.
 *
 * @throws TypeError for what is no PGlite, and for options that are unknown or impossible.
 * @example
 * ```ts
 * const outbox = new Outbox({ bus, catalog, store: pglite(await PGlite.create('./data')) });
 * ```
 */
export function pglite(db: PGliteLike, options: StoreOptions = {}): OutboxStore {
  if (typeof (db as Partial<PGliteLike> | null)?.listen !== 'function') {
    throw new TypeError('pglite takes a PGlite: pglite(await PGlite.create(folder)).');
  }
  checkOptions(options, storeChecks);
  const { schema = 'class_events', begin } = options;
  return postgresStore(new Tables(new PGliteDatabase(db, begin), new Schema(schema), defaultPause), begin);
}

/**
 * The SQL that `migrate` runs in an empty database, or after so many steps, for those who let other
 * tools change their databases.
 *
 * @throws TypeError for a schema's name that would have to be escaped, and for what is no number of steps.
 * @example
 * ```ts
 * await writeFile('migrations/0007-class-events.sql', postgresSql());
 * ```
 */
export function postgresSql(schema = 'class_events', after = 0): string {
  if (!Number.isInteger(after) || after < 0) throw new TypeError(`'after' must be a number of steps, not ${after}.`);
  return sqlOf(new Schema(schema), after);
}
