import type ts from 'typescript';
import { functionsOf, symbolOf } from './functions.js';
import { MultiMap } from './multi-map.js';
import type { Project } from './project.js';

/** What runs as a whole: a function, the property initialisers of a class, or the top level of a file. */
export type Body = ts.SignatureDeclaration | ts.ClassLikeDeclaration | ts.SourceFile;

/** A call, and the functions that it may be a call of. */
export interface Call {
  readonly node: ts.CallExpression;
  readonly targets: readonly ts.SignatureDeclaration[];
  readonly within: Body;
}

/** A `new`, and the symbol of the class that it makes an instance of. */
export interface Instantiation {
  readonly node: ts.NewExpression;
  readonly symbol: ts.Symbol;
  readonly within: Body;
}

/** A member that is named and not called there: `forEach(bus.emit)`. */
interface Mention {
  readonly node: ts.PropertyAccessExpression;
  readonly within: Body;
}

/** What one walk over the sources finds. */
export interface Code {
  readonly calls: readonly Call[];
  readonly instantiations: readonly Instantiation[];
  readonly classes: readonly ts.Symbol[];
  readonly decorators: readonly ts.Decorator[];
  readonly mentions: readonly Mention[];
  /** The callbacks that a body makes, and most likely has called. */
  readonly callbacks: MultiMap<Body, Body>;
}

/** Walks over all sources once. */
export function readCode(project: Project): Code {
  const { ts, checker } = project;
  const calls: Call[] = [];
  const instantiations: Instantiation[] = [];
  const classes: ts.Symbol[] = [];
  const decorators: ts.Decorator[] = [];
  const mentions: Mention[] = [];
  const callbacks = new MultiMap<Body, Body>();

  const visit = (node: ts.Node, within: Body): void => {
    if (ts.isCallExpression(node)) {
      calls.push({ node, targets: targetsOf(project, node), within });
    } else if (ts.isNewExpression(node)) {
      const symbol = checker.getTypeAtLocation(node).getSymbol() ?? symbolOf(project, node.expression);
      if (symbol) instantiations.push({ node, symbol, within });
    } else if (ts.isDecorator(node)) {
      decorators.push(node);
    } else if (ts.isPropertyAccessExpression(node) && !isCallee(project, node)) {
      mentions.push({ node, within });
    } else if (ts.isClassLike(node)) {
      const symbol = checker.getTypeAtLocation(node).getSymbol();
      if (symbol) classes.push(symbol);
    } else if (isCallback(project, node)) {
      callbacks.add(within, node);
    }
    const inside = ts.isFunctionLike(node) || ts.isClassLike(node) ? node : within;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  for (const file of project.files) ts.forEachChild(file, (node) => visit(node, file));
  return { calls, instantiations, classes, decorators, mentions, callbacks };
}

function targetsOf(project: Project, { expression }: ts.CallExpression): readonly ts.SignatureDeclaration[] {
  // What `super(…)` runs follows from the class that is made.
  return expression.kind === project.ts.SyntaxKind.SuperKeyword ? [] : functionsOf(project, expression);
}

function isCallee({ ts }: Project, node: ts.Expression): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}

/** A function that has no name of its own to be called by. */
function isCallback({ ts }: Project, node: ts.Node): node is ts.SignatureDeclaration {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    return !ts.isVariableDeclaration(node.parent) && !ts.isPropertyDeclaration(node.parent);
  }
  return ts.isFunctionLike(node) && ts.isObjectLiteralExpression(node.parent);
}
