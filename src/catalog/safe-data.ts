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
  readonly above: Place | undefined;
}

/** `JSON.parse` makes them own keys; the first careless copy then changes the prototype of an object, or of all objects. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
const longestKey = 40;

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

/**
 * Looks at data level by level, so that neither depth nor circles take stack; what is reached twice counts where it is nearest.
 *
 * @throws UnsafeDataError naming the place of a forbidden key, or of what is too deep.
 */
export function assertSafe(data: unknown, maxDepth: number): void {
  const seen = new Set<object>();
  let level = containersIn([['', data]], undefined, seen);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) {
      const path = pathOf(level[0]);
      throw new UnsafeDataError(
        `The data has more than ${maxDepth} levels, at ${path}. The catalog's option 'maxDepth' allows more.`,
        path,
      );
    }
    level = level.flatMap((place) => containersIn(partsOf(place), place, seen));
  }
}

/** The objects among some values that have not been seen yet. */
function containersIn(
  parts: Iterable<readonly [key: string, value: unknown]>,
  above: Place | undefined,
  seen: Set<object>,
): Place[] {
  const places: Place[] = [];
  for (const [key, value] of parts) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    places.push({ container: value, key, above });
  }
  return places;
}

/** What an object holds. Errors hide their cause from `Object.keys`, and clones keep it. */
function* partsOf(place: Place): Generator<readonly [key: string, value: unknown]> {
  const { container } = place;
  if (ArrayBuffer.isView(container)) return;
  for (const key of Object.getOwnPropertyNames(container)) {
    if (forbidden.has(key)) throw forbiddenKey(key, place);
    yield [key, (container as Record<string, unknown>)[key]];
  }
  yield* entriesOf(container);
}

/** The keys and values of a Map and the values of a Set, of any realm. A text as a key is harmless in them. */
function* entriesOf(container: object): Generator<readonly [key: string, value: unknown]> {
  const kind = Object.prototype.toString.call(container);
  let index = 0;
  if (kind === '[object Set]') for (const value of container as Set<unknown>) yield [`value ${index++}`, value];
  if (kind !== '[object Map]') return;
  for (const [key, value] of container as Map<unknown, unknown>) {
    yield [`key ${index}`, key];
    yield [`value ${index++}`, value];
  }
}

function forbiddenKey(key: string, place: Place): UnsafeDataError {
  const path = pathOf({ container: place.container, key, above: place });
  return new UnsafeDataError(
    `The data has the key '${key}', at ${path}. It can change prototypes, so no event has it: give the field another name.`,
    path,
  );
}

function pathOf(place: Place | undefined): string {
  const keys: string[] = [];
  // The outermost place is the data itself, which has no key.
  for (let at = place; at?.above; at = at.above) {
    keys.unshift(at.key.length > longestKey ? `${at.key.slice(0, longestKey)}…` : at.key);
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
