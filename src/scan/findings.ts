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

/** Something with a name, and where it stands. */
export interface Named extends Place {
  readonly name: string;
}

/** An event class, and the places that the finding is about. */
export interface EventFinding {
  readonly eventClass: string;
  readonly declaredAt: Place | undefined;
  readonly places: readonly Named[];
}

/**
 * An event class that nobody waits for. Who asks for every event gets it all the same: that is no answer to this one.
 */
export interface UnhandledFinding extends EventFinding {
  readonly caughtBy: readonly Named[];
}

/** One step of a circle: the event, the handler that it reaches, and where that leads to the next event. */
export interface StepFinding {
  readonly eventClass: string;
  readonly handler: Named;
  readonly publishedAt: Place;
}

/** What a scan finds, by kind, each in a stable order. */
export interface Findings {
  readonly unhandled: readonly UnhandledFinding[];
  readonly unpublished: readonly EventFinding[];
  readonly circles: readonly (readonly StepFinding[])[];
  /** Handlers whose class nothing registers, so that they never run. */
  readonly unregistered: readonly Named[];
  /** Publishes and subscriptions of a type that names no class; the name is the type. */
  readonly unknown: readonly Named[];
}

export function findingsOf(flow: EventFlow, reach: Reach, registrations: Registrations): Findings {
  const inVain = unpublished(flow);
  const unhandled = flow.published.keys().filter((event) => flow.subscriptionsFor(event).every(isCatchAll));
  const publishPlaces = (event: ts.Symbol): Named[] =>
    flow.published.get(event).map((publish) => ({
      name: publishedAs(event, publish),
      ...placeOf(publish.node),
    }));
  return {
    unhandled: unhandled
      .map((event) => ({
        ...about(event, publishPlaces(event)),
        caughtBy: sorted(flow.subscriptionsFor(event).map(handlerPlace)),
      }))
      .sort(byClass),
    unpublished: Array.from(inVain.entries(), ([event, sites]) => about(event, sites.map(handlerPlace))).sort(byClass),
    circles: circlesIn(flow, reach).map((circle) =>
      circle.map(({ event, subscription, publish }) => ({
        eventClass: className(event),
        handler: handlerPlace(subscription),
        publishedAt: placeOf(publish.node),
      })),
    ),
    unregistered: sorted(
      flow.subscriptions
        .filter(({ subscriberClass }) => subscriberClass && registrations.isLeftOut(subscriberClass))
        .map(handlerPlace),
    ),
    unknown: sorted([
      ...flow.publishes.flatMap((publish) => named(publish.node, flow.unknownOf(publish))),
      ...flow.subscriptions.flatMap(({ node, unknown }) => named(node, unknown)),
    ]),
  };
}

/** How many findings there are that `--strict` fails for. */
export function countOf({ unhandled, unpublished, circles, unregistered, unknown }: Findings): number {
  return [unhandled, unpublished, circles, unregistered, unknown].flat().length;
}

/** Each event class for which somebody waits in vain, with those who do. */
function unpublished(flow: EventFlow): MultiMap<ts.Symbol, SubscriptionSite> {
  const events = flow.published.keys();
  const inVain = new MultiMap<ts.Symbol, SubscriptionSite>();
  for (const site of flow.subscriptions) {
    for (const key of site.classes) {
      if (isObject(key) || flow.isOfTheBus(key) || events.some((event) => flow.reaches(event, key, site.exact)))
        continue;
      inVain.add(key, site);
    }
  }
  return inVain;
}

function about(event: ts.Symbol, places: readonly Named[]): EventFinding {
  const [declaration] = event.declarations ?? [];
  return { eventClass: className(event), declaredAt: declaration && placeOf(declaration), places: sorted(places) };
}

function byClass(one: EventFinding, other: EventFinding): number {
  const [place, otherPlace] = [one.places[0], other.places[0]];
  return compareTexts(one.eventClass, other.eventClass) || (place && otherPlace ? comparePlaces(place, otherPlace) : 0);
}

/** The class that the publish is typed with, when that is a base of the event's own. */
function publishedAs(event: ts.Symbol, { classes }: Publish): string {
  return className(classes.includes(event) ? event : (classes[0] ?? event));
}

function named(node: ts.Node, name: string | undefined): Named[] {
  return name === undefined ? [] : [{ name, ...placeOf(node) }];
}

function handlerPlace({ node, name }: SubscriptionSite): Named {
  return { name, ...placeOf(node) };
}

function sorted(places: readonly Named[]): readonly Named[] {
  const byText = new Map(places.map((place) => [JSON.stringify(place), place]));
  return [...byText.values()].sort(comparePlaces);
}

/** `default` is what the compiler calls a class that is exported so, `__class` one without a name. */
function className({ name, valueDeclaration }: ts.Symbol): string {
  const declared = (valueDeclaration as ts.ClassDeclaration | undefined)?.name?.text;
  return declared ?? (name === 'default' || name.startsWith('__') ? '(anonymous)' : name);
}
