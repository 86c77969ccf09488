import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, tarball } from './consumer.js';

function run(bin: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', bin), args, {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
const entryPoints = Object.keys(manifest.exports).filter((entryPoint) => entryPoint !== './package.json');

/** What measures and makes the package, and programs that use it. npm's page finds them by the field `repository`. */
const inRepository = /^(?:bench\/|examples\/|ARCHITECTURE\.md$|CONTRIBUTING\.md$)/;

describe('the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'class-events-unpacked-'));
  const unpacked = join(folder, 'package');
  let packed: string[];
  beforeAll(() => {
    spawnSync('tar', ['-xzf', tarball(), '-C', folder]);
    const names = readdirSync(unpacked, { recursive: true, encoding: 'utf8' });
    packed = names.filter((name) => statSync(join(unpacked, name)).isFile());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is clean by publint --strict', () => {
    const { status, output } = run('publint', 'run', tarball(), '--strict');
    expect(output).toContain('All good!');
    expect(status).toBe(0);
  });

  it('resolves with the right types for every kind of consumer, by attw', () => {
    const { status, output } = run('attw', tarball(), '--no-color');
    expect(output).toContain('No problems found');
    expect(status).toBe(0);
  });

  it('holds the build and the documents; nothing else', () => {
    const tops = new Set(packed.map((file) => file.split('/')[0]));
    expect(tops).toEqual(
      new Set(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'dist', 'docs', 'package.json']),
    );
  });

  it('has one set of declarations, and no maps', () => {
    const declarations = packed.filter((file) => file.startsWith('dist/esm/') && file.endsWith('.d.ts'));
    expect(declarations.sort()).toEqual(
      entryPoints.map((entryPoint) => join('dist/esm', entryPoint, 'index.d.ts')).sort(),
    );
    expect(packed.filter((file) => file.endsWith('.map'))).toEqual([]);
  });

  it('takes at most 4 MB on a disk', () => {
    // As `du` counts: a disk gives files whole blocks, and a folder takes one.
    const blocks = packed.map((file) => Math.ceil(statSync(join(unpacked, file)).size / 4_096));
    const folders = new Set(packed.map((file) => dirname(file)));
    const size = 4_096 * (blocks.reduce((sum, each) => sum + each, 0) + folders.size);
    process.stdout.write(`size: ${size} bytes on a disk, in ${packed.length} files\n`);
    expect(size).toBeLessThanOrEqual(4 * 1_024 * 1_024);
  });

  it.each(['repository', 'homepage', 'bugs'])('says where it comes from: %s', (field) => {
    const { [field]: value } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(JSON.stringify(value)).toMatch(/https:\/\//);
  });

  it('holds all that its documents link to, except what only the repository has', () => {
    const documents = packed.filter((file) => file.endsWith('.md'));
    const dead = documents.flatMap((document) => {
      const text = readFileSync(join(unpacked, document), 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
      return Array.from(text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g), ([, target = '']) => target)
        .filter((target) => !target.startsWith('https:'))
        .map((target) => join(dirname(document), target))
        .filter((file) => !inRepository.test(file) && !existsSync(join(unpacked, file)))
        .map((file) => `${document} → ${file}`);
    });
    expect(dead).toEqual([]);
  });
});
