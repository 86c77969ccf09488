import { describe } from '../../core/index.js';
import { shapeOf } from './transaction-shapes.js';

/** A row, by the names of its columns. */
export type Row = Record<string, unknown>;

/** What PostgreSQL is asked through: all that the outbox needs of a transaction or a connection. */
export interface Queryable {
  /**
   * Runs one statement, whose parameters are `$1`, `$2` and so on, and gives its rows. All
   * libraries agree on statements that
   *
   * - get texts, numbers, booleans and null, and cast what is to be something else, as in `$1::jsonb`;
   * - answer with texts, integers, booleans, JSON and null. Casting `bigint`, `numeric` and moments to text spares them
   *   from being made into something else by each; `void` is what Prisma cannot read.
   * - name a column with one word in lower case. An application may have told its library to rename others.
   */
  query(text: string, params: readonly unknown[]): Promise<readonly Row[]>;
}

/**
 * From whatever a unit of work began with to one method. Queries go through that very transaction: they are committed,
 * rolled back and undone by its savepoints as those of the caller.
 *
 * It takes what the transaction functions of Drizzle, Kysely, Knex, MikroORM, Prisma, TypeORM, postgres.js and PGlite
 * hand out, a client of pg on which a transaction was begun, and any other object with `query(text, params)` that
 * resolves with rows, or with an object that has them as `rows`.
 *
 * @throws TypeError for what it cannot be, and for a pool, or a database as a whole: what goes through these is not in
 * the transaction. Whether a client has begun a transaction cannot be told from its shape.
 * @example
 * ```ts
 * await db.transaction(async (tx) => {
 *   const rows = await queryableOf(tx).query('select $1::text as id', [order.id]);
 * });
 * ```
 */
export function queryableOf(transaction: unknown): Queryable {
  const shape = Object(transaction) === transaction ? shapeOf(transaction as object) : undefined;
  if (!shape) {
    throw new TypeError(
      `${describe(transaction)} is no transaction that the outbox can write in. Pass what the transaction function of your ` +
        'library hands you, or an object with query(text, params) that resolves with rows.',
    );
  }
  const ask = shape.open(transaction as never);
  if (!ask) {
    throw new TypeError(
      `This is ${shape.root}: what the outbox writes through it would not be in your transaction. Pass ${shape.remedy}.`,
    );
  }
  return { query: async (text, params) => rowsOf(await ask(text, params)) };
}

/** @throws TypeError for an answer without rows. */
function rowsOf(answer: unknown): readonly Row[] {
  const rows: unknown = Array.isArray(answer) ? answer : (answer as { rows?: unknown } | undefined)?.rows;
  if (Array.isArray(rows)) return rows as Row[];
  throw new TypeError(
    `query answered with ${describe(answer)}. Let query(text, params) resolve with rows, or with an object that has rows.`,
  );
}
