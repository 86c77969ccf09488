import type { Database } from './database.js';
import { migrations } from './migrations.js';
import { queryableOf } from './queryable.js';
import type { Schema } from './schema.js';

/** Everything that `migrate` would do where so many steps were taken, as text: to be read, or to be run by other tools. */
export function sqlOf(schema: Schema, after: number): string {
  const steps = migrations
    .slice(after)
    .flatMap(({ name, statements }) => [
      ...statements.map((statement) => sqlFor(schema, statement)),
      record(schema, name),
    ]);
  return [...prelude(schema), ...steps].map((statement) => `${statement};\n`).join('\n');
}

/** Takes the steps that are missing, all or none, one process at a time. Answers their names. */
export function migrate(database: Database, schema: Schema): Promise<readonly string[]> {
  return database.transaction(60_000, async (transaction) => {
    const to = queryableOf(transaction);
    await to.query('select pg_advisory_xact_lock(20818, hashtext($1))::text as locked', [schema.name]);
    for (const statement of prelude(schema)) await to.query(statement, []);
    const taken = await to.query(schema.in('select name from "S".migration'), []);
    const done = new Set(taken.map(({ name }) => name));
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
 * The locks of each schema have numbers of their own, spread by its name (FNV-1a) over all that an integer can be but for a million at
 * either end: those of two schemas are as good as never near each other.
 */
function sqlFor(schema: Schema, sql: string): string {
  const spread = (sum: number, letter: string): number => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193);
  const hash = Array.from(schema.name).reduce(spread, 0x811c9dc5) >>> 0;
  return schema.in(sql).replace('CLASS', String(2 ** 20 + (hash % (2 ** 31 - 2 ** 21))));
}
