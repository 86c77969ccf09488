import { describe, escapeControl } from '../../core/index.js';

/** What JSON would drop or bend. */
export interface Flaw {
  /** What it is and what becomes of it, without its content. */
  readonly problem: string;
  /** The keys that lead to it, joined by dots; empty for the whole. */
  readonly path: string;
}

/** An object in the data, and the way to it. */
interface Place {
  readonly container: object;
  readonly key: string;
  readonly parent: Place | undefined;
  readonly depth: number;
}

// Characters of a path that a message shows, and of each key.
const [longestPath, longestKey] = [500, 40];
// What is deeper is refused by the catalog, whose limit is lower.
const deepest = 1_000;
// From here on JSON writes a number with an exponent. Below it, and beyond the safe integers, a number is an id that
// was rounded when it was made.
const exponentFrom = 1e21;

/**
 * A look at the data of an event before it becomes JSON: whoever reads the text must get what was written. What knows
 * by itself what it is as JSON (`toJSON`, as a `Date` has it) and instances of classes that keep their fields are let
 * through: a reader can make them again.
 */
export class JsonLook {
  /** What a reader would not get; undefined if there is nothing of the kind. The first one that was found. */
  readonly flaw: Flaw | undefined;
  #isSame = true;

  constructor(data: unknown) {
    this.flaw = this.#value(data, '', undefined);
  }

  /**
   * Whether a reader gets the very same values. False for instances of classes, what has a `toJSON`, and properties
   * that are undefined: a schema may answer otherwise for what becomes of them.
   */
  get isSame(): boolean {
    return this.#isSame;
  }

  #value(value: unknown, key: string, parent: Place | undefined): Flaw | undefined {
    if (!canConvert(value)) return this.#converted(value, key, parent);
    this.#isSame = false;
    const converted: unknown = value.toJSON(key);
    if (converted !== null && converted !== undefined) return this.#converted(converted, key, parent);
    return flaw(`${nounOf(value)} whose toJSON returns ${String(converted)}`, key, parent);
  }

  #converted(value: unknown, key: string, parent: Place | undefined): Flaw | undefined {
    const problem = problemOf(value);
    if (problem !== undefined) return flaw(problem, key, parent);
    if (typeof value !== 'object' || value === null) return undefined;
    for (let at = parent; at; at = at.parent) {
      if (at.container === value) return flaw('an object that contains itself', key, parent);
    }
    const place = { container: value, key, parent, depth: (parent?.depth ?? 0) + 1 };
    if (place.depth > deepest) return undefined;
    return Array.isArray(value) ? this.#list(value, place) : this.#record(value, place);
  }

  #list(list: readonly unknown[], place: Place): Flaw | undefined {
    for (const [index, item] of list.entries()) {
      const found =
        item === undefined
          ? flaw('an undefined item of a list, which becomes null', String(index), place)
          : this.#value(item, String(index), place);
      if (found) return found;
    }
    const keys = Object.keys(list);
    return keys.length > list.length
      ? flaw('a property of a list, which is left out', keys[list.length]!, place)
      : undefined;
  }

  #record(record: object, place: Place): Flaw | undefined {
    const keys = Object.keys(record);
    if (!isPlain(record)) {
      this.#isSame = false;
      const value: unknown = boxes.has(tagOf(record)) ? record.valueOf() : record;
      if (typeof value !== 'object') return this.#value(value, place.key, place.parent);
      // An event of a class without fields may be what `write` returns.
      const isEmptyEvent = !place.parent && tagOf(record) === '[object Object]';
      if (keys.length === 0 && !isEmptyEvent)
        return flaw(`${nounOf(record)}, which becomes {}`, place.key, place.parent);
    }
    if (
      Object.getOwnPropertySymbols(record).some((symbol) => Object.prototype.propertyIsEnumerable.call(record, symbol))
    ) {
      return flaw('a property with a symbol for a name, which is left out', place.key, place.parent);
    }
    for (const key of keys) {
      const value = (record as Record<string, unknown>)[key];
      if (value === undefined) this.#isSame = false;
      const found = value === undefined ? undefined : this.#value(value, key, place);
      if (found) return found;
    }
    return undefined;
  }
}

const boxes: ReadonlySet<string> = new Set(['[object String]', '[object Number]', '[object Boolean]']);
// They become objects of their other properties, if they have any.
const lost: ReadonlySet<string> = new Set(['[object Map]', '[object Set]', '[object Error]']);

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

/** Objects of other realms have another prototype, which has none either. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Bytes have a `toJSON` in Node, and come back as something else all the same. */
function canConvert(value: unknown): value is { toJSON(key: string): unknown } {
  if ((typeof value !== 'object' && typeof value !== 'bigint') || value === null || ArrayBuffer.isView(value))
    return false;
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

/** Returns what is wrong with a value, whatever it contains. */
function problemOf(value: unknown): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}, which is left out`;
  if (typeof value === 'bigint') return 'a bigint, which JSON has not';
  if (typeof value === 'number') return problemOfNumber(value);
  if (typeof value !== 'object' || value === null || isPlain(value)) return undefined;
  if (ArrayBuffer.isView(value)) return `${nounOf(value)}, which becomes an object with a property for each byte`;
  return lost.has(tagOf(value)) ? `${nounOf(value)}, which becomes {}` : undefined;
}

function problemOfNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return 'a number that is not finite (NaN or Infinity), which becomes null';
  const looksLikeId = Number.isInteger(value) && Math.abs(value) < exponentFrom;
  return looksLikeId && !Number.isSafeInteger(value)
    ? 'a whole number beyond 2^53, which was rounded before'
    : undefined;
}

function nounOf(value: unknown): string {
  return typeof value === 'bigint' ? 'a bigint' : describe(value);
}

function flaw(problem: string, key: string, parent: Place | undefined): Flaw {
  const keys: string[] = parent ? [key] : [];
  // The outermost place is the data itself, which has no key.
  for (let at = parent; at?.parent; at = at.parent) keys.push(at.key);
  const shown = keys.reverse().map((each) => escapeControl(cut(each, longestKey)));
  return { problem, path: cut(shown.join('.'), longestPath) };
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
