import type { EventClass } from '../core/index.js';
import { classNameOf, assignIds } from './identity.js';
import type { WirableBus } from './wirable-bus.js';

/**
 * The event classes in the wiring of a bus, each with its id: those that were subscribed
 * to, then those that were given.
 */
export function eventClassesOn(bus: WirableBus, given: readonly EventClass[] = []): ReadonlyMap<EventClass, string> {
  for (const eventClass of given) {
    if (typeof eventClass === 'function' && typeof eventClass.prototype === 'object') continue;
    throw new TypeError(
      `The option 'events' holds ${String(eventClass)}, which is no class. Put the event classes themselves in it.`,
    );
  }
  const subscribed = bus.subscriptions().flatMap(({ eventClasses }) => eventClasses);
  return assignIds([...subscribed, ...given], classNameOf);
}

/** The ids of the base classes of a class, the nearest first. By the prototype chain, as events are routed. */
export function basesOf(eventClass: EventClass, ids: ReadonlyMap<EventClass, string>): string[] {
  const byPrototype = new Map([...ids].map(([base, id]) => [base.prototype, id]));
  const bases: string[] = [];
  let prototype = Object.getPrototypeOf(eventClass.prototype) as object | null;
  while (prototype) {
    const id = byPrototype.get(prototype);
    if (id !== undefined) bases.push(id);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return bases;
}
