import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Builds and packs the package as `npm publish` would, once for all suites of this folder. */
export default function pack(): void {
  const folder = mkdtempSync(join(tmpdir(), 'class-events-packed-'));
  const root = resolve(__dirname, '../..');
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = readdirSync(folder);
  if (tarball === undefined) throw new Error('npm pack made no tarball.');
  process.env['CLASS_EVENTS_TARBALL'] = join(folder, tarball);
}
