import type { WiredEvent, WiredHandler, Wiring } from './wiring.js';

/** A box of the drawing. Its key is made of letters and digits, whatever the name holds. */
interface GraphNode<Drawn> {
  readonly key: string;
  readonly drawn: Drawn;
}

/** What the drawings show: boxes for event classes and handlers, and two kinds of lines. */
export interface WiringGraph {
  readonly events: readonly GraphNode<WiredEvent>[];
  readonly handlers: readonly GraphNode<WiredHandler>[];
  /** From a base class to its subclass, each class to its nearest base only: a catch-all would cover all else. */
  readonly subclasses: readonly (readonly [base: string, subclass: string])[];
  /** From an event class to a handler that is subscribed to it. What a subclass inherits is drawn at its base. */
  readonly calls: readonly (readonly [event: string, handler: string])[];
}

/** The drawing of a wiring, without its looks. */
export function graphOf(wiring: Wiring): WiringGraph {
  const events = wiring.events.map((drawn, index) => ({ key: `event${index}`, drawn }));
  const handlers = wiring.handlers.map((drawn, index) => ({ key: `handler${index}`, drawn }));
  const eventKeys = new Map(events.map(({ key, drawn }) => [drawn.id, key]));
  const handlerKeys = new Map(handlers.map(({ key, drawn }) => [drawn.id, key]));
  const subclasses = events.flatMap(({ key, drawn }) => {
    const nearestBase = drawn.bases.find((base) => eventKeys.has(base));
    return nearestBase === undefined ? [] : [[eventKeys.get(nearestBase)!, key] as const];
  });
  const direct = handlers.flatMap(({ key, drawn }) =>
    drawn.events.filter((id) => eventKeys.has(id)).map((id) => [eventKeys.get(id)!, key] as const),
  );
  // What comes by a base that is not drawn, in an excerpt, has no other place to start from.
  const inherited = events.flatMap(({ key, drawn }) =>
    drawn.plan.filter(({ by }) => !eventKeys.has(by)).map(({ handler }) => [key, handlerKeys.get(handler)!] as const),
  );
  return { events, handlers, subclasses, calls: [...direct, ...inherited] };
}
