import type ts from 'typescript';
import type { Call, Code } from './code.js';
import { functionsOf } from './functions.js';
import type { Implementations } from './implementations.js';
import type { PackageCode } from './package-code.js';
import type { Project } from './project.js';

/** A call of one of the bus's methods, by whatever name or type the bus is known there. */
export interface BusCall extends Call {
  readonly method: string;
}

/** One of the bus's methods, handed on as a value. */
export interface BusMention {
  readonly method: string;
  /** With its `.bind(bus)`, where it has one. */
  readonly node: ts.Expression;
  readonly within: Call['within'];
}

/** The methods that hand an event over. */
export const publishing: ReadonlySet<string> = new Set(['publish', 'publishSettled', 'publishAll', 'emit']);

/** The methods that wait for one. */
export const subscribing: ReadonlySet<string> = new Set(['subscribe', 'waitFor', 'stream']);

const methods = new Set([...publishing, ...subscribing, 'register', 'registerClass']);

/** Returns the calls of the bus's methods in the project. */
export function busCalls(
  project: Project,
  code: Code,
  packageCode: PackageCode,
  implementations: Implementations,
): BusCall[] {
  const methodOf = (target: ts.SignatureDeclaration): string | undefined =>
    // A bus that also implements an interface of the project is called through that.
    [target, ...implementations.below(target)].map((method) => packageCode.busMethodOf(method)).find(Boolean);
  const callsWithMethods = code.calls.map((call) => ({ call, method: call.targets.map(methodOf).find(Boolean) }));
  const declaration = callsWithMethods
    .flatMap(({ call }) => call.targets)
    .find((target) => packageCode.busMethodOf(target));
  const bus = declaration && project.checker.getTypeAtLocation(declaration.parent);
  return callsWithMethods.flatMap(({ call, method = portMethod(project, call, implementations, bus) }) =>
    method !== undefined && methods.has(method) ? { ...call, method } : [],
  );
}

/** The method that is called through an interface which the bus satisfies and no class of the project implements. */
function portMethod(
  { ts, checker }: Project,
  { node: { expression }, targets: [target] }: Call,
  implementations: Implementations,
  bus: ts.Type | undefined,
): string | undefined {
  if (!bus || !target || !ts.isPropertyAccessExpression(expression) || !methods.has(expression.name.text))
    return undefined;
  const isMember = ts.isMethodSignature(target) || ts.isFunctionTypeNode(target);
  if (!isMember || target.getSourceFile().isDeclarationFile || implementations.below(target).length > 0)
    return undefined;
  const port = checker.getTypeAtLocation(expression.expression);
  return checker.isTypeAssignableTo(bus, port) ? expression.name.text : undefined;
}

/** Returns the places at which a method of the bus is handed on as a value. */
export function busMentions(project: Project, code: Code, packageCode: PackageCode): BusMention[] {
  const { ts } = project;
  return code.mentions.flatMap(({ node, within }) => {
    const method = methods.has(node.name.text)
      ? functionsOf(project, node)
          .map((declaration) => packageCode.busMethodOf(declaration))
          .find(Boolean)
      : undefined;
    if (method === undefined) return [];
    const isBound = ts.isPropertyAccessExpression(node.parent) && ts.isCallExpression(node.parent.parent);
    const value = isBound ? node.parent.parent : node;
    // What was given a name is found where that is called.
    const isNamed = ts.isVariableDeclaration(value.parent) || ts.isPropertyDeclaration(value.parent);
    return isNamed ? [] : [{ method, node: value, within }];
  });
}
