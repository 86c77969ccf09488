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

const missingOf = (taken: ReadonlySet<string>) => migrations.filter(({ name }) => !taken.has(name));

/** Resolves with the names of the steps that the database has taken. */
async function takenSteps(database: Queryable, schema: Schema): Promise<ReadonlySet<string>> {
  const table = await database.query(
    `select relname::text as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where nspname = $1 and relname = 'migration'`,
    [schema.name],
  );
  if (table.length === 0) return new Set();
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
