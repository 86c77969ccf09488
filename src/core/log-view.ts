import { classNameOf } from './event-class.js';

/** A class that says by `toJSON` what a log is to show of its objects. */
interface Loggable {
  readonly prototype: { toJSON(): object | string };
}

/**
 * Lets a log show of the objects of a class what JSON shows: names and outcomes. Otherwise it would print the events
 * that they hold. Node, Bun and Deno ask for the method by this registered symbol, and other platforms never do.
 */
export function showAsJson(loggable: Loggable): void {
  Object.defineProperty(loggable.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspected });
}

function inspected(
  this: { toJSON(): object | string },
  _depth: number,
  options: object,
  inspect?: (value: unknown, options: object) => string,
): unknown {
  // Older stand-ins for Node's `util` give no function.
  if (!inspect) return this.toJSON();
  // Complete at any depth, because there is little of it, and it is what a person looks for.
  return `${classNameOf(this)} ${inspect(this.toJSON(), { ...options, depth: 1 })}`;
}

/** Gives an error properties that no log shows, because they hold the events. */
export function hideFromLogs(error: Error, properties: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(error, name, { value });
}
