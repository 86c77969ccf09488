import { setTimeout as delay } from 'node:timers/promises';
import type { Signal } from '../../core/index.js';
import type { Begin } from '../../domain/index.js';
import { type Queryable, queryableOf, type Row } from './queryable.js';
import type { Database, Session } from './database.js';
import { type AskClient, PgClients } from './pg-clients.js';
import type { PgPool, PgQuery } from './pg-pool.js';
import { PgSession } from './pg-session.js';
import type { Pooler } from './pooling.js';
import { isConflict } from './sql-state.js';

// Compiling a statement of the outbox takes longer than running it.
const beginOwn = 'begin isolation level read committed; set local jit = off';
// How often something is repeated that was in conflict with other transactions.
const longestConflict = 10;

/** PostgreSQL by a pool of `pg`. */
export class PgDatabase implements Database {
  readonly #clients: PgClients;
  readonly #begin: Begin<unknown>;
  readonly #pool: PgPool;
  readonly #pooler: Pooler;
  /** Whether a statement alone runs at the isolation level *read committed*. Asked once. */
  #isReadCommitted: boolean | undefined;

  constructor(pool: PgPool, begin: Begin<unknown> | undefined, queryTimeout: number, pooler: Pooler) {
    this.#pool = pool;
    this.#clients = new PgClients(pool, queryTimeout);
    this.#begin =
      begin ?? ((run) => this.#clients.lend((ask, client) => inTransaction(ask, 'begin', () => run(client))));
    this.#pooler = pooler;
  }

  query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return repeatedly(() =>
      this.#clients.lend(async (ask) => {
        if (await this.#runsReadCommitted(ask)) return ask(text, params);
        return inTransaction(ask, beginOwn, () => ask(text, params));
      }),
    );
  }

  ownTransaction<T>(run: (transaction: Queryable) => Promise<T>): Promise<T> {
    return repeatedly(() => this.#clients.lend((ask) => inTransaction(ask, beginOwn, () => run({ query: ask }))));
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

  /** @throws TypeError for a pool of one client, and OutboxError for a pooler that was not told of. */
  async session(longestSilence: number, stopped: Signal): Promise<Session> {
    if (this.#pool.options?.max === 1) {
      throw new TypeError(
        "The pool has one client ('max: 1'), which a relay would keep to itself, so that nothing else could be asked. Give postgres a pool of two or more, and one more for each transactional handler that is at work.",
      );
    }
    const client = await this.#clients.take();
    const timed = (text: string, params: readonly unknown[]): PgQuery =>
      this.#clients.timed(text, params, longestSilence);
    const session = new PgSession(client, timed, this.#pooler);
    // In half of the time, because the server ends the first connection with its silence.
    const askAnother: AskClient = (text, params) => this.#clients.lend((ask) => ask(text, params), longestSilence / 2);
    const end = (): void => void session.end();
    stopped.addEventListener('abort', end);
    try {
      if (stopped.aborted) throw stopped.reason;
      await session.open(longestSilence, askAnother);
      return session;
    } catch (error) {
      await session.end();
      throw error;
    } finally {
      stopped.removeEventListener('abort', end);
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
