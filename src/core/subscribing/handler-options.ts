import type { EventClass } from '../event-class.js';
import type { HandlerOptions, Mode, Phase } from './handler.js';
import {
  aBoolean,
  aFunction,
  aNumber,
  aSignal,
  aText,
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

const checks: Checks<HandlerOptions<never>> = {
  mode: oneOf('sync', 'async'),
  priority: aNumber,
  filter: aFunction,
  once: aBoolean,
  exact: aBoolean,
  phase: oneOf('immediate', 'beforeCommit', 'afterCommit', 'afterRollback', 'afterCompletion'),
  durable: aText,
  transactional: aBoolean,
  timeout: milliseconds,
  around: aFunction,
  onFailure: aFunction,
  signal: aSignal,
  name: aText,
};

const withDefaults = (options: HandlerOptions<never> | undefined, mode: Mode): DeliveryOptions => ({
  ...options,
  mode: options?.mode ?? mode,
  priority: options?.priority ?? 0,
  phase: options?.phase ?? 'immediate',
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

/** The first option in which the two differ, by identity; one that is left out is off. */
export function differingOption(one: DeliveryOptions, other: DeliveryOptions): string | undefined {
  return (Object.keys(checks) as (keyof HandlerOptions)[]).find(
    (name) => (one[name] ?? false) !== (other[name] ?? false),
  );
}
