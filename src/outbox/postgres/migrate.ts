import { OutboxError, type SchemaSteps } from '../index.js';
import type { Database } from './database.js';
import { migrations } from './migrations.js';
import type { Queryable } from './queryable.js';
import { hashOf } from '../store/hash.js';
import type { Schema } from './schema.js';

/** Returns the SQL of all steps after the first `after` ones, as `migrate` would run it. */
export function sqlOf(schema: Schema, after: number): string {
  const steps = migrations
    .slice(after)
    .flatMap(({ name, statements }) => [
      ...statements.map((statement) => sqlFor(schema, statement)),
      record(schema, name),
    ]);
  return [...prelude(schema), ...steps].map((statement) => `${statement};\n`).join('\n');
}

/**
 * Takes the missing steps in one transaction, one process at a time. Resolves with their names. Where no step is
 * missing it only reads, so a role without the right to create anything may call it, and so may a client of a standby.
 */
export async function migrate(database: Database, schema: Schema): Promise<readonly string[]> {
  const missing = missingOf(await takenSteps(database, schema));
  return missing.length === 0 ? [] : database.ownTransaction((transaction) => takeSteps(transaction, schema));
}

async function takeSteps(transaction: Queryable, schema: Schema): Promise<readonly string[]> {
  await transaction.query('select pg_advisory_xact_lock(20818, hashtext($1))::text as locked', [schema.name]);
  for (const statement of prelude(schema)) await transaction.query(statement, []);
  // Another process may have taken steps while this one waited for the lock.
  const missing = missingOf(await takenSteps(transaction, schema));
  for (const { name, statements } of missing) {
    for (const statement of statements) await transaction.query(sqlFor(schema, statement), []);
    await transaction.query(record(schema, name), []);
  }
  return missing.map(({ name }) => name);
}

/** Resolves with how the steps of the database differ from those of this version. */
export async function stepsOf(database: Database, schema: Schema): Promise<SchemaSteps> {
  const taken = await takenSteps(database, schema);
  const known = new Set(migrations.map(({ name }) => name));
  return {
    taken: [...(taken ?? [])].filter((name) => known.has(name)),
    missing: missingOf(taken).map(({ name }) => name),
    ahead: [...(taken ?? [])].filter((name) => !known.has(name)).sort(),
  };
}

/** @throws OutboxError if this version cannot work with the tables. */
export async function checkSteps(database: Database, schema: Schema): Promise<void> {
  const taken = await takenSteps(database, schema);
  const [first] = missingOf(taken);
  if (!taken) {
    throw new OutboxError(`The outbox has no tables in the schema ${schema.name}. Call outbox.migrate() first.`);
  }
  if (first === undefined) return;
  throw new OutboxError(
    `The tables in the schema ${schema.name} are behind this version: the step '${first.name}' was not taken. Take it before programs of this version start, while older ones go on: call outbox.migrate(), run class-events outbox migrate, or give your tool the SQL of class-events outbox sql --after ${migrations.indexOf(first)}.`,
  );
}

const missingOf = (taken: ReadonlySet<string> | undefined) => migrations.filter(({ name }) => !taken?.has(name));

/** Resolves with the names of the steps that the database has taken; undefined if there are no tables. */
async function takenSteps(database: Queryable, schema: Schema): Promise<ReadonlySet<string> | undefined> {
  const table = await database.query(
    `select relname::text as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where nspname = $1 and relname = 'migration'`,
    [schema.name],
  );
  if (table.length === 0) return undefined;
  const rows = await database.query(schema.in('select name from "S".migration'), []);
  return new Set(rows.map(({ name }) => name as string));
}

const prelude = (schema: Schema): string[] => [
  // `create schema if not exists` wants a right on the database also where the schema exists.
  schema.in(`do $$ begin if to_regnamespace('"S"') is null then create schema "S"; end if; end $$`),
  schema.in(
    'create table if not exists "S".migration (name text primary key, taken_at timestamptz not null default clock_timestamp())',
  ),
];

const record = (schema: Schema, name: string): string =>
  schema.in(`insert into "S".migration (name) values ('${name}')`);

/**
 * Returns a statement for the schema. `CLASS` is the first number of the schema's locks: the FNV-1a hash of its name,
 * so that the locks of two schemas practically never collide. A million numbers at either end of the integers are left
 * free.
 */
function sqlFor(schema: Schema, sql: string): string {
  return schema.in(sql).replace('CLASS', String(2 ** 20 + (hashOf(schema.name) % (2 ** 31 - 2 ** 21))));
}
