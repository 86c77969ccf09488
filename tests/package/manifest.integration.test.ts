import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, tarball } from './consumer.js';

function run(bin: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', bin), args, {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('the packed package', () => {
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

  it('holds the build, its sources for debuggers, and the documents; nothing else', () => {
    const { stdout } = spawnSync('tar', ['-tzf', tarball()], { encoding: 'utf8' });
    const tops = new Set(Array.from(stdout.matchAll(/^package\/([^/\n]+)/gm), ([, top]) => top));
    expect(tops).toEqual(new Set(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'src']));
  });
});
