import type ts from 'typescript';
import type { Body } from './code.js';
import type { EventFlow } from './event-flow.js';
import { MultiMap } from './multi-map.js';
import type { Publish } from './publishes.js';
import type { Reach } from './reach.js';
import type { SubscriptionSite } from './subscriptions.js';

/** An event, the handler that it reaches, and the publish that this leads to. */
export interface CircleStep {
  readonly event: ts.Symbol;
  readonly subscription: SubscriptionSite;
  readonly publish: Publish;
}

/** The same, with the event that is published there. */
interface Step extends CircleStep {
  readonly next: ts.Symbol;
}

type Steps = ReadonlyMap<ts.Symbol, readonly Step[]>;

/** For each event class that can lead back to itself the shortest way, and each circle once. */
export function circlesIn(flow: EventFlow, reach: Reach): readonly (readonly CircleStep[])[] {
  const places = new Map(flow.published.keys().map((event, place) => [event, place]));
  const sitePlaces = new Map(flow.subscriptions.map((site, place) => [site, place]));
  const steps = withoutLooseEnds(stepsIn(flow, reach));
  const circles = new Map<string, readonly CircleStep[]>();
  const done = new Set<ts.Symbol>();
  for (const event of steps.keys()) {
    const circle = done.has(event) ? undefined : shortestCircle(event, steps);
    if (!circle) continue;
    // Where each event has one way on, the circle is that of all its events.
    if (circle.every((step) => steps.get(step.event)!.length === 1)) for (const step of circle) done.add(step.event);
    // The same circle begins at each of its events.
    const indexes = circle.map((step) => places.get(step.event)!);
    const start = indexes.indexOf(indexes.reduce((left, right) => Math.min(left, right)));
    const rotated = [...circle.slice(start), ...circle.slice(0, start)];
    circles.set(
      rotated.map((step) => `${places.get(step.event)} ${sitePlaces.get(step.subscription)}`).join(),
      rotated.map(({ event, subscription, publish }) => ({ event, subscription, publish })),
    );
  }
  return [...circles.values()];
}

/** Returns the steps from each event class that is published. */
function stepsIn(flow: EventFlow, reach: Reach): Steps {
  const publishPlaces = MultiMap.by(flow.publishes.keys(), (place) => [flow.publishes[place]!.within]);
  const consequences = new Map(
    flow.subscriptions.map((site) => [site, consequencesOf(site, flow, reach, publishPlaces)]),
  );
  return new Map(
    flow.published.keys().map((event) => [
      event,
      flow.subscriptionsFor(event).flatMap((subscription) =>
        Array.from(consequences.get(subscription) ?? [], ([next, publish]) => ({
          event,
          subscription,
          publish,
          next,
        })),
      ),
    ]),
  );
}

/**
 * The events that a handler may publish when it runs. A publish of a base class counts for those events that the same
 * handler's run makes: an aggregate that it calls records them, a repository that it calls publishes what was recorded.
 */
function consequencesOf(
  { bodies, onFailure }: SubscriptionSite,
  flow: EventFlow,
  reach: Reach,
  publishPlaces: MultiMap<Body, number>,
): Map<ts.Symbol, Publish> {
  const reached = reach.from([...bodies, ...onFailure]);
  const instantiated = reach.instantiatedIn(reached);
  const consequences = new Map<ts.Symbol, Publish>();
  const places = [...reached].flatMap((body) => publishPlaces.get(body)).sort((left, right) => left - right);
  for (const place of places) {
    const publish = flow.publishes[place]!;
    for (const event of flow.eventsOf(publish, instantiated))
      if (!consequences.has(event)) consequences.set(event, publish);
  }
  return consequences;
}

/**
 * Leaves out the events that lead to no circle, and those that no circle leads to. Most events are of these kinds, and
 * none of a circle is.
 */
function withoutLooseEnds(steps: Steps): Steps {
  const all = [...steps.values()].flat().filter(({ next }) => steps.has(next));
  const ended = looseEnds(
    steps.keys(),
    all.map(({ event, next }) => ({ from: event, to: next })),
  );
  const begun = looseEnds(
    steps.keys(),
    all.map(({ event, next }) => ({ from: next, to: event })),
  );
  const isLoose = (event: ts.Symbol): boolean => ended.has(event) || begun.has(event) || !steps.has(event);
  return new Map(
    Array.from(steps, ([event, ways]) => [event, ways.filter(({ next }) => !isLoose(next))] as const).filter(
      ([event]) => !isLoose(event),
    ),
  );
}

/** Returns the events from which every way ends. */
function looseEnds(
  events: Iterable<ts.Symbol>,
  edges: readonly { readonly from: ts.Symbol; readonly to: ts.Symbol }[],
): ReadonlySet<ts.Symbol> {
  const incoming = MultiMap.by(edges, ({ to }) => [to]);
  const left = new Map<ts.Symbol, number>();
  for (const { from } of edges) left.set(from, (left.get(from) ?? 0) + 1);
  const loose = new Set([...events].filter((event) => !left.has(event)));
  // A set that grows while it is walked over is walked to its end.
  for (const event of loose) {
    for (const { from } of incoming.get(event)) {
      const count = left.get(from)! - 1;
      left.set(from, count);
      if (count === 0) loose.add(from);
    }
  }
  return loose;
}

function shortestCircle(start: ts.Symbol, steps: Steps): readonly Step[] | undefined {
  /** By event, the step by which it was reached first. */
  const reachedBy = new Map<ts.Symbol, Step | undefined>([[start, undefined]]);
  // A map that grows while it is walked over is walked to its end: breadth first.
  for (const event of reachedBy.keys()) {
    for (const step of steps.get(event) ?? []) {
      if (step.next === start) return wayTo(step, reachedBy);
      if (!reachedBy.has(step.next)) reachedBy.set(step.next, step);
    }
  }
  return undefined;
}

function wayTo(last: Step, reachedBy: ReadonlyMap<ts.Symbol, Step | undefined>): readonly Step[] {
  const way: Step[] = [];
  for (let step: Step | undefined = last; step; step = reachedBy.get(step.event)) way.push(step);
  return way.reverse();
}
