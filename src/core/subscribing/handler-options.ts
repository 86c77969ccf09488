import type { EventClass } from '../event-class.js';
import type { HandlerOptions, Mode, Phase } from './handler.js';
import {
  aBoolean,
  aFunction,
  aNumber,
  aSignal,
  aStoredName,
  aText,
  type Check,
  checkOptions,
  type Checks,
  milliseconds,
  oneOf,
} from '../option-checks.js';

/**
 * Handler options made whole: checked, with every default filled in, comparable one by one.
 *
 * @example
 * ```ts
 * const { filter, timeout } = subscription.options;
 * ```
 */
export interface DeliveryOptions extends HandlerOptions<never> {
  /** As asked for, else by the kind of function. */
  readonly mode: Mode;
  /** As asked for, else 0. */
  readonly priority: number;
  /** As asked for, else `immediate`. */
  readonly phase: Phase;
  /** @internal Of a weakly registered subscriber. */
  readonly subscriber?: WeakRef<object> | undefined;
  /** @internal Of an `@On` method. */
  readonly origin?: { readonly subscriberClass: EventClass; readonly method: string | symbol } | undefined;
}

/** How one handler option is treated wherever options are checked, planned, compared or shown. */
interface HandlerOption {
  readonly check: Check;
  /** Whether the fast path, which looks at no option, may call a handler that has the option. */
  readonly fastPath: boolean;
  /** How tools show the option: whether it is set, its value, or not at all. */
  readonly show: 'flag' | 'value' | 'hidden';
  readonly default?: unknown;
}

/** The table of the handler options: all that other files know of them by name is derived from it. */
export const handlerOptions = {
  mode: { check: oneOf('sync', 'async'), fastPath: true, show: 'value' },
  priority: { check: aNumber, fastPath: true, show: 'value', default: 0 },
  phase: {
    check: oneOf('immediate', 'beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion'),
    fastPath: true,
    show: 'value',
    default: 'immediate',
  },
  filter: { check: aFunction, fastPath: false, show: 'flag' },
  once: { check: aBoolean, fastPath: false, show: 'flag' },
  exact: { check: aBoolean, fastPath: true, show: 'flag' },
  around: { check: aFunction, fastPath: false, show: 'flag' },
  onFailure: { check: aFunction, fastPath: true, show: 'flag' },
  transactional: { check: aBoolean, fastPath: true, show: 'flag' },
  timeout: { check: milliseconds, fastPath: false, show: 'value' },
  durable: { check: aStoredName, fastPath: true, show: 'value' },
  signal: { check: aSignal, fastPath: true, show: 'hidden' },
  name: { check: aText, fastPath: true, show: 'hidden' },
} as const satisfies { readonly [Name in keyof HandlerOptions]-?: HandlerOption };

const optionNames = Object.keys(handlerOptions) as (keyof HandlerOptions)[];
const checks = Object.fromEntries(optionNames.map((name) => [name, handlerOptions[name].check])) as unknown as Checks<
  HandlerOptions<never>
>;
const offFastPath = optionNames.filter((name) => !handlerOptions[name].fastPath);

const withDefaults = (options: HandlerOptions<never> | undefined, mode: Mode): DeliveryOptions => ({
  ...options,
  mode: options?.mode ?? mode,
  priority: options?.priority ?? handlerOptions.priority.default,
  phase: options?.phase ?? handlerOptions.phase.default,
});

// Shared by all subscriptions that ask for nothing: most of them.
const defaults = { sync: withDefaults(undefined, 'sync'), async: withDefaults(undefined, 'async') };

/** @throws TypeError naming the option that is unknown or has an impossible value. */
export function deliveryOptions(options: HandlerOptions<never> | undefined, mode: Mode): DeliveryOptions {
  if (options === undefined) return defaults[mode];
  checkOptions(options, checks);
  if (options.transactional && !options.durable) throw new TypeError("The option 'transactional' needs 'durable'.");
  return withDefaults(options, mode);
}

/** Returns the first option in which the two differ, by identity. An option that is left out is off. */
export function differingOption(first: DeliveryOptions, second: DeliveryOptions): string | undefined {
  return optionNames.find((name) => (first[name] ?? false) !== (second[name] ?? false));
}

/** Whether the fast path may call a handler with these options. */
export function allowsFastPath(options: DeliveryOptions): boolean {
  // Most handlers ask for nothing. Otherwise a publish after a subscribe takes a third
  // longer: row k of bench/RESULTS.md.
  return options === defaults[options.mode] || !offFastPath.some((name) => options[name]);
}
