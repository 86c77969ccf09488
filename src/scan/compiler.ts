import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';
import { ScanError } from './scan-error.js';

/** The compiler as the project that is scanned has it installed. */
export type Compiler = typeof ts;

/**
 * Loads TypeScript as the project has it installed, otherwise as the working directory has it.
 *
 * @throws ScanError without one.
 */
export function loadCompiler(folder: string): Compiler {
  const path = [folder, process.cwd()].map(installedIn).find((installed) => installed !== undefined);
  if (path === undefined) {
    throw new ScanError(`scan needs TypeScript, and ${folder} has none. Install it: npm install -D typescript@6`);
  }
  const compiler = createRequire(path)(path) as Partial<Compiler>;
  if (typeof compiler.createProgram === 'function') return compiler as Compiler;
  throw new ScanError(
    `scan needs the compiler's JavaScript API, which TypeScript ${compiler.version ?? '7'} does not have. Install a version before 7: npm install -D typescript@6`,
  );
}

function installedIn(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'tsconfig.json')).resolve('typescript');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
