import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';

const local = 'postgres://postgres@127.0.0.1:5432/postgres';

/** The PostgreSQL at DATABASE_URL, else the one of this machine, else one from npm that the tests use as well. */
export async function findServer() {
  for (const url of process.env.DATABASE_URL ? [process.env.DATABASE_URL] : [local]) {
    const reason = await query(url, 'select 1').then(
      () => undefined,
      (error) => error,
    );
    if (!reason) return { url, stop: async () => {} };
    if (process.env.DATABASE_URL) throw new Error(`DATABASE_URL leads nowhere: ${reason.message}`);
  }
  return embedded();
}

async function embedded() {
  const program = join(import.meta.dirname, '../../tests/domain/databases/server.mjs');
  const server = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const [url] = await Promise.race([once(createInterface(server.stdout), 'line'), ended.then(() => ['it ended'])]);
  if (!url.startsWith('postgres://')) throw new Error(`PostgreSQL did not start: ${url}. Set DATABASE_URL.`);
  return { url, stop: async () => (server.stdin.end(), await ended) };
}

/** A database of its own on that server, for as long as `use` takes. */
export async function withDatabase(server, use) {
  const name = `class_events_bench_${process.pid}_${Date.now()}`;
  await query(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  try {
    return await use(url.href);
  } finally {
    await query(server, `drop database if exists ${name} with (force)`);
  }
}

/** One statement; its first row. */
export async function query(url, text) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows[0];
  } finally {
    await client.end();
  }
}
