import type ts from 'typescript';
import type { Project } from './project.js';

/** What a name stands for, seen through imports and re-exports. */
export function symbolOf({ ts, checker }: Project, node: ts.Node): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/**
 * The functions that an expression stands for. A destructured method, one of a `Pick` and one that was bound are found
 * by their type: its signature remembers where it was declared.
 */
export function functionsOf(project: Project, expression: ts.Expression): readonly ts.SignatureDeclaration[] {
  const { ts, checker } = project;
  if (ts.isFunctionExpression(expression) || ts.isArrowFunction(expression)) return [expression];
  const symbol = symbolOf(project, expression);
  const functions = symbol ? declaredFunctions(project, symbol) : [];
  return functions.length > 0 ? functions : functionsOfType(project, checker.getTypeAtLocation(expression));
}

/** The functions that a member or a variable stands for. */
export function functionsOfSymbol(project: Project, symbol: ts.Symbol): readonly ts.SignatureDeclaration[] {
  const functions = declaredFunctions(project, symbol);
  return functions.length > 0 ? functions : functionsOfType(project, project.checker.getTypeOfSymbol(symbol));
}

function functionsOfType({ ts }: Project, type: ts.Type): ts.SignatureDeclaration[] {
  const parts = type.isUnion() ? type.types : [type];
  const declarations = parts.flatMap((part) => part.getCallSignatures()).map(({ declaration }) => declaration);
  return declarations.filter(
    (declaration): declaration is ts.SignatureDeclaration =>
      declaration !== undefined && ts.isFunctionLike(declaration),
  );
}

function declaredFunctions({ ts }: Project, symbol: ts.Symbol): ts.SignatureDeclaration[] {
  return (symbol.declarations ?? []).flatMap((declaration) => {
    if (ts.isFunctionLike(declaration)) return [declaration];
    if (
      !ts.isVariableDeclaration(declaration) &&
      !ts.isPropertyDeclaration(declaration) &&
      !ts.isPropertyAssignment(declaration)
    )
      return [];
    const { initializer } = declaration;
    return initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
      ? [initializer]
      : [];
  });
}
