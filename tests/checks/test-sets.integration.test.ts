import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** Two projects run other test files as one suite when the code is mutated. */
const byMutation = ['tests/mutation/legacy.test.ts', 'tests/mutation/standard.test.ts'];

/** The test files of some scripts, as jest finds them. */
function testFilesOf(...names: string[]): Set<string> {
  const projects = names.flatMap(
    (name) => /--selectProjects ([\w -]*?)(?= --|$)/.exec(scripts[name] ?? '')?.[1]?.split(' ') ?? [],
  );
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/jest/bin/jest.js'), '--listTests', '--json', '--selectProjects', ...projects],
    { cwd: root, encoding: 'utf8' },
  );
  return new Set((JSON.parse(stdout) as string[]).map((file) => file.slice(root.length + 1)));
}

describe('a test file', () => {
  const found = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' });
  const files = found.filter((file) => file.endsWith('.test.ts')).map((file) => `tests/${file}`);
  const unit = testFilesOf('test');
  const rest = testFilesOf('test:integration', 'package', 'test:pages');

  it('is run by npm test, or by the rest of test:all, and not by both', () => {
    const runs = (file: string): number => Number(unit.has(file)) + Number(rest.has(file));
    expect(unit.size).toBeGreaterThan(50);
    expect(rest.size).toBeGreaterThan(30);
    expect(files.filter((file) => runs(file) !== 1).sort()).toEqual(byMutation);
    for (const script of ['npm test', 'test:integration', 'package', 'test:pages']) {
      expect(scripts['test:all']).toContain(script);
    }
  });

  it('has a name that says by which', () => {
    expect([...unit].filter((file) => file.endsWith('.integration.test.ts'))).toEqual([]);
    expect([...rest].filter((file) => !file.endsWith('.integration.test.ts'))).toEqual([]);
  });
});
