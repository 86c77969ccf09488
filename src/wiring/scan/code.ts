import type ts from 'typescript';
import { functionsOf, symbolOf } from './functions.js';
import type { Project } from './project.js';

/** What runs as a whole: a function, the property initialisers of a class, or the top level of a file. */
export type Body = ts.SignatureDeclaration | ts.ClassLikeDeclaration | ts.SourceFile;

/** A call, and the functions that it may be a call of. */
export interface Call {
  readonly node: ts.CallExpression;
  readonly targets: readonly ts.SignatureDeclaration[];
  readonly within: Body;
}

/** A `new`, and the class that it makes an instance of. */
export interface Making {
  readonly node: ts.NewExpression;
  readonly made: ts.Symbol;
  readonly within: Body;
}

/** What one walk over the sources finds. */
export interface Code {
  readonly calls: readonly Call[];
  readonly makings: readonly Making[];
  readonly classes: readonly ts.Symbol[];
  readonly decorators: readonly ts.Decorator[];
  /** Names of methods that are not called where they stand: `const { publish } = bus`, `forEach(bus.emit)`. */
  readonly mentions: readonly { readonly node: ts.PropertyAccessExpression; readonly within: Body }[];
  /** The callbacks that a body makes, and most likely has called. */
  readonly callbacks: ReadonlyMap<Body, readonly Body[]>;
}

/** Walks over all sources once. */
export function readCode(project: Project): Code {
  const { ts, checker } = project;
  const calls: Call[] = [];
  const makings: Making[] = [];
  const classes: ts.Symbol[] = [];
  const decorators: ts.Decorator[] = [];
  const mentions: { node: ts.PropertyAccessExpression; within: Body }[] = [];
  const callbacks = new Map<Body, Body[]>();

  const visit = (node: ts.Node, within: Body): void => {
    if (ts.isCallExpression(node)) {
      calls.push({
        node,
        targets: node.expression.kind === ts.SyntaxKind.SuperKeyword ? [] : functionsOf(project, node.expression),
        within,
      });
    } else if (ts.isNewExpression(node)) {
      const made = checker.getTypeAtLocation(node).getSymbol() ?? symbolOf(project, node.expression);
      if (made) makings.push({ node, made, within });
    } else if (ts.isDecorator(node)) {
      decorators.push(node);
    } else if (ts.isPropertyAccessExpression(node) && !isCallee(node)) {
      mentions.push({ node, within });
    }
    if (ts.isClassLike(node)) classes.push(...classOf(node));
    const isBody = ts.isFunctionLike(node) || ts.isClassLike(node);
    if (
      isBody &&
      (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isObjectLiteralExpression(node.parent)) &&
      !isNamed(node)
    ) {
      callbacks.set(within, [...(callbacks.get(within) ?? []), node]);
    }
    ts.forEachChild(node, (child) => visit(child, isBody ? node : within));
  };
  const isCallee = ({ parent }: ts.PropertyAccessExpression & { parent: ts.Node }): boolean =>
    ts.isCallExpression(parent);
  const classOf = (node: ts.Node): ts.Symbol[] => [checker.getTypeAtLocation(node).getSymbol() ?? []].flat();
  const isNamed = ({ parent }: ts.Node): boolean =>
    ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent);

  for (const file of project.files) ts.forEachChild(file, (node) => visit(node, file));
  return { calls, makings, classes, decorators, mentions, callbacks };
}
