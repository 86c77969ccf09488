import type ts from 'typescript';
import { circlesIn } from './circles.js';
import { type EventFlow, isCatchAll } from './event-flow.js';
import { isObject } from './event-types.js';
import { MultiMap } from './multi-map.js';
import { comparePlaces, compareTexts, type Place, placeOf } from './place.js';
import type { Publish } from './publishes.js';
import type { Reach } from './reach.js';
import type { Registrations } from './registrations.js';
import type { SubscriptionSite } from './subscriptions.js';

/** A place in the sources, with the name of what is there. */
export interface NamedPlace extends Place {
  readonly name: string;
}

/** An event class, and the places that the finding is about. */
export interface EventFinding {
  readonly eventClass: string;
  readonly declaredAt: Place | undefined;
  readonly places: readonly NamedPlace[];
}

/**
 * An event class that nobody waits for. Who asks for every event gets it all the same: that is no answer to this one.
 */
export interface UnhandledFinding extends EventFinding {
  readonly caughtBy: readonly NamedPlace[];
}

/** One step of a circle: the event, the handler that it reaches, and where that leads to the next event. */
export interface StepFinding {
  readonly eventClass: string;
  readonly handler: NamedPlace;
  readonly publishedAt: Place;
}

/** What a scan finds, by kind, each in a stable order. */
export interface Findings {
  readonly unhandled: readonly UnhandledFinding[];
  readonly unpublished: readonly EventFinding[];
  readonly circles: readonly (readonly StepFinding[])[];
  /** Handlers whose class nothing registers, so that they never run. */
  readonly unregistered: readonly NamedPlace[];
  /** Publishes and subscriptions of a type that names no class; the name is the type. */
  readonly unknown: readonly NamedPlace[];
}

/** Compares what is published with what is handled, and both with what is registered. */
export function findingsOf(flow: EventFlow, reach: Reach, registrations: Registrations): Findings {
  const unpublished = unpublishedEvents(flow);
  const unhandled = flow.published.keys().filter((event) => flow.subscriptionsFor(event).every(isCatchAll));
  const publishPlaces = (event: ts.Symbol): NamedPlace[] =>
    flow.published.get(event).map((publish) => ({
      name: publishedName(event, publish),
      ...placeOf(publish.node),
    }));
  return {
    unhandled: unhandled
      .map((event) => ({
        ...eventFinding(event, publishPlaces(event)),
        caughtBy: sortUnique(flow.subscriptionsFor(event).map(handlerPlace)),
      }))
      .sort(compareFindings),
    unpublished: Array.from(unpublished.entries(), ([event, sites]) =>
      eventFinding(event, sites.map(handlerPlace)),
    ).sort(compareFindings),
    circles: circlesIn(flow, reach).map((circle) =>
      circle.map(({ event, subscription, publish }) => ({
        eventClass: className(event),
        handler: handlerPlace(subscription),
        publishedAt: placeOf(publish.node),
      })),
    ),
    unregistered: sortUnique(
      flow.subscriptions
        .filter(({ subscriberClass }) => subscriberClass && registrations.isLeftOut(subscriberClass))
        .map(handlerPlace),
    ),
    unknown: sortUnique([
      ...flow.publishes.flatMap((publish) => namedPlaces(publish.node, flow.unknownOf(publish))),
      ...flow.subscriptions.flatMap(({ node, unknown }) => namedPlaces(node, unknown)),
    ]),
  };
}

/** Returns how many findings there are. The command's option `--strict` fails for each of them. */
export function findingCount({ unhandled, unpublished, circles, unregistered, unknown }: Findings): number {
  return [unhandled, unpublished, circles, unregistered, unknown].flat().length;
}

/** Returns the event classes that are handled and never published, with their subscriptions. */
function unpublishedEvents(flow: EventFlow): MultiMap<ts.Symbol, SubscriptionSite> {
  const unpublished = new MultiMap<ts.Symbol, SubscriptionSite>();
  for (const site of flow.subscriptions) {
    for (const key of site.classes) {
      if (!isObject(key) && !flow.isOfTheBus(key) && !flow.isPublished(key, site.exact)) unpublished.add(key, site);
    }
  }
  return unpublished;
}

function eventFinding(event: ts.Symbol, places: readonly NamedPlace[]): EventFinding {
  const [declaration] = event.declarations ?? [];
  return { eventClass: className(event), declaredAt: declaration && placeOf(declaration), places: sortUnique(places) };
}

function compareFindings(left: EventFinding, right: EventFinding): number {
  const [leftPlace, rightPlace] = [left.places[0], right.places[0]];
  return (
    compareTexts(left.eventClass, right.eventClass) ||
    (leftPlace && rightPlace ? comparePlaces(leftPlace, rightPlace) : 0)
  );
}

/** The class that the publish is typed with, when that is a base of the event's own. */
function publishedName(event: ts.Symbol, { classes }: Publish): string {
  return className(classes.includes(event) ? event : (classes[0] ?? event));
}

function namedPlaces(node: ts.Node, name: string | undefined): NamedPlace[] {
  return name === undefined ? [] : [{ name, ...placeOf(node) }];
}

function handlerPlace({ node, name }: SubscriptionSite): NamedPlace {
  return { name, ...placeOf(node) };
}

function sortUnique(places: readonly NamedPlace[]): readonly NamedPlace[] {
  const byText = new Map(places.map((place) => [JSON.stringify(place), place]));
  return [...byText.values()].sort(comparePlaces);
}

/** `default` is what the compiler calls a class that is exported so, `__class` one without a name. */
function className({ name, valueDeclaration }: ts.Symbol): string {
  const declared = (valueDeclaration as ts.ClassDeclaration | undefined)?.name?.text;
  return declared ?? (name === 'default' || name.startsWith('__') ? '(anonymous)' : name);
}
