import { classNameOf, describe, isEvent, prototypeOf } from '../core/index.js';

/**
 * Where an aggregate keeps its events: an own property, so that a proxy and its target have one list; made by the first
 * event, so that constructors need not run; hidden from everything that copies, compares or writes an object.
 * Registered, so that two loaded copies of this package have one list too. The number is that of the format.
 */
const recorded = Symbol.for('class-events/recorded-events@1');

/** Returns the list of an aggregate. An inherited one does not count, because it is another aggregate's. */
function listOf(aggregate: object): object[] | undefined {
  return Object.getOwnPropertyDescriptor(aggregate, recorded)?.value as object[] | undefined;
}

/** Returns the events that were recorded and not pulled yet, in a list that the reader may keep. */
export function recordedEventsOf(aggregate: object): object[] {
  return [...(listOf(aggregate) ?? [])];
}

/** Removes and returns all events of an aggregate. */
export function pullFrom(aggregate: object): object[] {
  return listOf(aggregate)?.splice(0) ?? [];
}

/** Puts pulled events back before later ones. Returns false for an aggregate that keeps its events elsewhere. */
export function putBack(aggregate: object, events: readonly object[]): boolean {
  const list = listOf(aggregate);
  list?.unshift(...events);
  return list !== undefined;
}

/** @throws TypeError for what is no event, and when the aggregate can keep none. */
export function recordOn(aggregate: object, event: object): void {
  // The bus asks the same at the publish; here it is asked where the mistake is made.
  if (!isEvent(prototypeOf(event))) {
    throw new TypeError(
      `${classNameOf(aggregate)} cannot record ${describe(event)}. Record an instance of a class, as in this.record(new OrderPlaced(…)).`,
    );
  }
  (listOf(aggregate) ?? createListOf(aggregate)).push(event);
}

function createListOf(aggregate: object): object[] {
  if (!Object.isExtensible(aggregate)) {
    throw new TypeError(
      `${classNameOf(aggregate)} cannot keep events, for it is frozen. Freeze what the aggregate holds, not the aggregate.`,
    );
  }
  const list: object[] = [];
  Object.defineProperty(aggregate, recorded, { value: list, configurable: true });
  return list;
}
