import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** What CONTRIBUTING.md promises of `npm run check`; `test:integration` includes the examples. */
const promised = [
  'format:check',
  'lint',
  'typecheck',
  'boundaries',
  'unused',
  'test',
  'test:integration',
  'package',
  'docs',
];

/** Runs check in a folder where each script but `changed` succeeds. */
function checkWith(changed: Record<string, string | undefined>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'class-events-check-'));
  cpSync(join(root, 'scripts/check.mjs'), join(folder, 'check.mjs'));
  const succeeding = Object.fromEntries(promised.map((step) => [step, `echo ran ${step}`]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { ...succeeding, ...changed } }));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['check.mjs'], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, output: stdout + stderr };
}

describe('npm run check', () => {
  it('runs every promised step, in order', () => {
    const { status, output } = checkWith({});
    expect(Array.from(output.matchAll(/^ran (.*)$/gm), ([, step]) => step)).toEqual(promised);
    expect(status).toBe(0);
  });

  it('stops at a step that fails, and names it', () => {
    const { status, output } = checkWith({ boundaries: 'exit 3' });
    expect(output).toContain('check: boundaries failed');
    expect(output).not.toContain('ran unused');
    expect(status).toBe(1);
  });

  it('fails when a step is missing', () => {
    expect(checkWith({ docs: undefined }).status).toBe(1);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(promised));
  });
});

describe('.ci/run', () => {
  it('runs the commands of the README, the rest of check, and the runtimes', () => {
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    const commands = ['npm ci', 'npm test', 'npm start', 'npm run check -- --except test', 'npm run test:runtimes'];
    for (const command of commands) expect(ci).toMatch(new RegExp(`^${command}(?: |$)`, 'm'));
    expect(ci).toMatch(/^set -euo pipefail$/m);
  });
});
