import { findSourceMap } from 'node:module';
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceLocation } from '../wiring.js';
import { Inspector } from './inspector.js';

/**
 * Makes a function that tells in which file and line another function was written: for `describeWiring`. It asks Node's
 * inspector, and goes by source maps where Node has loaded them (`node --enable-source-maps`, tsx). Files below the
 * working directory are named relative to it.
 *
 * It answers `undefined` for what was not written in JavaScript, for functions of another realm, and where there is no
 * such inspector (Bun, Deno). It calls nothing.
 *
 * @example
 * ```ts
 * const wiring = describeWiring(bus, { locate: functionLocations() });
 * ```
 */
export function functionLocations(): (source: Function) => SourceLocation | undefined {
  const inspector = Inspector.open();
  return (source) => {
    const found = inspector?.locationOf(source);
    return found && mapped(found.url, found.lineNumber, found.columnNumber);
  };
}

function mapped(url: string, lineNumber: number, columnNumber: number): SourceLocation {
  const entry = findSourceMap(url)?.findEntry(lineNumber, columnNumber);
  // A line that the map leaves out has an entry without a source.
  return entry && 'originalSource' in entry && entry.originalSource
    ? { file: fileOf(entry.originalSource), line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    : { file: fileOf(url), line: lineNumber + 1, column: columnNumber + 1 };
}

function fileOf(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  if (!isAbsolute(path)) return path;
  const below = relative(process.cwd(), path);
  return (below.startsWith('..') || isAbsolute(below) ? path : below).split(sep).join('/');
}
