import type { Database } from './database.js';
import { migrations } from './migrations.js';
import { queryableOf } from './queryable.js';
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

/** Takes the missing steps in one transaction, one process at a time. Resolves with their names. */
export function migrate(database: Database, schema: Schema): Promise<readonly string[]> {
  return database.transaction(60_000, async (transaction) => {
    const to = queryableOf(transaction);
    await to.query('select pg_advisory_xact_lock(20818, hashtext($1))::text as locked', [schema.name]);
    for (const statement of prelude(schema)) await to.query(statement, []);
    const rows = await to.query(schema.in('select name from "S".migration'), []);
    const done = new Set(rows.map(({ name }) => name));
    const missing = migrations.filter(({ name }) => !done.has(name));
    for (const { name, statements } of missing) {
      for (const statement of statements) await to.query(sqlFor(schema, statement), []);
      await to.query(record(schema, name), []);
    }
    return missing.map(({ name }) => name);
  });
}

const prelude = (schema: Schema): string[] => [
  schema.in('create schema if not exists "S"'),
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
