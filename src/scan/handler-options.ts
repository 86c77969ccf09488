import type ts from 'typescript';
import type { Body } from './code.js';
import { functionsOf } from './functions.js';
import type { Origins } from './origins.js';
import type { Project } from './project.js';

/** The options of a handler that a scan is about. */
export interface ScannedOptions {
  readonly exact: boolean;
  readonly onFailure: readonly ts.SignatureDeclaration[];
}

/** Reads the options from the literals that they come from; what is put together elsewhere is taken as not given. */
export function handlerOptions(
  project: Project,
  origins: Origins,
  options: ts.Expression | undefined,
  call: { readonly node: ts.Node; readonly within: Body },
): ScannedOptions {
  const { ts } = project;
  const literals = options
    ? origins.of({ expression: options, element: false, call }).map(({ expression }) => expression)
    : [];
  const members = literals.filter(ts.isObjectLiteralExpression).flatMap(({ properties }) => [...properties]);
  const membersNamed = (name: string): ts.ObjectLiteralElementLike[] =>
    members.filter((member) => member.name && ts.isIdentifier(member.name) && member.name.text === name);
  return {
    exact: membersNamed('exact').some(
      (member) => ts.isPropertyAssignment(member) && member.initializer.kind === ts.SyntaxKind.TrueKeyword,
    ),
    onFailure: membersNamed('onFailure').flatMap((member) => {
      if (ts.isPropertyAssignment(member)) return functionsOf(project, member.initializer);
      if (ts.isShorthandPropertyAssignment(member)) return functionsOf(project, member.name);
      return ts.isMethodDeclaration(member) ? [member] : [];
    }),
  };
}
