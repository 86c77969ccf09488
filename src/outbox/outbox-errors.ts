/** Asked by symbols and not by `instanceof`, so that a second loaded copy of this package is understood. */
const permanent: unique symbol = Symbol.for('class-events/permanent') as never;
const retryAfter: unique symbol = Symbol.for('class-events/retry-after') as never;

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

/** Whether a further attempt would fail as well. */
export function isPermanent(error: unknown): error is Permanent {
  return carries(error, permanent);
}

/** Whether it says how long to wait. */
export function isRetryAfter(error: unknown): error is RetryAfter {
  return carries(error, retryAfter);
}

/** What was thrown may be a proxy that throws when it is asked. Otherwise its attempt could not be noted as failed. */
function carries(error: unknown, mark: symbol): boolean {
  try {
    return typeof error === 'object' && error !== null && mark in error;
  } catch {
    return false;
  }
}
