import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { build } from '../harness/build.mjs';
import { query } from './server.mjs';

const settings = [
  'synchronous_commit',
  'fsync',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
];

/** What the figures were measured on. */
export async function environment(server, node) {
  const { version } = await query(server, 'select version()');
  const shown = [];
  for (const name of settings) shown.push(`${name}=${Object.values(await query(server, `show ${name}`))[0]}`);
  return {
    machine: `${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    server: version.split(' (')[0],
    settings: shown.join(', '),
    syncs: syncRate(),
    versions: ['pg-boss', 'graphile-worker', 'pg'].map((name) => `${name} ${versionOf(name)}`).join(', '),
    build: build.commit,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** How often a second 8 kB reach the disk that this folder is on. */
function syncRate() {
  const path = join(import.meta.dirname, '../build/sync-rate');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(8192, 1);
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < 1000; count++) {
    writeSync(file, page, 0, page.length, (count % 64) * page.length);
    fdatasyncSync(file);
  }
  closeSync(file);
  rmSync(path);
  return count;
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../node_modules', name, 'package.json'), 'utf8')).version;
}
