import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** What finds class-events and TypeScript as the project under test would have them installed. */
const compilerOptions = {
  target: 'es2022',
  lib: ['es2022', 'esnext.disposable', 'esnext.decorators'],
  module: 'nodenext',
  strict: true,
  types: [],
  paths: { 'class-events': [join(root, 'src/index.ts')], 'class-events/*': [join(root, 'src/*/index.ts')] },
};

const folders: string[] = [];

/** Writes a TypeScript project into a folder of its own, and returns that. */
export function projectOnDisk(files: Readonly<Record<string, string>>, options: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'class-events-scan-'));
  folders.push(folder);
  const config = {
    compilerOptions: { ...compilerOptions, ...options },
    include: ['.', join(root, 'src/core/platform.d.ts')],
  };
  for (const [file, text] of Object.entries({ 'tsconfig.json': JSON.stringify(config), ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

export function removeProjects(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
