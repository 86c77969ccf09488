import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { programLimit } from '../support/limits.js';

export const root = resolve(__dirname, '../..');

/** The file that `npm publish` would upload; made by pack.ts. */
export function tarball(): string {
  const path = process.env['CLASS_EVENTS_TARBALL'];
  if (path === undefined) throw new Error('No tarball: run this suite by npm run package.');
  return path;
}

/** A project of somebody else, in a temporary folder, that has installed the packed package. */
export class Consumer {
  readonly folder = mkdtempSync(join(tmpdir(), 'class-events-consumer-'));

  constructor(packages: readonly string[] = [], ...options: readonly string[]) {
    this.write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    const args = ['install', '--no-audit', '--no-fund', '--no-save', ...options, tarball(), ...packages];
    const installed = this.run('npm', ...args);
    if (installed.status !== 0) throw new Error(installed.output);
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  run(command: string, ...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: 'utf8',
      timeout: programLimit,
    });
    return { status, output: error === undefined ? stdout + stderr : String(error) };
  }

  /** Compiles files by the compiler of this project, or by another one that is installed here. */
  compile(files: readonly string[], compilerOptions: object, compiler = join(root, 'node_modules/typescript')) {
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true, ...compilerOptions }, files }));
    return this.node(join(compiler, 'bin/tsc'), '-p', '.');
  }

  node(...args: string[]): { status: number | null; output: string } {
    return this.run(process.execPath, ...args);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
