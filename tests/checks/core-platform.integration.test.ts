import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** Compiles a copy of the core by tsconfig.core.json, with one more file in it. */
function compileCoreWith(planted: string): { status: number | null; stdout: string } {
  const copy = mkdtempSync(join(tmpdir(), 'class-events-core-'));
  try {
    for (const file of ['tsconfig.json', 'tsconfig.core.json', 'package.json', 'src/core']) {
      cpSync(join(root, file), join(copy, file), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(join(copy, 'src/core/planted.ts'), planted);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [tsc, '-p', 'tsconfig.core.json'], { cwd: copy, encoding: 'utf8' });
  } finally {
    rmSync(copy, { recursive: true });
  }
}

describe('tsconfig.core.json', () => {
  it('compiles the core as it is', () => {
    const { status, stdout } = compileCoreWith('export {};\n');
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('refuses the names of one platform', () => {
    const names = [
      'process',
      'Buffer',
      'global',
      'require',
      'setImmediate',
      'document',
      'window',
      'navigator',
      'Deno',
      'Bun',
    ];
    const { status, stdout } = compileCoreWith(
      names.map((name) => `export const planted_${name} = ${name};\n`).join(''),
    );
    expect(status).not.toBe(0);
    for (const name of names) expect(stdout).toMatch(new RegExp(`planted\\.ts.*Cannot find name '${name}'`));
  });

  it('refuses what is newer than ES2022', () => {
    const { status, stdout } = compileCoreWith('export const planted = Object.groupBy([1], String);\n');
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/planted\.ts.*groupBy/);
  });
});
