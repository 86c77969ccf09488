import { describe, isPlainObject, severalEvents } from './event-class.js';

/** What a value must be, and how to say so: the words follow "must be". */
export type Check = readonly [expected: string, accepts: (value: unknown) => boolean];

/** One check for each option that there is. */
export type Checks<Options> = { readonly [Name in keyof Options]-?: Check };

// setTimeout fires at once for anything longer.
const longestTimeout = 2 ** 31 - 1;

const ofType = (type: string): Check => [`a ${type}`, (value) => typeof value === type];
export const aBoolean = ofType('boolean');
export const aFunction = ofType('function');
export const aNumber: Check = ['a number', (value) => typeof value === 'number' && !Number.isNaN(value)];
export const aText: Check = ['a string that is not empty', (value) => typeof value === 'string' && value !== ''];
/** A name that is kept in rows: every database can store it, and it fits an index beside a key. */
export const aStoredName: Check = [
  'a string of 1 to 200 characters, without NUL',
  (value) => aText[1](value) && /^[^\0\p{Cs}]{1,200}$/u.test(value as string),
];
export const aCount: Check = [
  'a whole number above 0',
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
];
export const milliseconds: Check = [
  `milliseconds, above 0 and at most ${longestTimeout}`,
  (value) => typeof value === 'number' && value > 0 && value <= longestTimeout,
];
export const aSignal: Check = [
  'an AbortSignal',
  // All that is used of one: a stand-in that lacks a method would fail in the middle of a dispatch.
  (value) => {
    const signal = value as Partial<AbortSignal> | null;
    return (
      typeof signal?.aborted === 'boolean' &&
      typeof signal.addEventListener === 'function' &&
      typeof signal.removeEventListener === 'function'
    );
  },
];
export const oneOf = (...values: string[]): Check => [
  `one of ${values.join(', ')}`,
  (value) => values.includes(value as string),
];

/**
 * @param hint What else the caller may have meant by a value that is no object of options.
 * @throws TypeError naming the option that is unknown or has an impossible value.
 */
export function checkOptions<Options extends object>(
  options: Options | undefined,
  checks: Checks<Options>,
  hint = '',
): void {
  if (options === undefined) return;
  // An instance of a class may have its options where the check below does not look: in getters, or inherited.
  if (!isPlainObject(options)) throw new TypeError(`Options are a plain object, not ${describe(options)}.${hint}`);
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) && checks[name as keyof Options];
    if (!check) {
      const names = Object.keys(checks).join(', ');
      throw new TypeError(`Unknown option '${name}'. ${names ? `The options are ${names}` : 'There are none'}.`);
    }
    if (value !== undefined && !check[1](value)) {
      throw new TypeError(`The option '${name}' must be ${check[0]}, not ${describe(value)}.`);
    }
  }
}

/** @throws TypeError for a second event of an `emit`: it would be lost. A number may come second, from `forEach`. */
export function assertOneEvent(second: unknown): void {
  if (typeof second === 'object') throw new TypeError(`emit takes one event.${severalEvents}`);
}
