/** Asked by symbols and not by `instanceof`, so that a second loaded copy of this package is understood. */
const permanent: unique symbol = Symbol.for('class-events/permanent') as never;
const retryAfter: unique symbol = Symbol.for('class-events/retry-after') as never;
const notNow: unique symbol = Symbol.for('class-events/not-now') as never;

import { isInstance, textOf } from '../core/index.js';

/**
 * What a handler throws when another attempt would fail as well: the delivery becomes a dead letter at once.
 *
 * @example
 * ```ts
 * if (response.status === 410) throw new Permanent(new Error('The customer has left.'));
 * ```
 */
export class Permanent extends Error {
  override readonly name = 'Permanent';

  constructor(cause: unknown) {
    super(isInstance(cause, Error) ? cause.message : textOf(cause), { cause });
  }
}

/**
 * What a handler throws when it knows how long to wait. The attempt counts like any other.
 *
 * @example
 * ```ts
 * if (response.status === 429) throw new RetryAfter(60_000);
 * ```
 */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter';
  /** How long to wait, in milliseconds. */
  readonly delay: number;

  /** @throws TypeError for what are no milliseconds. */
  constructor(delay: number, options?: { cause?: unknown }) {
    super(`Wanted to be tried again in ${delay} ms.`, options);
    if (!Number.isFinite(delay) || delay < 0) throw new TypeError(`RetryAfter takes milliseconds, not ${delay}.`);
    this.delay = delay;
  }
}

/**
 * What a handler throws when whoever it calls is away. It is no failure of the delivery: no attempt is counted, and the
 * delivery never becomes a dead letter by it. All deliveries of the handler wait in this process, and one of them at a
 * time looks whether the outage has ended: after `delay` milliseconds, else after the `backoff` of the policy, doubled
 * each time, but 5 s at the longest. `onProblem` is told once when it begins (`handler away`), and when a delivery has
 * succeeded (`handler back`).
 *
 * @example
 * ```ts
 * const response = await fetch(url).catch((error) => {
 *   throw new NotNow(error); // nobody has answered
 * });
 * if (response.status === 503) throw new NotNow('mail.example is being repaired', { delay: 30_000 });
 * ```
 */
export class NotNow extends Error {
  override readonly name = 'NotNow';
  /** How long to wait, in milliseconds; undefined for a wait that grows. */
  readonly delay: number | undefined;

  /** @throws TypeError for a delay that is none. */
  constructor(cause: unknown = 'Nobody has answered.', { delay }: { readonly delay?: number | undefined } = {}) {
    super(isInstance(cause, Error) ? cause.message : textOf(cause), { cause });
    if (delay !== undefined && !(Number.isFinite(delay) && delay >= 0)) {
      throw new TypeError(`The delay of NotNow is in milliseconds, not ${textOf(delay)}.`);
    }
    this.delay = delay;
  }
}

/**
 * The outbox cannot do what was asked of it: the message says what and why.
 *
 * @example
 * ```ts
 * await outbox.deadLetters.redrive({ handler: 'mail.receit' }).catch((error) => error instanceof OutboxError);
 * ```
 */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
}
Object.defineProperty(Permanent.prototype, permanent, { value: true });
Object.defineProperty(RetryAfter.prototype, retryAfter, { value: true });
Object.defineProperty(NotNow.prototype, notNow, { value: true });

/** Whether a further attempt would fail as well. */
export function isPermanent(error: unknown): error is Permanent {
  return carries(error, permanent);
}

/** Whether it says how long to wait. */
export function isRetryAfter(error: unknown): error is RetryAfter {
  return carries(error, retryAfter);
}

/** Whether it says that whoever was called is away. */
export function isNotNow(error: unknown): error is NotNow {
  return carries(error, notNow);
}

/** What was thrown may be a proxy that throws when it is asked. Otherwise its attempt could not be noted as failed. */
function carries(error: unknown, mark: symbol): boolean {
  try {
    return typeof error === 'object' && error !== null && mark in error;
  } catch {
    return false;
  }
}
