import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = resolve(__dirname, '../..');

/** The worker modules of `fixtures`, compiled for real threads: jest compiles for itself alone. */
export class WorkerModules {
  // In the project, where packages are found.
  readonly #folder = mkdtempSync(
    join(mkdirSync(join(root, 'build'), { recursive: true }) ?? join(root, 'build'), 'workers-'),
  );

  constructor() {
    buildSync({
      entryPoints: ['deeds', 'hesitant', 'stuck', 'broken', 'plain', 'forger'].map((name) =>
        join(__dirname, `fixtures/${name}.worker.ts`),
      ),
      outdir: this.#folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['piscina', 'reflect-metadata'],
      tsconfig: join(root, 'tsconfig.json'),
      sourcemap: 'inline',
    });
  }

  url(name: string): URL {
    return pathToFileURL(join(this.#folder, `${name}.worker.mjs`));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
