import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

export const root = resolve(__dirname, '..');
export const read = (file: string): string => readFileSync(join(root, file), 'utf8');
export const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });

/** All documents of the project, but for the generated ones. */
export const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...filesIn('docs')
    .filter((file) => file.endsWith('.md') && !file.startsWith('api'))
    .map((file) => join('docs', file)),
];
/** The entry points of the package, and where each of them is written. */
const { exports: entries } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
export const modules = Object.keys(entries)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => ({ name: `class-events${entry.slice(1)}`, file: join('src', entry, 'index.ts') }));

/** The public names of an entry point. */
export const exportsOf = (file: string): { name: string; type: boolean }[] =>
  ts
    .createSourceFile('index.ts', read(file), ts.ScriptTarget.ES2022)
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause, isTypeOnly }) => {
      if (exportClause === undefined || !ts.isNamedExports(exportClause)) throw new Error(`${file} exports by name.`);
      return exportClause.elements.map((element) => ({
        name: element.name.text,
        type: isTypeOnly || element.isTypeOnly,
      }));
    });
