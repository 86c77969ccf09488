import type { Begin } from '../../domain/index.js';
import { OutboxError } from '../index.js';
import type { Database } from './database.js';
import { type Queryable, queryableOf, type Row } from './queryable.js';

/**
 * The part of a PGlite that is used.
 *
 * @example
 * ```ts
 * const db: PGliteLike = await PGlite.create('./data');
 * ```
 */
export interface PGliteLike {
  /** Runs one statement. */
  query(text: string, params?: unknown[]): Promise<{ readonly rows: unknown[] }>;
  /** Runs a callback in a transaction; nothing else is done meanwhile. */
  transaction(run: (transaction: unknown) => Promise<unknown>): Promise<unknown>;
  /** Calls back for each notification. */
  listen(channel: string, callback: () => void): Promise<() => Promise<void>>;
}

const relayed = new WeakSet();

/** PostgreSQL inside of this process. It has one connection, so there is nobody to share the work with. */
export class PGliteDatabase implements Database {
  readonly #db: PGliteLike;
  readonly #begin: Begin<unknown>;

  constructor(db: PGliteLike, begin: Begin<unknown> = (run) => db.transaction(run)) {
    this.#db = db;
    this.#begin = begin;
  }

  async query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#db.query(text, [...params])).rows as Row[];
  }

  async ownTransaction<T>(run: (transaction: Queryable) => Promise<T>): Promise<T> {
    let value: T | undefined;
    await this.#db.transaction(async (transaction) => (value = await run(queryableOf(transaction))));
    return value as T;
  }

  async transaction<T>(_longestPause: number, run: (transaction: unknown) => Promise<T>): Promise<T> {
    // No time limit: the setting for it makes PGlite 0.5 stand still.
    let value: T | undefined;
    await this.#begin(async (transaction) => (value = await run(transaction)));
    return value as T;
  }

  async session(): Promise<undefined> {
    return undefined;
  }

  /** @throws OutboxError for a second relay. */
  async listen(channel: string, wake: () => void): Promise<() => Promise<void>> {
    if (relayed.has(this.#db)) {
      throw new OutboxError(
        'This PGlite has a relay already: its one connection cannot be shared. Use one outbox, or a server.',
      );
    }
    relayed.add(this.#db);
    try {
      const end = await this.#db.listen(channel, wake);
      return async () => {
        relayed.delete(this.#db);
        await end();
      };
    } catch (error) {
      relayed.delete(this.#db);
      throw error;
    }
  }
}
