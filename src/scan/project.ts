import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type ts from 'typescript';
import { ScanError } from './scan-error.js';
import { type Compiler, loadCompiler } from './compiler.js';

/** A TypeScript project, read and ready to be asked for types. */
export interface Project {
  readonly ts: Compiler;
  readonly checker: ts.TypeChecker;
  /** Its own sources: neither declaration files nor anything of `node_modules`. */
  readonly files: readonly ts.SourceFile[];
}

/**
 * Reads the project of a tsconfig file, or of the one in a folder.
 *
 * @throws ScanError when it cannot be read.
 */
export function openProject(tsconfigOrFolder: string): Project {
  const path = resolve(tsconfigOrFolder);
  const tsconfig = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'tsconfig.json') : path;
  const stats = statSync(tsconfig, { throwIfNoEntry: false });
  if (!stats) {
    throw new ScanError(`There is no ${displayPath(tsconfig)}. Name a tsconfig file, or a folder that has one.`);
  }
  // A device or a pipe may have no end.
  if (!stats.isFile()) throw new ScanError(`${displayPath(tsconfig)} is no file. Name a tsconfig file.`);
  const compiler = loadCompiler(dirname(tsconfig));
  const { fileNames, options, projectReferences } = configOf(compiler, tsconfig);
  if (fileNames.length === 0) {
    const remedy = projectReferences?.length
      ? 'It only names other projects: scan one of those, or a tsconfig that includes their files.'
      : 'Look at its "include" and "files".';
    throw new ScanError(`${displayPath(tsconfig)} has no source files. ${remedy}`);
  }
  const program = compiler.createProgram({ rootNames: fileNames, options });
  const files = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file));
  return { ts: compiler, checker: program.getTypeChecker(), files };
}

function configOf(compiler: Compiler, tsconfig: string): ts.ParsedCommandLine {
  const refuse = (diagnostic: ts.Diagnostic): never => {
    const message = compiler.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    throw new ScanError(`${displayPath(tsconfig)} cannot be used: ${message} Put it right, then scan again.`);
  };
  const host = { ...compiler.sys, onUnRecoverableConfigFileDiagnostic: refuse };
  // Nothing is written, so what only concerns output must not stand in the way.
  const parsed = compiler.getParsedCommandLineOfConfigFile(tsconfig, { noEmit: true }, host);
  const problem = parsed && compiler.getConfigFileParsingDiagnostics(parsed).find(({ code }) => code !== noInputs);
  if (problem) refuse(problem);
  return parsed as ts.ParsedCommandLine;
}

/** The compiler's number for "No inputs were found in config file": said in our own words. */
const noInputs = 18_003;

/** A path as messages and reports show it: from the working directory, with slashes on every platform. */
export function displayPath(path: string): string {
  return relative(process.cwd(), path).replaceAll('\\', '/');
}
