import { UnsafeDataError } from './catalog-errors.js';
import { kindOf, quoted } from './quoted.js';

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
// Characters of a key that a path shows, and of a path that a message shows.
const [maxKeyLength, maxPathLength] = [40, 500];

/**
 * From text to data.
 *
 * @param about The beginning of messages: whose data it is.
 * @throws UnsafeDataError for what is too large, no JSON, or not safe.
 */
export function parseData(text: string, { maxBytes, maxDepth }: Limits, about: string): unknown {
  if (typeof text !== 'string') throw new TypeError(`${about}Data is parsed from a text, not from ${kindOf(text)}.`);
  if (isLonger(text, maxBytes)) {
    throw new UnsafeDataError(
      `${about}The text has more than ${maxBytes} bytes. The catalog's option 'maxBytes' allows more.`,
      '',
    );
  }
  const data = fromJson(text, about);
  assertSafe(data, maxDepth, about);
  return data;
}

function fromJson(text: string, about: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // In words of our own, the cause too: the engine's quote the text.
    const [, place] = /position (\d+)/.exec((error as Error).message) ?? [];
    const reason = text.startsWith('\ufeff')
      ? ', for it begins with a byte order mark (U+FEFF). Take that off'
      : place === undefined
        ? ''
        : `, from position ${place} on`;
    const cause = new SyntaxError(`It is no JSON${reason}.`);
    throw new UnsafeDataError(`${about}The text is no JSON${reason}.`, '', { cause });
  }
}

/**
 * @param about The beginning of messages: whose data it is.
 * @throws UnsafeDataError naming the place of a forbidden key, or of what is too deep.
 */
export function assertSafe(data: unknown, maxDepth: number, about: string): void {
  new Inspection(about).run(data, maxDepth);
}

/**
 * Looks at data level by level, so that neither depth nor circles take stack. What can be reached in several ways is as
 * deep as the shortest of them says.
 */
class Inspection {
  readonly #about: string;
  readonly #seen = new Set<object>();
  #level: Place[] = [];

  constructor(about: string) {
    this.#about = about;
  }

  run(data: unknown, maxDepth: number): void {
    this.#find('', data, undefined);
    for (let depth = 1; this.#level.length > 0; depth++) {
      const level = this.#level;
      if (depth > maxDepth) throw this.#tooDeepError(maxDepth, level[0]);
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
      if (forbiddenKeys.has(key)) throw this.#forbiddenKeyError(key, place);
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

  #tooDeepError(maxDepth: number, place: Place | undefined): UnsafeDataError {
    const path = pathOf(place);
    return new UnsafeDataError(
      `${this.#about}The data has more than ${maxDepth} levels, at ${quoted(path, maxPathLength)}. The catalog's option 'maxDepth' allows more.`,
      path,
    );
  }

  #forbiddenKeyError(key: string, place: Place): UnsafeDataError {
    const path = pathOf({ container: place.container, key, parent: place });
    return new UnsafeDataError(
      `${this.#about}The data has the key '${key}', at ${quoted(path, maxPathLength)}. It can change prototypes, so no event has it: give the field another name.`,
      path,
    );
  }
}

function pathOf(place: Place | undefined): string {
  const keys: string[] = [];
  // The outermost place is the data itself, which has no key.
  for (let at = place; at?.parent; at = at.parent) {
    keys.push(quoted(at.key, maxKeyLength));
  }
  return keys.reverse().join('.');
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
