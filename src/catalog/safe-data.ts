import { describe } from '../core/index.js';
import { UnsafeDataError } from './catalog-errors.js';

/** How large and how deep data from outside may be. */
export interface Limits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

/** An object found in the data, and the way to it. */
interface Place {
  readonly container: object;
  readonly key: string;
  readonly parent: Place | undefined;
}

/**
 * `JSON.parse` makes them own keys; the first careless copy then changes the prototype of an object, or of all objects.
 */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
// Characters of a key that a path shows.
const maxKeyLength = 40;

/** From text to data. @throws UnsafeDataError for what is too large, no JSON, or not safe. */
export function parseData(text: string, { maxBytes, maxDepth }: Limits): unknown {
  if (typeof text !== 'string') throw new TypeError(`Data is parsed from a text, not from ${describe(text)}.`);
  if (isLonger(text, maxBytes)) {
    throw new UnsafeDataError(
      `The text has more than ${maxBytes} bytes. The catalog's option 'maxBytes' allows more.`,
      '',
    );
  }
  const data = fromJson(text);
  assertSafe(data, maxDepth);
  return data;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UnsafeDataError('The text is no JSON.', '', { cause });
  }
}

/** @throws UnsafeDataError naming the place of a forbidden key, or of what is too deep. */
export function assertSafe(data: unknown, maxDepth: number): void {
  new Inspection().run(data, maxDepth);
}

/**
 * Looks at data level by level, so that neither depth nor circles take stack. What can be reached in several ways is as
 * deep as the shortest of them says.
 */
class Inspection {
  readonly #seen = new Set<object>();
  #level: Place[] = [];

  run(data: unknown, maxDepth: number): void {
    this.#find('', data, undefined);
    for (let depth = 1; this.#level.length > 0; depth++) {
      const level = this.#level;
      if (depth > maxDepth) throw tooDeepError(maxDepth, level[0]);
      this.#level = [];
      for (const place of level) this.#inspect(place);
    }
  }

  #find(key: string, value: unknown, parent: Place | undefined): void {
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return;
    this.#seen.add(value);
    this.#level.push({ container: value, key, parent });
  }

  #inspect(place: Place): void {
    const { container } = place;
    // Numbers alone, and often many.
    if (ArrayBuffer.isView(container)) return;
    const kind = Object.prototype.toString.call(container);
    // Clones of errors hide their cause. Of all else only what is enumerable is cloned, and asking for that alone
    // takes a quarter of the time.
    const keys = kind === '[object Error]' ? Object.getOwnPropertyNames(container) : Object.keys(container);
    for (const key of keys) {
      if (forbiddenKeys.has(key)) throw forbiddenKeyError(key, place);
      this.#find(key, (container as Record<string, unknown>)[key], place);
    }
    if (kind === '[object Map]') this.#inspectMap(container as Map<unknown, unknown>, place);
    if (kind === '[object Set]') this.#inspectSet(container as Set<unknown>, place);
  }

  /** A text as a key is harmless in a map. */
  #inspectMap(map: Map<unknown, unknown>, place: Place): void {
    let index = 0;
    for (const [key, value] of map) {
      this.#find(`key ${index}`, key, place);
      this.#find(`value ${index}`, value, place);
      index += 1;
    }
  }

  #inspectSet(set: Set<unknown>, place: Place): void {
    let index = 0;
    for (const value of set) this.#find(`value ${index++}`, value, place);
  }
}

function tooDeepError(maxDepth: number, place: Place | undefined): UnsafeDataError {
  const path = pathOf(place);
  return new UnsafeDataError(
    `The data has more than ${maxDepth} levels, at ${path}. The catalog's option 'maxDepth' allows more.`,
    path,
  );
}

function forbiddenKeyError(key: string, place: Place): UnsafeDataError {
  const path = pathOf({ container: place.container, key, parent: place });
  return new UnsafeDataError(
    `The data has the key '${key}', at ${path}. It can change prototypes, so no event has it: give the field another name.`,
    path,
  );
}

function pathOf(place: Place | undefined): string {
  const keys: string[] = [];
  // The outermost place is the data itself, which has no key.
  for (let at = place; at?.parent; at = at.parent) {
    keys.unshift(at.key.length > maxKeyLength ? `${at.key.slice(0, maxKeyLength)}…` : at.key);
  }
  return keys.join('.');
}

/** Whether a text takes more bytes in UTF-8. Counts only where the number of its UTF-16 units does not tell. */
function isLonger(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes || text.length * 3 <= maxBytes) return text.length > maxBytes;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const surrogate = unit >= 0xd800 && unit <= 0xdfff;
    bytes += unit < 0x80 ? 1 : unit < 0x800 || surrogate ? 2 : 3;
  }
  return bytes > maxBytes;
}
