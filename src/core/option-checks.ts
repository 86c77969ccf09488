import { describe } from './event-class.js';

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
  (value) => typeof (value as { aborted?: unknown } | null)?.aborted === 'boolean',
];
export const oneOf = (...values: string[]): Check => [
  `one of ${values.join(', ')}`,
  (value) => values.includes(value as string),
];

/** @throws TypeError naming the option that is unknown or has an impossible value. */
export function checkOptions<Options extends object>(options: Options | undefined, checks: Checks<Options>): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`Options are an object, not ${describe(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) && checks[name as keyof Options];
    if (!check) throw new TypeError(`Unknown option '${name}'. The options are ${Object.keys(checks).join(', ')}.`);
    if (value !== undefined && !check[1](value)) {
      throw new TypeError(`The option '${name}' must be ${check[0]}, not ${describe(value)}.`);
    }
  }
}
