import type ts from 'typescript';
import { ScanError } from './scan-error.js';
import { placeOf, placeText } from './place.js';
import type { Project } from './project.js';

/** The names by which a project imports class-events: the package itself, or an entry point of it. */
export function packageImports({ ts }: Project, { statements }: ts.SourceFile): ts.StringLiteral[] {
  return statements
    .filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    .flatMap(({ moduleSpecifier }) => (moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier] : []))
    .filter(({ text }) => text === 'class-events' || text.startsWith('class-events/'));
}

/**
 * What cannot be found has no types, and a scan would see nothing of what uses it.
 *
 * @throws ScanError for an import of class-events that leads nowhere.
 */
export function assertInstalled(project: Project): void {
  const unresolved = project.files
    .flatMap((file) => packageImports(project, file))
    .find((specifier) => project.checker.getSymbolAtLocation(specifier) === undefined);
  if (!unresolved) return;
  const place = placeText(placeOf(unresolved));
  throw new ScanError(
    `${place} imports ${unresolved.text}, which is not there. Install the project's dependencies, then scan again.`,
  );
}
