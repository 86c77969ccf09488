import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EventClass } from '../../core/index.js';
import { isWirableBus, type WirableBus } from '../wirable-bus.js';
import { CommandError } from './command.js';
import { enableTypeScript } from './typescript.js';

/** What a composition root gives to the commands. */
export interface Entry {
  readonly bus: WirableBus;
  /** Its export `events`: event classes that belong to the wiring although nobody subscribed to them. */
  readonly events: readonly EventClass[];
}

type Exports = Readonly<Record<string, unknown>>;

/**
 * Runs the user's composition root, and finds the bus that it exports or makes.
 *
 * @throws CommandError when the file cannot be loaded, or has no bus or several.
 */
export async function loadEntry(entry: string): Promise<Entry> {
  const path = resolve(entry);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new CommandError(`There is no file ${entry}. Give the path of the module that exports your bus.`);
  }
  // Before the sources are loaded: it is then that Node reads their maps, which know the lines as they were written.
  process.setSourceMapsEnabled(true);
  if (/^\.[cm]?tsx?$/.test(extname(path))) await enableTypeScript(entry);
  const exports = exportsOf(await attempted(entry, 'Loading', () => load(path)));
  const events: unknown = exports['events'];
  return { bus: await busOf(exports, entry), events: Array.isArray(events) ? (events as EventClass[]) : [] };
}

async function load(path: string): Promise<Exports> {
  // Imported under tsx, a .cts file cannot require this package on Node 20: "request for './core/index.js' is not in cache".
  if (extname(path) === '.cts') return { default: createRequire(path)(path) as unknown };
  return (await import(pathToFileURL(path).href)) as Exports;
}

/** The exports of a module; those of a CommonJS module stand in its default export. */
function exportsOf(module: Exports): Exports {
  const main = module['default'];
  const isBag = typeof main === 'object' && main !== null && !isWirableBus(main) && !(main instanceof Promise);
  return isBag ? { ...module, default: undefined, ...main } : module;
}

async function busOf(exports: Exports, entry: string): Promise<WirableBus> {
  for (const name of ['default', 'bus']) {
    const value = await attempted(entry, `The export ${name} of`, () => exports[name]);
    if (isWirableBus(value)) return value;
  }
  const named = Object.keys(exports).filter((name) => isWirableBus(exports[name]));
  if (new Set(named.map((name) => exports[name])).size > 1) {
    throw new CommandError(
      `${entry} exports several buses: ${named.join(', ')}. Export the one to look at as default.`,
    );
  }
  if (named[0] !== undefined) return exports[named[0]] as WirableBus;
  return builtBus(exports, entry);
}

/** The bus that a function makes: the default export, one called `bus`, or the only function that is exported. */
async function builtBus(exports: Exports, entry: string): Promise<WirableBus> {
  const functions = Object.keys(exports).filter((name) => isFunction(exports[name]));
  const name = ['default', 'bus'].find((each) => functions.includes(each)) ?? functions[0];
  if (name === undefined || (functions.length > 1 && name !== 'default' && name !== 'bus')) {
    throw new CommandError(`${entry} exports no bus. Export it, or a function that returns it, as default.`);
  }
  const build = exports[name] as () => unknown;
  const built = await attempted(entry, `The function ${name} of`, () => build());
  if (isWirableBus(built)) return built;
  throw new CommandError(
    `The function ${name} of ${entry} returned no bus. Return the EventBus itself, or a promise of it.`,
  );
}

function isFunction(value: unknown): boolean {
  // The prototype of a class cannot be replaced; that of a function can, or there is none.
  return typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable !== false;
}

async function attempted<T>(entry: string, what: string, act: () => T): Promise<Awaited<T>> {
  try {
    return await act();
  } catch (error) {
    throw new CommandError(`${what} ${entry} failed: ${String(error)}. Run the file by itself to see where.`, {
      cause: error,
    });
  }
}
