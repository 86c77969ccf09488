import type ts from 'typescript';
import { type BusCall, type BusMention, subscribing } from './bus-calls.js';
import type { Body, Code } from './code.js';
import { type EventTypes, keyTypes } from './event-types.js';
import { functionsOf, functionsOfSymbol } from './functions.js';
import { handlerOptions } from './handler-options.js';
import type { Origins } from './origins.js';
import type { PackageCode } from './package-code.js';
import type { Project } from './project.js';

/** A place at which a handler is subscribed, by the types that its event classes have there. */
export interface SubscriptionSite extends EventTypes {
  readonly node: ts.Node;
  /** As a person would name the handler: `Receipts.send`. */
  readonly name: string;
  /** For this class alone, not for its subclasses. */
  readonly exact: boolean;
  /** What runs when an event comes. */
  readonly bodies: readonly ts.SignatureDeclaration[];
  /** What gives an event when the handler fails. */
  readonly onFailure: readonly ts.SignatureDeclaration[];
  /** The class of the `@On` method. */
  readonly subscriberClass?: ts.Symbol | undefined;
}

/**
 * What `subscribe`, `waitFor` and `stream` subscribe: one for each place, several for a wrapper with several callers.
 */
export function subscriptionsOf(project: Project, calls: readonly BusCall[], origins: Origins): SubscriptionSite[] {
  return calls
    .filter(({ method }) => subscribing.has(method))
    .flatMap((call) => {
      const [key, second, third] = call.node.arguments;
      if (!key) return [];
      const handler = call.method === 'subscribe' ? second : undefined;
      const options = handlerOptions(project, origins, handler ? third : second, call);
      return keysOf(project, origins, key, call).map(({ node, ...types }) => {
        const handlers = handler ? origins.of({ expression: handler, element: false, call }) : [];
        const bodies = handlers.flatMap(({ expression }) => handlerBodies(project, expression));
        return { node, name: handlerName(project, bodies) ?? `${call.method} handler`, bodies, ...options, ...types };
      });
    });
}

/** What `DomainEvents.register(handler, OrderPlaced)` subscribes, of the façade of `class-events/domain`. */
export function facadeSubscriptions(
  project: Project,
  { calls }: Code,
  packageCode: PackageCode,
  origins: Origins,
): SubscriptionSite[] {
  return calls
    .filter(({ targets }) => targets.some((target) => packageCode.nameOf(target) === 'DomainEvents.register'))
    .flatMap((call) => {
      const [handler, key] = call.node.arguments;
      if (!handler || !key) return [];
      const bodies = origins
        .of({ expression: handler, element: false, call })
        .flatMap(({ expression }) => handlerBodies(project, expression));
      const name = handlerName(project, bodies) ?? 'register handler';
      return keysOf(project, origins, key, call).map((types) => ({
        name,
        bodies,
        exact: false,
        onFailure: [],
        ...types,
      }));
    });
}

/** `bus.subscribe` handed on as a value may subscribe to anything. */
export function subscribingMentions(mentions: readonly BusMention[]): SubscriptionSite[] {
  return mentions
    .filter(({ method }) => subscribing.has(method))
    .map(({ method, node }) => {
      return {
        node,
        name: method,
        classes: [],
        unknown: `${method}, handed on`,
        exact: false,
        bodies: [],
        onFailure: [],
      };
    });
}

/** The event classes that a key names: one, a list, or whatever the callers of a wrapper give; by place. */
export function keysOf(
  project: Project,
  origins: Origins,
  key: ts.Expression,
  call: { readonly node: ts.Node; readonly within: Body },
): (EventTypes & { readonly node: ts.Node })[] {
  const { ts, checker } = project;
  const isList = isListType(project, checker.getTypeAtLocation(key));
  const byNode = new Map<ts.Node, EventTypes[]>();
  for (const {
    expression,
    element,
    call: { node },
  } of origins.of({ expression: key, element: isList, call })) {
    const type = checker.getTypeAtLocation(expression);
    const types = keyTypes(project, element ? (checker.getIndexTypeOfType(type, ts.IndexKind.Number) ?? type) : type);
    byNode.set(node, [...(byNode.get(node) ?? []), types]);
  }
  return Array.from(byNode, ([node, types]) => ({
    node,
    classes: types.flatMap(({ classes }) => classes),
    unknown: types.find(({ unknown }) => unknown)?.unknown,
  }));
}

function isListType({ checker }: Project, type: ts.Type): boolean {
  const constraint = checker.getBaseConstraintOfType(type) ?? type;
  return checker.isArrayType(constraint) || checker.isTupleType(constraint);
}

/** The functions behind a handler in either form: a function, or an object with a `handle` method. */
function handlerBodies(project: Project, handler: ts.Expression): readonly ts.SignatureDeclaration[] {
  const handle = project.checker.getTypeAtLocation(handler).getProperty('handle');
  return handle ? functionsOfSymbol(project, handle) : functionsOf(project, handler);
}

/** `Class.method`, or the name of the function or of what it was given to. */
export function handlerName({ ts }: Project, [body]: readonly ts.SignatureDeclaration[]): string | undefined {
  if (!body) return undefined;
  const declaration = body.name ? body : body.parent;
  const isNamed =
    ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration) || ts.isFunctionLike(declaration);
  const name = isNamed ? declaration.name?.getText() : undefined;
  if (name === undefined || (!body.name && ts.isFunctionLike(declaration))) return undefined;
  return ts.isClassLike(declaration.parent) ? `${declaration.parent.name?.text ?? '(anonymous)'}.${name}` : name;
}
