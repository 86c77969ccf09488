import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const manifest = readFileSync(join(root, 'package.json'), 'utf8');

function writeExports(folder: string, ...options: string[]): { status: number | null; errors: string } {
  const script = join(folder, 'scripts/write-exports.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, ...options], { encoding: 'utf8' });
  return { status, errors: stderr };
}

describe('package.json', () => {
  it('exports the entry points of the list', () => {
    expect(writeExports(root, '--check')).toEqual({ status: 0, errors: '' });
  });

  it('exports each folder of src that has an index.ts, except the core', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    const folders = files.filter((file) => /(?:^|\/)index\.ts$/.test(file)).map(dirname);
    const { exports } = JSON.parse(manifest) as { exports: object };
    const names = folders.filter((folder) => folder !== 'core').map((folder) => join('.', folder));
    const exported = Object.keys(exports).filter((name) => !name.endsWith('.json'));
    expect(exported.map((name) => join(name)).sort()).toEqual(names.sort());
  });
});

describe('scripts/write-exports.mjs', () => {
  const copy = mkdtempSync(join(tmpdir(), 'class-events-exports-'));
  afterAll(() => rmSync(copy, { recursive: true }));

  it.each([
    ['an entry point that is missing', '"./outbox/postgres": {', '"./outbox/mysql": {'],
    ['another file', './dist/esm/domain/index.js', './dist/esm/domain/other.js'],
    ['types in another place', '"./dist/cjs/workers/web/index.d.ts"\n', '"./dist/cjs/workers/index.d.ts"\n'],
  ])('reports %s, and writes what the list says', (_, text, planted) => {
    mkdirSync(join(copy, 'scripts'), { recursive: true });
    cpSync(join(root, 'scripts'), join(copy, 'scripts'), { recursive: true });
    writeFileSync(join(copy, 'package.json'), manifest.replace(text, planted));

    const { status, errors } = writeExports(copy, '--check');
    expect(errors).toContain('package.json differs from scripts/entry-points.mjs');
    expect(status).toBe(1);
    expect(writeExports(copy)).toEqual({ status: 0, errors: '' });
    expect(readFileSync(join(copy, 'package.json'), 'utf8')).toBe(manifest);
  });
});
