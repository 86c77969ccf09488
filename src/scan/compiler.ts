import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';
import { ScanError } from './scan-error.js';
import { isOlder } from './version.js';

/** The compiler as the project that is scanned has it installed. */
export type Compiler = typeof ts;

/** Older compilers cannot read the declarations of this package, so they would find no event in any project. */
const oldest = '5.4';

/**
 * Loads TypeScript as the project has it installed, otherwise as the working directory has it.
 *
 * @throws ScanError without one, and for a version that cannot be asked.
 */
export function loadCompiler(folder: string): Compiler {
  const path = [folder, process.cwd()].map(installedIn).find((installed) => installed !== undefined);
  if (path === undefined) {
    throw new ScanError(`scan needs TypeScript, and ${folder} has none. Install it: npm install -D typescript@6`);
  }
  const compiler = createRequire(path)(path) as Partial<Compiler>;
  const { version = '7' } = compiler;
  if (typeof compiler.createProgram !== 'function') {
    throw new ScanError(
      `scan needs the compiler's JavaScript API, which TypeScript ${version} does not have. Install a version before 7: npm install -D typescript@6`,
    );
  }
  if (!isOlder(version, oldest)) return compiler as Compiler;
  throw new ScanError(
    `scan needs TypeScript ${oldest} or newer, and ${path} is ${version}. Install it: npm install -D typescript@6`,
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
