import { aCount, aStoredName, checkOptions, type Checks, milliseconds, oneOf } from '../core/index.js';
import { replayMark } from './replay-id.js';
import { isPermanent, isRetryAfter, type NotNow } from './outbox-errors.js';

/**
 * How the deliveries of one durable handler are made.
 *
 * @example
 * ```ts
 * const receipts = { ordered: false, maxAttempts: 5, formerIds: ['receipts'] };
 * const outbox = new Outbox({ bus, catalog, store, handlers: { 'mail.receipt': receipts } });
 * ```
 */
export interface DeliveryPolicy {
  /** Whether events of one key reach the handler one after another, in the order of their commits. Default true. */
  readonly ordered?: boolean | undefined;
  /** How many deliveries this process makes at once. Default 10. */
  readonly concurrency?: number | undefined;
  /**
   * How many deliveries all processes together make: at once (`concurrency`), or begin in a time (`count` in `per`
   * milliseconds, spread evenly), or both. Default: no limit.
   */
  readonly limit?: DeliveryLimit | undefined;
  /** How often a delivery is tried before it becomes a dead letter. Default 12, which takes about half an hour. */
  readonly maxAttempts?: number | undefined;
  /**
   * Milliseconds before the second attempt; doubled for each further one, and spread by half of it
   * to either side. Default 1 000.
   */
  readonly backoff?: number | undefined;
  /** The longest wait between two attempts, in milliseconds. Default 600 000. */
  readonly maxBackoff?: number | undefined;
  /**
   * Milliseconds after which an attempt counts as failed, for handlers without a `timeout`
   * of their own. Default 60 000.
   */
  readonly timeout?: number | undefined;
  /**
   * What a dead letter of an ordered handler does to its key: with `hold`, what follows waits until somebody decides on
   * it; with `pass`, it goes on without it. Default `hold`.
   */
  readonly afterDead?: 'hold' | 'pass' | undefined;
  /** Durable ids that this handler had before: what waits for them is delivered to it. */
  readonly formerIds?: readonly string[] | undefined;
}

/**
 * A limit of a handler over all processes.
 *
 * @example
 * ```ts
 * const mails = { limit: { count: 100, per: 60_000 } };
 * const handlers = { 'mail.receipt': mails, 'pdf.print': { limit: { concurrency: 2 } } };
 * ```
 */
export interface DeliveryLimit {
  /** How many deliveries are at work at once. */
  readonly concurrency?: number | undefined;
  /** How many deliveries begin in `per` milliseconds. */
  readonly count?: number | undefined;
  /** Milliseconds. */
  readonly per?: number | undefined;
}

/** A policy with every default filled in. */
export type WholePolicy = { readonly [Name in keyof DeliveryPolicy]-?: NonNullable<DeliveryPolicy[Name]> };

const checks: Checks<DeliveryPolicy> = {
  ordered: ['true or false', (value) => typeof value === 'boolean'],
  concurrency: aCount,
  limit: ['a limit: { concurrency }, { count, per } in milliseconds, or both', isLimit],
  maxAttempts: aCount,
  backoff: milliseconds,
  maxBackoff: milliseconds,
  timeout: milliseconds,
  afterDead: oneOf('hold', 'pass'),
  formerIds: [
    `a list of durable ids: each ${aStoredName[0]}, and without '${replayMark}'`,
    (value) => Array.isArray(value) && value.every((id) => aStoredName[1](id) && !String(id).includes(replayMark)),
  ],
};

function isLimit(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { concurrency, count, per, ...others } = value as DeliveryLimit;
  const isRate = count !== undefined && aCount[1](count) && per !== undefined && milliseconds[1](per);
  const hasNoRate = count === undefined && per === undefined;
  const hasLimit = concurrency === undefined ? isRate : aCount[1](concurrency) && (isRate || hasNoRate);
  return hasLimit && Object.keys(others).length === 0;
}

const defaults: WholePolicy = {
  ordered: true,
  concurrency: 10,
  limit: {},
  maxAttempts: 12,
  backoff: 1_000,
  maxBackoff: 600_000,
  timeout: 60_000,
  afterDead: 'hold',
  formerIds: [],
};

/** @throws TypeError naming the option that is unknown or has an impossible value. */
export function wholePolicy(...policies: readonly (DeliveryPolicy | undefined)[]): WholePolicy {
  const whole: Record<string, unknown> = { ...defaults };
  for (const policy of policies) {
    checkOptions(policy, checks);
    for (const [name, value] of Object.entries(policy ?? {})) if (value !== undefined) whole[name] = value;
  }
  return whole as unknown as WholePolicy;
}

// A month, in ms: whoever asks for more has mistaken its unit.
const longestWait = 30 * 24 * 3_600_000;

/** Milliseconds until the next attempt after one that failed, or `dead`. */
export function afterFailure(policy: WholePolicy, attempt: number, error: unknown): number | 'dead' {
  if (isPermanent(error) || attempt >= policy.maxAttempts) return 'dead';
  if (isRetryAfter(error)) return Math.min(error.delay, longestWait);
  const backoff = Math.min(policy.maxBackoff, policy.backoff * 2 ** (attempt - 1));
  return Math.round(backoff * (0.5 + Math.random()));
}

// The longest time (ms) between two looks whether an outage has ended.
const longestOutageWait = 5_000;

/** Milliseconds until the next look whether an outage has ended, after so many that have found nobody. */
export function afterNotNow({ backoff, maxBackoff }: WholePolicy, vainLooks: number, { delay }: NotNow): number {
  if (delay !== undefined) return Math.min(delay, longestWait);
  return Math.min(longestOutageWait, maxBackoff, backoff * 2 ** (vainLooks - 1));
}
