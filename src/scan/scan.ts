import { AggregatePublishes } from './aggregate-publishes.js';
import { Aggregates } from './aggregates.js';
import { busCalls, busMentions } from './bus-calls.js';
import { ClassHierarchy } from './class-hierarchy.js';
import { readCode } from './code.js';
import { EventFlow } from './event-flow.js';
import { isObject } from './event-types.js';
import { type Findings, findingsOf } from './findings.js';
import { Implementations } from './implementations.js';
import { Marks } from './marks.js';
import { Origins } from './origins.js';
import { PackageCode } from './package-code.js';
import { assertInstalled } from './package-imports.js';
import { displayPath, openProject } from './project.js';
import { failureEvents, publishesOf, publishingMentions } from './publishes.js';
import { Reach } from './reach.js';
import { Registrations } from './registrations.js';
import { ScanError } from './scan-error.js';
import { facadeSubscriptions, subscribingMentions, subscriptionsOf } from './subscriptions.js';

/** The result of a scan: a value that can be written as JSON. */
export interface Scan extends Findings {
  readonly totals: {
    readonly files: number;
    readonly eventClasses: number;
    readonly publishes: number;
    readonly subscriptions: number;
  };
}

/**
 * Reads a TypeScript project and tells who publishes what, who handles what, and what does not meet: project → code →
 * publishes and subscriptions → flow → findings.
 *
 * @throws ScanError when the project cannot be read, or nothing in it uses class-events.
 */
export function scan(tsconfig: string): Scan {
  const opened = openProject(tsconfig);
  const packageCode = new PackageCode(opened.ts);
  const project = { ...opened, files: opened.files.filter((file) => !packageCode.owns(file)) };
  assertInstalled(project);

  const code = readCode(project);
  const hierarchy = new ClassHierarchy(project, code);
  const implementations = new Implementations(project, code, hierarchy, packageCode);
  const origins = new Origins(project, code, hierarchy, implementations);

  const aggregates = new Aggregates(project, code, hierarchy, packageCode, origins);

  const calls = busCalls(project, code, packageCode, implementations);
  const mentions = busMentions(project, code, packageCode);
  const subscriptions = [
    ...subscriptionsOf(project, calls, origins),
    ...facadeSubscriptions(project, code, packageCode, origins),
    ...subscribingMentions(mentions),
    ...new Marks(project, packageCode, origins, implementations).in(code),
  ];
  const publishes = [
    ...publishesOf(project, calls, origins, aggregates),
    ...new AggregatePublishes(project, packageCode, origins, aggregates).in(code),
    ...publishingMentions(project, mentions),
    ...failureEvents(project, subscriptions, origins),
  ];
  if (publishes.length + subscriptions.length === 0)
    throw new ScanError(nothingFoundIn(tsconfig, project.files.length));

  const flow = new EventFlow(publishes, subscriptions, hierarchy, packageCode);
  const handlers = subscriptions.flatMap(({ bodies, onFailure }) => [...bodies, ...onFailure]);
  const reach = new Reach(project, code, hierarchy, implementations, handlers);
  const registrations = new Registrations(project, calls, origins, hierarchy);
  const keys = subscriptions.flatMap(({ classes }) => classes).filter((key) => !isObject(key));
  const totals = {
    files: project.files.length,
    eventClasses: new Set([...flow.published.keys(), ...keys]).size,
    publishes: publishes.length,
    subscriptions: subscriptions.length,
  };
  return { totals, ...findingsOf(flow, reach, registrations) };
}

function nothingFoundIn(tsconfig: string, files: number): string {
  return (
    `${displayPath(tsconfig)} has ${files} source ${files === 1 ? 'file' : 'files'}, and none uses class-events: no publish, ` +
    'emit, subscribe, waitFor or stream of an EventBus, and no @On. Scan the project that does.'
  );
}
