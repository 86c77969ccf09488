import { escapeControl } from '../core/index.js';
import { alignColumns } from './align-columns.js';
import { placeOf, traitsOf } from './traits.js';
import type { WiredEvent, WiredHandler, Wiring } from './wiring.js';

/**
 * The wiring for a terminal: each event class, and below it its handlers, numbered in the order in which they run.
 *
 * @example
 * ```ts
 * console.log(toTable(describeWiring(bus)));
 * ```
 */
export function toTable(wiring: Wiring): string {
  const handlers = new Map(wiring.handlers.map((handler) => [handler.id, handler]));
  const blocks = wiring.events.map((event) => [headline(event), ...rows(event, handlers)].join('\n'));
  return `${blocks.length === 0 ? `Nobody is subscribed on ${escapeControl(wiring.bus)}.` : blocks.join('\n\n')}\n`;
}

function headline({ id, bases }: WiredEvent): string {
  // Every class extends Object: that says nothing about this one.
  const nearestBase = bases.find((base) => base !== 'Object');
  return escapeControl(nearestBase === undefined ? id : `${id} extends ${nearestBase}`);
}

function rows({ id, plan }: WiredEvent, handlers: ReadonlyMap<string, WiredHandler>): string[] {
  if (plan.length === 0) return ['  nobody'];
  const cells = plan.map(({ handler: handlerId, by }, index) => {
    const handler = handlers.get(handlerId)!;
    const traits = [...(by === id ? [] : [`by ${by}`]), ...traitsOf(handler)].join(', ');
    const place = handler.location ? placeOf(handler.location) : '';
    return [String(index + 1), handler.mode, handlerId, traits, place].map(escapeControl);
  });
  return alignColumns(cells).map((row) => `  ${row}`);
}
