import type ts from 'typescript';
import type { EventFlow } from './event-flow.js';
import type { Publish } from './publishes.js';
import type { Reach } from './reach.js';
import type { SubscriptionSite } from './subscriptions.js';

/** An event, the handler that it reaches, and the publish that this leads to. */
export interface CircleStep {
  readonly event: ts.Symbol;
  readonly subscription: SubscriptionSite;
  readonly publish: Publish;
}

/** For each event class that can lead back to itself the shortest way, and each circle once. */
export function circlesIn(flow: EventFlow, reach: Reach): readonly (readonly CircleStep[])[] {
  const events = flow.published.keys();
  const consequences = new Map(flow.subscriptions.map((site) => [site, consequencesOf(site, flow, reach)]));
  const stepsFrom = (event: ts.Symbol): (CircleStep & { readonly next: ts.Symbol })[] =>
    flow
      .subscriptionsFor(event)
      .flatMap((subscription) =>
        Array.from(consequences.get(subscription) ?? [], ([next, publish]) => ({ event, subscription, publish, next })),
      );
  const circles = new Map<string, readonly CircleStep[]>();
  for (const event of events) {
    const circle = shortestCircle(event, stepsFrom);
    if (!circle) continue;
    // The same circle begins at each of its events.
    const indexes = circle.map((step) => events.indexOf(step.event));
    const start = indexes.indexOf(Math.min(...indexes));
    const rotated = [...circle.slice(start), ...circle.slice(0, start)];
    circles.set(
      rotated.map((step) => `${events.indexOf(step.event)} ${flow.subscriptions.indexOf(step.subscription)}`).join(),
      rotated,
    );
  }
  return [...circles.values()];
}

/**
 * The events that a handler may publish when it runs. A publish of a base class counts for those events that the same
 * handler's run makes: an aggregate that it calls records them, a repository that it calls publishes what was recorded.
 */
function consequencesOf(
  { bodies, onFailure }: SubscriptionSite,
  flow: EventFlow,
  reach: Reach,
): Map<ts.Symbol, Publish> {
  const reached = reach.from([...bodies, ...onFailure]);
  const instantiated = reach.instantiatedIn(reached);
  const consequences = new Map<ts.Symbol, Publish>();
  for (const publish of flow.publishes.filter(({ within }) => reached.has(within))) {
    for (const event of flow.eventsOf(publish, instantiated))
      if (!consequences.has(event)) consequences.set(event, publish);
  }
  return consequences;
}

function shortestCircle(
  start: ts.Symbol,
  stepsFrom: (event: ts.Symbol) => readonly (CircleStep & { readonly next: ts.Symbol })[],
): readonly CircleStep[] | undefined {
  const ways = new Map<ts.Symbol, readonly CircleStep[]>([[start, []]]);
  // A map that grows while it is walked over is walked to its end: breadth first.
  for (const [event, way] of ways) {
    for (const { next, ...step } of stepsFrom(event)) {
      if (next === start) return [...way, step];
      if (!ways.has(next)) ways.set(next, [...way, step]);
    }
  }
  return undefined;
}
