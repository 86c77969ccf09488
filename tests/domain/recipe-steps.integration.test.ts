import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { runProgram } from '../support/child-process.js';
import { type Edit, type Shape, shapes } from './recipe-shapes.js';

const root = resolve(__dirname, '../..');
const build = join(root, 'build');
const folders: string[] = [];

type Files = Readonly<Record<string, string>>;

/** Applies edits, each of which has to find what it changes. */
function edited(files: Files, edits: readonly Edit[]): Files {
  const result: Record<string, string> = { ...files };
  for (const { file, from, to } of edits) {
    const text = result[file];
    if (text === undefined || (from !== undefined && !text.includes(from))) throw new Error(`${file} has no ${from}`);
    if (to === undefined) delete result[file];
    else result[file] = from === undefined ? to : text.replaceAll(from, to);
  }
  return result;
}

/** Writes an application into a folder of its own, where packages are found. */
function written(files: Files): string {
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, 'recipe-'));
  folders.push(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** What the compiler says of an application. */
function problemsOf(folder: string): string[] {
  const program = ts.createProgram({
    rootNames: [...readdirSync(folder).map((file) => join(folder, file)), join(root, 'src/core/platform.d.ts')],
    options: {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      paths: { 'class-events': [join(root, 'src/index.ts')], 'class-events/*': [join(root, 'src/*/index.ts')] },
    },
  });
  return readdirSync(folder).flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(join(folder, file)))
      .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  );
}

describe('A recipe', () => {
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('has a shape that its steps are applied to', () => {
    expect(Object.keys(shapes).sort()).toEqual(readdirSync(join(root, 'docs/recipes')).sort());
  });

  describe.each(Object.entries(shapes))('%s', (page, { files, edits, prints: [before, after] }: Shape) => {
    it('names each step that its application needs', () => {
      const text = readFileSync(join(root, 'docs/recipes', page), 'utf8')
        .replaceAll(/\s+/g, ' ')
        .toLowerCase();
      for (const { step } of edits) expect(text).toContain(step.toLowerCase());
    });

    it('begins with an application that compiles and runs', async () => {
      const folder = written(files);
      expect(problemsOf(folder)).toEqual([]);
      expect(await runProgram(join(folder, 'main.ts'))).toMatchObject({ code: 0, stdout: before, stderr: '' });
    });

    it('ends, by its steps and nothing else, with one that compiles and runs', async () => {
      const folder = written(edited(files, edits));
      expect(problemsOf(folder)).toEqual([]);
      expect(await runProgram(join(folder, 'main.ts'))).toMatchObject({ code: 0, stdout: after, stderr: '' });
    });
  });

  it('needs the step that takes `protected` from a constructor', () => {
    const { files, edits } = shapes['core-events-folder.md']!;
    const without = edits.filter(({ file }) => file !== 'entity.ts');
    expect(problemsOf(written(edited(files, without))).join()).toContain("a 'protected' constructor type");
  });
});
