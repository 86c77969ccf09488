import { printable } from './printable.js';
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
  return `${blocks.length === 0 ? `Nobody is subscribed on ${printable(wiring.bus)}.` : blocks.join('\n\n')}\n`;
}

function headline({ id, bases }: WiredEvent): string {
  // Every class extends Object: that says nothing about this one.
  const base = bases.find((each) => each !== 'Object');
  return printable(base === undefined ? id : `${id} extends ${base}`);
}

function rows({ id, plan }: WiredEvent, handlers: ReadonlyMap<string, WiredHandler>): string[] {
  if (plan.length === 0) return ['  nobody'];
  const cells = plan.map(({ handler: handlerId, by }, index) => {
    const handler = handlers.get(handlerId)!;
    const traits = [...(by === id ? [] : [`by ${by}`]), ...traitsOf(handler)].join(', ');
    const place = handler.location ? placeOf(handler.location) : '';
    return [String(index + 1), handler.mode, handlerId, traits, place].map(printable);
  });
  return aligned(cells).map((row) => `  ${row}`);
}

/** Rows with columns of one width, the first one flush right: it holds numbers. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => lengthOf(row[column]!))));
  const pad = (cell: string, column: number): string => {
    const space = ' '.repeat(widths[column]! - lengthOf(cell));
    return column === 0 ? space + cell : cell + space;
  };
  return rows.map((row) =>
    row
      .map(pad)
      .filter((_, column) => widths[column]! > 0)
      .join('  ')
      .trimEnd(),
  );
}

/** In characters as people count them, not in code units. */
function lengthOf(cell: string): number {
  return Array.from(cell).length;
}
