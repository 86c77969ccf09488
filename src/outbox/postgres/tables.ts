import type { Database } from './database.js';
import { queryableOf, type Row } from './queryable.js';
import type { Schema } from './schema.js';

/** The tables of one outbox: a schema in a database. Statements have `"S"` for the schema. */
export class Tables {
  constructor(
    readonly database: Database,
    readonly schema: Schema,
    private readonly idleTransactionTimeout: number,
  ) {}

  /** Runs one statement on any connection. */
  query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return this.database.query(this.schema.in(text), params);
  }

  /** Runs one statement in a transaction of the caller. */
  queryIn(transaction: unknown, text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return queryableOf(transaction).query(this.schema.in(text), params);
  }

  /** Runs `run` in a new transaction, which the server ends when it is idle for too long. */
  transaction<T>(run: (transaction: unknown) => Promise<T>): Promise<T> {
    return this.database.transaction(this.idleTransactionTimeout, run);
  }
}

/**
 * Runs a statement of `prune` or of `replay`, one at a time: a replay must not write deliveries for an event that is
 * being deleted.
 */
export function queryLogAlone(tables: Tables, text: string, params: readonly unknown[]): Promise<readonly Row[]> {
  return tables.database.ownTransaction(async (transaction) => {
    // A statement of its own, because the next one must see the changes that were committed while this one waited.
    await transaction.query('select pg_advisory_xact_lock(20819, hashtext($1))::text as locked', [tables.schema.name]);
    return transaction.query(tables.schema.in(text), params);
  });
}
