import { classNameOf, textOf } from '../core/index.js';

/**
 * Where an aggregate keeps its events: an own property, so that a proxy and its target have one list; made by the first
 * event, so that constructors need not run; hidden from everything that copies, compares or writes an object. Registered,
 * so that two loaded copies of this package have one list too. The number is that of the format.
 */
const recorded = Symbol.for('class-events/recorded-events@1');

/** Own only: what inherits from an aggregate is an aggregate of its own. */
function listOf(aggregate: object): object[] | undefined {
  return Object.getOwnPropertyDescriptor(aggregate, recorded)?.value as object[] | undefined;
}

/** What was recorded and not taken yet, in a list that the reader may keep. */
export function recordedBy(aggregate: object): object[] {
  return [...(listOf(aggregate) ?? [])];
}

/** Takes all events: the aggregate has none afterwards. */
export function takeFrom(aggregate: object): object[] {
  return listOf(aggregate)?.splice(0) ?? [];
}

/** Puts events that were taken back in their place, before later ones. Returns whether the aggregate has such a place. */
export function putBack(aggregate: object, events: readonly object[]): boolean {
  const list = listOf(aggregate);
  list?.unshift(...events);
  return list !== undefined;
}

/** @throws TypeError for what is no event, and when the aggregate can keep none. */
export function recordOn(aggregate: object, event: object): void {
  if (!isEvent(event)) {
    throw new TypeError(
      `${classNameOf(aggregate)} cannot record ${described(event)}. Record an instance of a class, as in this.record(new OrderPlaced(…)).`,
    );
  }
  (listOf(aggregate) ?? newListOf(aggregate)).push(event);
}

function newListOf(aggregate: object): object[] {
  if (!Object.isExtensible(aggregate)) {
    throw new TypeError(
      `${classNameOf(aggregate)} cannot keep events, for it is frozen. Freeze what the aggregate holds, not the aggregate.`,
    );
  }
  const list: object[] = [];
  Object.defineProperty(aggregate, recorded, { value: list, configurable: true });
  return list;
}

/** The bus asks the same at the publish; here it is asked where the mistake is made. */
function isEvent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Promise) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  // Known by what it owns: there is an Object.prototype in every realm.
  return prototype !== null && !Object.hasOwn(prototype, 'isPrototypeOf');
}

function described(value: unknown): string {
  if (typeof value === 'function') return `the class ${value.name || '(anonymous)'}`;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise';
  return typeof value === 'object' && value !== null ? 'a plain object' : textOf(value);
}
