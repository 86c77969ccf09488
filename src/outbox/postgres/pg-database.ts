import type { Begin } from '../../domain/index.js';
import { queryableOf, type Row } from './queryable.js';
import type { Database, Session } from './database.js';
import type { PgClient, PgPool, PgQuery } from './pg-pool.js';
import { PgSession } from './pg-session.js';

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
    // A client that ends while nobody has it harms nobody: the pool makes another. Without a listener Node would end
    // the process.
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
