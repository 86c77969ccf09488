import type { EventClass } from '../core/index.js';

/** The name of a class, for people. Never what a static member called `name` holds. */
export function classNameOf(eventClass: EventClass): string {
  const { name } = eventClass as { readonly name: unknown };
  return (typeof name === 'string' && name) || '(anonymous)';
}

/** Gives each thing an id: its name, or `name#2` for the second of that name. */
export function assignIds<T>(things: Iterable<T>, nameOf: (thing: T) => string): ReadonlyMap<T, string> {
  const ids = new Map<T, string>();
  const taken = new Set<string>();
  for (const thing of new Set(things)) {
    const name = nameOf(thing);
    let id = name;
    for (let count = 2; taken.has(id); count++) id = `${name}#${count}`;
    taken.add(id);
    ids.set(thing, id);
  }
  return ids;
}

/** Compares two names by code units, so that they have the same order on every machine. */
export function compareNames(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
