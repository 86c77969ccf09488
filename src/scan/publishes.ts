import type ts from 'typescript';
import type { Aggregates } from './aggregates.js';
import { type BusCall, type BusMention, publishing } from './bus-calls.js';
import type { Body } from './code.js';
import { elementType, eventTypes } from './event-types.js';
import type { Origin, Origins } from './origins.js';
import type { Project } from './project.js';
import type { SubscriptionSite } from './subscriptions.js';

/** A place at which events are published, by the types that they have there. */
export interface Publish {
  readonly node: ts.Node;
  readonly within: Body;
  readonly classes: readonly ts.Symbol[];
  /** Made on the spot, so of this very class and no subclass. */
  readonly exact: boolean;
  /** Recorded before, by what an aggregate did: each time of some of these classes. */
  readonly recorded?: boolean;
  /** The part of the type that names no class. */
  readonly unknown: string | undefined;
}

/** One for each place: several when an event comes from several callers of a wrapper, or is one of several. */
export function publishesOf(
  project: Project,
  calls: readonly BusCall[],
  origins: Origins,
  aggregates: Aggregates,
): Publish[] {
  return calls
    .filter(({ method }) => publishing.has(method))
    .flatMap((call) => {
      const [expression] = call.node.arguments;
      if (!expression) return [];
      return origins.of({ expression, element: call.method === 'publishAll', call }).map((origin) => {
        const publish = publishFrom(project, origin);
        const recorded = aggregates.recordedAt(origin.expression);
        if (!recorded) return publish;
        return { ...publish, ...(publish.unknown === undefined ? {} : recorded), recorded: true };
      });
    });
}

/** A method that is handed on publishes what it will be called with, as far as the place that takes it says. */
export function publishingMentions(project: Project, mentions: readonly BusMention[]): Publish[] {
  const { checker } = project;
  return mentions
    .filter(({ method }) => publishing.has(method))
    .map(({ method, node, within }) => {
      const [parameter] = checker.getContextualType(node)?.getCallSignatures()[0]?.getParameters() ?? [];
      const parameterType = parameter && checker.getTypeOfSymbol(parameter);
      const isElement = parameterType && method === 'publishAll';
      const type = isElement ? elementType(project, parameterType) : parameterType;
      const types = type ? eventTypes(project, type) : { classes: [], unknown: `${method}, handed on` };
      return { node, within, exact: false, ...types };
    });
}

/** What `onFailure` returns is published too. */
export function failureEvents(
  project: Project,
  subscriptions: readonly SubscriptionSite[],
  origins: Origins,
): Publish[] {
  return subscriptions
    .flatMap(({ onFailure }) => onFailure)
    .flatMap((within) => {
      const events = returnedExpressions(project, within).flatMap((expression) =>
        origins.of({ expression, element: false, call: { node: expression, within } }),
      );
      return events.map((origin) => publishFrom(project, origin));
    })
    .filter(({ classes, unknown }) => classes.length > 0 || unknown !== undefined);
}

function returnedExpressions({ ts }: Project, body: ts.SignatureDeclaration): ts.Expression[] {
  if (ts.isArrowFunction(body) && !ts.isBlock(body.body)) return [body.body];
  const expressions: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) expressions.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return expressions;
}

function publishFrom(project: Project, { expression, element, call }: Origin): Publish {
  const type = project.checker.getTypeAtLocation(expression);
  const eventType = element ? elementType(project, type) : type;
  const types = eventType
    ? eventTypes(project, eventType)
    : { classes: [], unknown: project.checker.typeToString(type) };
  return { node: call.node, within: call.within, exact: project.ts.isNewExpression(expression), ...types };
}
