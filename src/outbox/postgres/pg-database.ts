import type { Begin } from '../../domain/index.js';
import { queryableOf, type Row } from './queryable.js';
import type { Database, Session } from './database.js';

/**
 * The part of a pool of `pg` that is used; that of a compatible driver will do.
 *
 * @example
 * ```ts
 * const pool: PgPool = new Pool({ connectionString: process.env.DATABASE_URL });
 * ```
 */
export interface PgPool {
  /** A client to keep for a while. */
  connect(): Promise<PgClient>;
  /** Runs one statement on any client. */
  query(query: PgQuery): Promise<{ readonly rows: readonly Row[] }>;
  /** Hears of clients that end while nobody has them. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Hears of new clients. */
  on(event: 'connect', listener: (client: PgClient) => void): unknown;
}

/**
 * The part of a client of `pg` that is used.
 *
 * @example
 * ```ts
 * const client: PgClient = await pool.connect();
 * ```
 */
export interface PgClient {
  /** Runs one statement. */
  query(query: PgQuery): Promise<{ readonly rows: readonly Row[] }>;
  /** Gives it back; with an error, to be ended. */
  release(error?: Error | boolean): void;
  /** Hears of its end, its errors and its notifications. */
  on(event: 'error' | 'end' | 'notification', listener: (...values: unknown[]) => void): unknown;
  /** Hears no more. */
  removeListener(event: 'error' | 'end' | 'notification', listener: (...values: unknown[]) => void): unknown;
}

/**
 * One statement, as `pg` takes it.
 *
 * @example
 * ```ts
 * const query: PgQuery = { text: 'select $1::text as id', values: ['o-1'], query_timeout: 10_000 };
 * ```
 */
export interface PgQuery {
  /** With `$1` and so on for the values. */
  readonly text: string;
  /** As many as there are places for. */
  readonly values?: unknown[];
  /** Milliseconds after which the client gives up. */
  readonly query_timeout?: number;
}

/** Pools whose clients may end without ending the process: told once each. */
const survived = new WeakSet<PgPool>();

/** PostgreSQL by a pool of `pg`. */
export class PgDatabase implements Database {
  readonly #pool: PgPool;
  readonly #begin: Begin<unknown>;
  readonly #queryTimeout: number;
  readonly #isPooledByTransaction: boolean;

  constructor(pool: PgPool, begin: Begin<unknown> | undefined, queryTimeout: number, isPooledByTransaction: boolean) {
    this.#pool = pool;
    this.#begin = begin ?? ((run) => this.#inTransaction(run));
    this.#queryTimeout = queryTimeout;
    this.#isPooledByTransaction = isPooledByTransaction;
    if (survived.has(pool)) return;
    survived.add(pool);
    // A client that ends while nobody has it harms nobody: the pool makes another. Without a listener
    // Node would end the process.
    pool.on('error', () => undefined);
    // Nor one that ends between its greeting and the moment at which whoever waits for it can listen.
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#pool.query(this.#timed(text, params))).rows;
  }

  async transaction<T>(idleTransactionTimeout: number, run: (transaction: unknown) => Promise<T>): Promise<T> {
    let value: T | undefined;
    await this.#begin(async (transaction) => {
      await queryableOf(transaction).query("select set_config('idle_in_transaction_session_timeout', $1, true)", [
        String(idleTransactionTimeout),
      ]);
      return (value = await run(transaction));
    });
    return value as T;
  }

  async session(longestSilence: number): Promise<Session> {
    const client = await this.#pool.connect();
    const timed = (text: string, params: readonly unknown[]): PgQuery => this.#timed(text, params, longestSilence);
    const session = new PgSession(client, timed, this.#isPooledByTransaction);
    try {
      await session.open(longestSilence);
      return session;
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  #timed(text: string, params: readonly unknown[], within = this.#queryTimeout): PgQuery {
    return { text, values: [...params], query_timeout: within };
  }

  async #inTransaction(run: (client: PgClient) => Promise<unknown>): Promise<unknown> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: unknown): void => void (broken ??= error as Error);
    client.on('error', onError);
    try {
      await client.query(this.#timed('begin', []));
      const value = await run(client);
      await client.query(this.#timed('commit', [])).catch((error: unknown) => {
        // Why the server has ended the connection, rather than that it is ended.
        throw broken ?? error;
      });
      return value;
    } catch (error) {
      await client.query(this.#timed('rollback', [])).catch(() => undefined);
      // Ended, which rolls back as well, and not given back: a handler that was not waited for may go on, and what it
      // still writes by this client must not get into somebody else's transaction.
      broken = new Error('The transaction was rolled back.');
      throw error;
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }
}

/** The settings of a session by which the server itself ends it when its process stands still or is gone. */
const lifelines = (longestSilence: number) => ({
  idle_session_timeout: longestSilence,
  statement_timeout: Math.ceil(longestSilence / 2),
  lock_timeout: Math.ceil(longestSilence / 4),
  tcp_user_timeout: longestSilence,
  client_connection_check_interval: 500,
});

class PgSession implements Session {
  readonly #client: PgClient;
  readonly #timed: (text: string, params: readonly unknown[]) => PgQuery;
  readonly #isPooledByTransaction: boolean;
  #error: Error | undefined;
  #onEnd: ((error: Error) => void) | undefined;
  #isReleased = false;

  constructor(
    client: PgClient,
    timed: (text: string, params: readonly unknown[]) => PgQuery,
    isPooledByTransaction: boolean,
  ) {
    this.#client = client;
    this.#timed = timed;
    this.#isPooledByTransaction = isPooledByTransaction;
    client.on('error', ((error: Error) => this.#ended(error)) as never);
    client.on('end', () => this.#ended(new Error('The connection has ended.')));
  }

  async open(longestSilence: number): Promise<void> {
    if (this.#isPooledByTransaction) {
      // A pooler leaves a connection with whoever has a transaction open on it; an empty one keeps
      // nothing from being cleaned up.
      await this.query('begin', []);
      await this.query("select set_config('idle_in_transaction_session_timeout', $1, true)", [String(longestSilence)]);
      return;
    }
    // Those that this server knows.
    await this.query(
      `select set_config(wanted.key, wanted.value, false) from pg_settings join json_each_text($1::json) wanted on key = name`,
      [JSON.stringify(lifelines(longestSilence))],
    );
  }

  async query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#client.query(this.#timed(text, params))).rows;
  }

  async listen(channel: string, wake: () => void): Promise<void> {
    if (this.#isPooledByTransaction) return;
    this.#client.on('notification', wake);
    await this.query(`listen "${channel}"`, []);
  }

  onEnd(ended: (error: Error) => void): void {
    this.#onEnd = ended;
    if (this.#error) ended(this.#error);
  }

  async end(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    // Ended, not given back: its settings and its locks go with it.
    this.#client.release(true);
  }

  #ended(error: Error): void {
    if (this.#error) return;
    this.#error = error;
    this.#onEnd?.(error);
  }
}
