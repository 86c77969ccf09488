import { setTimeout as delay } from 'node:timers/promises';
import type { Begin } from '../../domain/index.js';
import { type Queryable, queryableOf, type Row } from './queryable.js';
import type { Database, Session } from './database.js';
import { type AskClient, PgClients } from './pg-clients.js';
import type { PgPool, PgQuery } from './pg-pool.js';
import { PgSession } from './pg-session.js';
import { isConflict } from './sql-state.js';

// How often something is repeated that was in conflict with other transactions.
const longestConflict = 10;

/** PostgreSQL by a pool of `pg`. */
export class PgDatabase implements Database {
  readonly #clients: PgClients;
  readonly #begin: Begin<unknown>;
  readonly #isPooledByTransaction: boolean;
  /** Whether a statement alone runs at the isolation level *read committed*. Asked once. */
  #isReadCommitted: boolean | undefined;

  constructor(pool: PgPool, begin: Begin<unknown> | undefined, queryTimeout: number, isPooledByTransaction: boolean) {
    this.#clients = new PgClients(pool, queryTimeout);
    this.#begin =
      begin ?? ((run) => this.#clients.lend((ask, client) => inTransaction(ask, 'begin', () => run(client))));
    this.#isPooledByTransaction = isPooledByTransaction;
  }

  query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return repeatedly(() =>
      this.#clients.lend(async (ask) => {
        if (await this.#runsReadCommitted(ask)) return ask(text, params);
        return inTransaction(ask, 'begin isolation level read committed', () => ask(text, params));
      }),
    );
  }

  ownTransaction<T>(run: (transaction: Queryable) => Promise<T>): Promise<T> {
    return repeatedly(() =>
      this.#clients.lend((ask) =>
        inTransaction(ask, 'begin isolation level read committed', () => run({ query: ask })),
      ),
    );
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
    const client = await this.#clients.take();
    const timed = (text: string, params: readonly unknown[]): PgQuery =>
      this.#clients.timed(text, params, longestSilence);
    const session = new PgSession(client, timed, this.#isPooledByTransaction);
    try {
      await session.open(longestSilence);
      return session;
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  async #runsReadCommitted(ask: AskClient): Promise<boolean> {
    if (this.#isReadCommitted === undefined) {
      const [row] = await ask("select current_setting('default_transaction_isolation') as level", []);
      this.#isReadCommitted = row?.['level'] === 'read committed';
    }
    return this.#isReadCommitted;
  }
}

async function inTransaction<T>(ask: AskClient, begin: string, run: () => Promise<T>): Promise<T> {
  await ask(begin, []);
  try {
    const value = await run();
    await ask('commit', []);
    return value;
  } catch (error) {
    await ask('rollback', []).catch(() => undefined);
    throw error;
  }
}

/** Repeats what the server has rolled back because of other transactions: a serialization failure, or a deadlock. */
async function repeatedly<T>(run: () => Promise<T>): Promise<T> {
  for (let conflicts = 1; ; conflicts++) {
    try {
      return await run();
    } catch (error) {
      if (!isConflict(error) || conflicts === longestConflict) throw error;
      // Otherwise two that have met would meet again.
      await delay(Math.random() * 5 * conflicts);
    }
  }
}
