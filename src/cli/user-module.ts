import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { escapeControl, textOf } from '../core/index.js';
import { CommandError } from './command.js';
import { enableParameterTypes, missingTypesHint } from './parameter-types.js';
import { enableTypeScript } from './typescript.js';

type Exports = Readonly<Record<string, unknown>>;

/** A kind of value that a command looks for among the exports of a module of the user's. */
export interface ExportKind<T> {
  /** As messages name it, and as an export of it may be called: `bus`. */
  readonly noun: string;
  /** Several of them: `buses`. */
  readonly plural: string;
  /** The thing as such: `the EventBus itself`. */
  readonly itself: string;
  /** Any copy of the package may have made it, so it is known by what it can do. */
  readonly is: (value: unknown) => value is T;
  /** Another kind of value that one can be made of, where there is such a kind. */
  readonly source?: {
    /** The name that an export of it may have, beside `default`. */
    readonly noun: string;
    readonly is: (value: unknown) => value is object;
    readonly make: (source: object) => Promise<T>;
  };
}

/**
 * Runs a module of the user's, and finds what it exports or makes.
 *
 * @throws CommandError when the file cannot be loaded, or has none of it or several.
 */
export async function loadModule<T>(file: string, kind: ExportKind<T>): Promise<{ value: T; exports: Exports }> {
  const path = resolve(file);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new CommandError(`There is no file ${file}. Give the path of the module that exports your ${kind.noun}.`);
  }
  // Before the sources are loaded: it is then that Node reads their maps, which know the lines as they were written.
  process.setSourceMapsEnabled(true);
  const load = await loaderOf(path, file);
  const isSought = (value: unknown): boolean => kind.is(value) || kind.source?.is(value) === true;
  const exports = exportsOf(await runUserCode(file, 'Loading', load), isSought);
  return { value: await findExport(exports, file, kind), exports };
}

/** Returns what runs a file. TypeScript goes through a compiler of the user's. */
async function loaderOf(path: string, file: string): Promise<() => Promise<Exports>> {
  const required = async (): Promise<Exports> => ({ default: createRequire(path)(path) as unknown });
  const imported = async (): Promise<Exports> => (await import(pathToFileURL(path).href)) as Exports;
  const extension = extname(path);
  if (!/^\.[cm]?tsx?$/.test(extension)) return imported;
  const how = await enableParameterTypes(path);
  if (how !== undefined) return how === 'require' ? required : imported;
  await enableTypeScript(file);
  // Imported under tsx, a .cts file cannot require this package on Node 20: "request for './core/index.js' is not in
  // cache".
  return extension === '.cts' ? required : imported;
}

/** The exports of a module; those of a CommonJS module stand in its default export. */
function exportsOf(module: Exports, is: (value: unknown) => boolean): Exports {
  const main = module['default'];
  const isBag = typeof main === 'object' && main !== null && !is(main) && !(main instanceof Promise);
  return isBag ? { ...module, default: undefined, ...main } : module;
}

async function findExport<T>(exports: Exports, file: string, kind: ExportKind<T>): Promise<T> {
  const { noun, plural, is, source } = kind;
  for (const name of ['default', noun, ...(source ? [source.noun] : [])]) {
    const value = await runUserCode(file, `The export ${name} of`, () => exports[name]);
    if (is(value)) return value;
    if (source?.is(value)) return runUserCode(file, `The export ${name} of`, () => source.make(value));
  }
  const names = Object.keys(exports).filter((name) => is(exports[name]));
  if (new Set(names.map((name) => exports[name])).size > 1) {
    throw new CommandError(
      `${file} exports several ${plural}: ${names.join(', ')}. Export the one to look at as default.`,
    );
  }
  if (names[0] !== undefined) return exports[names[0]] as T;
  return buildValue(exports, file, kind);
}

/**
 * What a function makes: the default export, one with the name of what is sought, or the only function that is
 * exported.
 */
async function buildValue<T>(exports: Exports, file: string, { noun, itself, is }: ExportKind<T>): Promise<T> {
  const functions = Object.keys(exports).filter((name) => isFunction(exports[name]));
  const name = ['default', noun].find((candidate) => functions.includes(candidate)) ?? functions[0];
  if (name === undefined || (functions.length > 1 && name !== 'default' && name !== noun)) {
    throw new CommandError(`${file} exports no ${noun}. Export it, or a function that returns it, as default.`);
  }
  const build = exports[name] as () => unknown;
  const value = await runUserCode(file, `The function ${name} of`, () => build());
  if (is(value)) return value;
  throw new CommandError(`The function ${name} of ${file} returned no ${noun}. Return ${itself}, or a promise of it.`);
}

function isFunction(value: unknown): boolean {
  // The prototype of a class cannot be replaced; that of a function can, or there is none.
  return typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable !== false;
}

// As they are before the user's module replaces them.
const { clearTimeout, setTimeout } = globalThis;

// Milliseconds. To load tsx and a large application takes some seconds.
const longWait = 10_000;

async function runUserCode<T>(file: string, what: string, act: () => T): Promise<Awaited<T>> {
  const text = `class-events: ${what} ${file} has taken ${longWait / 1_000} s so far. It waits for something, perhaps a top-level await that never ends.`;
  // It keeps no process alive: one that has nothing left to do is told apart.
  const notice = setTimeout(() => process.stderr.write(`${escapeControl(text)}\n`), longWait).unref();
  try {
    return await act();
  } catch (error) {
    throw new CommandError(
      `${what} ${file} failed: ${textOf(error)}. Run the file by itself to see where.${missingTypesHint(file)}`,
      { cause: error },
    );
  } finally {
    clearTimeout(notice);
  }
}
