// Compiles into dist/ what the entry points and the command need: as ES modules and, bundled from those, as CommonJS,
// with one set of declarations for both (docs/adr/0020).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import ts from 'typescript';
import { entryPoints } from './entry-points.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const indexes = entryPoints.map((entryPoint) => join(root, 'src', entryPoint, 'index.ts'));
/** The command is an ES module, so nothing that it alone needs is compiled as CommonJS. */
const command = join(root, 'src/cli/main.ts');

/** Compiles files and all that they import. */
function compile(format, rootNames, overrides) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => fail([problem]) };
  const options = { ...overrides, outDir: join(dist, format) };
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), options, host);
  const program = ts.createProgram({ rootNames, options: config.options });
  const problems = [...config.errors, ...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (problems.length > 0) fail(problems);
}

function fail(problems) {
  const host = { getCanonicalFileName: (file) => file, getCurrentDirectory: () => root, getNewLine: () => '\n' };
  console.error(ts.formatDiagnostics(problems, host));
  process.exit(1);
}

/** Collects a file of declarations and all that it imports, by relative paths. */
function collectDeclarations(file, collected) {
  if (collected.has(file)) return;
  collected.add(file);
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    if (fileName.startsWith('.')) {
      collectDeclarations(join(dirname(file), fileName.replace(/\.js$/, '.d.ts')), collected);
    }
  }
}

/** Removes the declarations that no entry point leads to: nobody could import them. */
function removeUnreachable(folder, entries) {
  const reached = new Set();
  for (const entry of entries) collectDeclarations(entry, reached);
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, name);
    if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}

/**
 * Declares an entry point for importers of the ES modules: by the declarations of the CommonJS build. If each format
 * had declarations of its own, a bus of one format would be no bus for the other. An ES module may import CommonJS, and
 * not the reverse.
 */
function redeclare(declarations) {
  const target = join(dist, 'esm', relative(join(dist, 'cjs'), declarations));
  const text = readFileSync(declarations, 'utf8').replaceAll(/(?<= from ')\.[^']+/g, (specifier) =>
    relative(dirname(target), join(dirname(declarations), specifier)),
  );
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/**
 * Makes the CommonJS code of the ES modules: a file for each entry point, and one for each set of modules that several
 * of them share. A disk gives each module of its own 4 kB at least.
 */
async function bundle() {
  const folder = join(dist, 'cjs');
  const input = entryPoints.map((entryPoint) => [join(entryPoint, 'index'), join(dist, 'esm', entryPoint, 'index.js')]);
  const bundled = await rollup({
    input: Object.fromEntries(input),
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output } = await bundled.write({
    dir: folder,
    format: 'cjs',
    exports: 'named',
    esModule: true,
    interop: 'auto',
    externalLiveBindings: false,
    // Jest in its CommonJS mode knows no import().
    dynamicImportInCjs: false,
    generatedCode: { preset: 'es2015', symbols: false },
    chunkFileNames: 'shared/[name].js',
  });
  for (const { fileName, code } of output) writeFileSync(join(folder, fileName), withoutComments(code));
}

/** The code without its comments, which people find in the ES modules. The declarations keep theirs. */
function withoutComments(code) {
  const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
  return printer.printFile(ts.createSourceFile('bundle.js', code, ts.ScriptTarget.ES2022));
}

rmSync(dist, { recursive: true, force: true });
compile('esm', [...indexes, command], { declaration: false });
compile('cjs', indexes, {
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  verbatimModuleSyntax: false,
  emitDeclarationOnly: true,
});
await bundle();
const declared = entryPoints.map((entryPoint) => join(dist, 'cjs', entryPoint, 'index.d.ts'));
removeUnreachable(join(dist, 'cjs'), declared);
declared.forEach(redeclare);
// The package is `"type": "module"`; this says that one folder of it is not.
writeFileSync(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');
