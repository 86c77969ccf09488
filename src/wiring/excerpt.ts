import type { Wiring } from './wiring.js';

/**
 * The part of a wiring that is about one event class: its handlers, also those of its base classes, and nothing else.
 */
export function excerptOf(wiring: Wiring, event: string): Wiring {
  const events = wiring.events.filter(({ id }) => id === event);
  const planned = new Set(events.flatMap(({ plan }) => plan.map(({ handler }) => handler)));
  return { ...wiring, events, handlers: wiring.handlers.filter(({ id }) => planned.has(id)) };
}
