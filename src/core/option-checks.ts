import { describe } from './event-class.js';

/** What a value must be, and how to say so: the words follow "must be". */
export type Check = readonly [accepts: (value: unknown) => boolean, expected: string];

/** One check for each option that there is. */
export type Checks<Options> = { readonly [Name in keyof Options]-?: Check };

// setTimeout fires at once for anything longer.
const longestTimeout = 2 ** 31 - 1;

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

export const aBoolean: Check = [(value) => typeof value === 'boolean', 'a boolean'];
export const aFunction: Check = [(value) => typeof value === 'function', 'a function'];
export const aNumber: Check = [isNumber, 'a number'];
export const aText: Check = [(value) => typeof value === 'string' && value !== '', 'a string that is not empty'];
export const aCount: Check = [(value) => Number.isInteger(value) && (value as number) > 0, 'a whole number above 0'];
export const milliseconds: Check = [
  (value) => isNumber(value) && value > 0 && value <= longestTimeout,
  `milliseconds, more than 0 and at most ${longestTimeout}`,
];
export const aSignal: Check = [
  (value) =>
    typeof (value as { aborted?: unknown } | null)?.aborted === 'boolean' && 'addEventListener' in (value as object),
  'an AbortSignal',
];

export function oneOf(...values: readonly string[]): Check {
  return [(value) => values.includes(value as string), `one of ${values.join(', ')}`];
}

/** @throws TypeError naming the option that is unknown or has an impossible value. */
export function checkOptions<Options extends object>(options: Options | undefined, checks: Checks<Options>): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`Options must be an object, not ${describe(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Options] : undefined;
    if (check === undefined)
      throw new TypeError(`Unknown option '${name}'. The options are ${Object.keys(checks).join(', ')}.`);
    if (value !== undefined && !check[0](value)) {
      throw new TypeError(`The option '${name}' must be ${check[1]}, not ${describe(value)}.`);
    }
  }
}
