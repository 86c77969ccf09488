import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as typescript from 'typescript';

const ofProject = createRequire(resolve('here.js'));

/** Packages of the user's that compile what is required or imported, with the types of parameters. */
const compilers = {
  commonjs: ['@swc-node/register', 'ts-node/register/transpile-only'],
  module: ['@swc-node/register'],
} as const;

/**
 * Has TypeScript compiled with the types of parameters, if the project relies on them, as NestJS and `@On()` do, and
 * has a package that emits them. Returns how the file is to be loaded then, and otherwise undefined.
 */
export async function enableParameterTypes(path: string): Promise<'require' | 'import' | undefined> {
  const [compiler] = compilersFor(path);
  // The compiler first: to ask TypeScript takes half a second.
  if (compiler === undefined || !wantsParameterTypes()) return undefined;
  await import(pathToFileURL(compiler).href);
  return formatOf(path) === 'commonjs' ? 'require' : 'import';
}

/** Returns what to say of a failure of a file whose parameter types are missing; nothing, if they are not. */
export function missingTypesHint(path: string): string {
  if (!/^\.[cm]?tsx?$/.test(extname(path)) || compilersFor(path).length > 0 || !wantsParameterTypes()) return '';
  return ' The project asks for the types of parameters (emitDecoratorMetadata), which tsx does not emit: npm install --save-dev @swc-node/register @swc/core, or give the compiled file.';
}

/** Asks the TypeScript of the project what its tsconfig.json says. */
function wantsParameterTypes(): boolean {
  try {
    const ts = ofProject('typescript') as typeof typescript;
    const file = ts.findConfigFile(process.cwd(), (path) => ts.sys.fileExists(path));
    if (file === undefined) return false;
    const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: unknown };
    return ts.parseJsonConfigFileContent(config, ts.sys, dirname(file)).options.emitDecoratorMetadata === true;
  } catch {
    // There is no TypeScript, or one without an interface for programs: then it is loaded as any other project.
    return false;
  }
}

function compilersFor(path: string): string[] {
  const format = formatOf(path);
  const found = compilers[format].flatMap((name) => {
    try {
      return ofProject.resolve(name);
    } catch {
      return [];
    }
  });
  // What a package has for import alone cannot be resolved from here, so it is looked for beside its main file.
  const forImport = (main: string): string => join(dirname(main), 'esm/esm-register.mjs');
  return format === 'commonjs' ? found : found.map(forImport).filter((file) => existsSync(file));
}

/** As Node decides it. */
function formatOf(path: string): 'commonjs' | 'module' {
  const extension = extname(path);
  if (extension === '.mts' || extension === '.cts') return extension === '.mts' ? 'module' : 'commonjs';
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file) && folder !== dirname(folder)) continue;
    const { type } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }) : {};
    return type === 'module' ? 'module' : 'commonjs';
  }
}
