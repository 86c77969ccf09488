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
} from './option-checks.js';

/** Handler options made whole: checked, with every default filled in, comparable one by one. */
export interface DeliveryOptions extends HandlerOptions<never> {
  readonly mode: Mode;
  readonly priority: number;
  readonly phase: Phase;
  /** Of a weakly registered subscriber. */
  readonly subscriber?: WeakRef<object>;
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
const names = Object.keys(checks) as (keyof HandlerOptions)[];

// Shared by all subscriptions that ask for nothing: most of them.
const defaults: { readonly [M in Mode]: DeliveryOptions } = {
  sync: Object.freeze({ mode: 'sync', priority: 0, phase: 'immediate' }),
  async: Object.freeze({ mode: 'async', priority: 0, phase: 'immediate' }),
};

/** @throws TypeError naming the option that is unknown or has an impossible value. */
export function deliveryOptions(options: HandlerOptions<never> | undefined, mode: Mode): DeliveryOptions {
  if (options === undefined) return defaults[mode];
  checkOptions(options, checks);
  if (options.transactional === true && options.durable === undefined) {
    throw new TypeError(
      "The option 'transactional' needs 'durable': only a delivery from the outbox has a transaction of its own.",
    );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...defaults[mode], ...Object.fromEntries(given) });
}

/** The first option in which the two differ, by identity. */
export function differingOption(one: DeliveryOptions, other: DeliveryOptions): keyof HandlerOptions | undefined {
  return names.find((name) => one[name] !== other[name]);
}
