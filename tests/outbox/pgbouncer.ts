import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { until } from './ledger.js';

export interface PgBouncer {
  /** The address of the database behind it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the PgBouncer of this machine before the database at `url`. */
export async function startPgBouncer(url: string, poolMode: string, poolSize = 10): Promise<PgBouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'class-events-pgbouncer-'));
  const server = new URL(url);
  const database = server.pathname.slice(1);
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const password = server.password === '' ? '' : ` password=${server.password}`;
  writeFileSync(
    file,
    `[databases]
${database} = host=${server.hostname} port=${server.port || '5432'} dbname=${database} user=${server.username}${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${poolMode}
default_pool_size = ${poolSize}
`,
    { mode: 0o644 },
  );
  execFileSync('chmod', ['755', folder]);
  // It refuses to run as root.
  const user =
    process.getuid?.() === 0 ? { uid: Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })) } : {};
  const bouncer = spawn(programPath(), ['-q', file], { ...user, stdio: 'ignore' });
  const ended = once(bouncer, 'exit');
  server.host = `127.0.0.1:${port}`;
  await until('a PgBouncer that answers', () => bouncer.exitCode !== null || answers(server.href));
  if (bouncer.exitCode !== null) throw new Error(`pgbouncer ended with ${bouncer.exitCode}.`);
  return {
    url: server.href,
    async stop() {
      bouncer.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function programPath(): string {
  const paths = [
    process.env['PGBOUNCER_PATH'] ?? '',
    '/usr/sbin/pgbouncer',
    '/usr/bin/pgbouncer',
    '/usr/local/bin/pgbouncer',
    '/opt/homebrew/bin/pgbouncer',
  ];
  const path = paths.find((file) => file !== '' && existsSync(file));
  if (path !== undefined) return path;
  throw new Error('These tests need PgBouncer. Install it (apt-get install pgbouncer), or name it in PGBOUNCER_PATH.');
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
