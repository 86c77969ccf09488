import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';

/** A PostgreSQL that a test file has for itself. */
export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** The server at DATABASE_URL with a database of its own, else a server from npm: tests need nothing installed. */
export async function startPostgres(): Promise<Postgres> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return databaseOn(given);
  const server = spawn(process.execPath, [join(__dirname, 'server.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const lines = createInterface(server.stdout);
  const [url] = (await Promise.race([once(lines, 'line'), ended.then(() => ['it ended'])])) as [string];
  if (!url.startsWith('postgres://')) throw new Error(`PostgreSQL did not start: ${url}`);
  return {
    url,
    async stop() {
      server.stdin.end();
      await ended;
    },
  };
}

async function databaseOn(server: string): Promise<Postgres> {
  const name = `class_events_${process.pid}_${Date.now()}`;
  const execute = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: server });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await execute(`create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, stop: () => execute(`drop database ${name} with (force)`) };
}
