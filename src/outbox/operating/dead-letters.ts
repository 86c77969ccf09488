import { aCount, aText, checkOptions, type Checks } from '../../core/index.js';
import type { DeadLetter, DeadLetterQuery } from '../store/dead-letter.js';
import type { OperatingStore } from '../store/operating-store.js';

const aPlace = ['a whole number', (value: unknown) => Number.isInteger(value)] as const;
const checks: Checks<DeadLetterQuery> = {
  handler: aText,
  key: aText,
  event: ['the id of an event, a UUID', isUuid],
  seq: aCount,
  after: aPlace,
  limit: aCount,
};

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);
}

/** @throws TypeError for a query that is none. */
function checkQuery(query: DeadLetterQuery): void {
  checkOptions(query, checks);
  if (query.after !== undefined && query.handler === undefined) {
    throw new TypeError("The option 'after' needs 'handler': a place in the log may be dead in several handlers.");
  }
}

/**
 * The deliveries that are not tried any more. Nothing takes them away but somebody who decides.
 *
 * @example
 * ```ts
 * const [letter] = await outbox.deadLetters.list({ handler: 'mail.receipt' });
 * if (letter) await outbox.deadLetters.redrive({ handler: letter.handler, seq: letter.seq });
 * ```
 */
export class DeadLetters {
  readonly #store: OperatingStore;
  readonly #wake: () => void;

  /** @internal */
  constructor(store: OperatingStore, wake: () => void) {
    this.#store = store;
    this.#wake = wake;
  }

  /** Those that match, the oldest first. @throws TypeError for a query that is none. */
  async list(query: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> {
    checkQuery(query);
    return this.#store.deadLetters(query);
  }

  /**
   * Tries them again, from the first attempt on, at once and at their places. Answers how many.
   *
   * @throws TypeError for a query that is none.
   */
  async redrive(query: DeadLetterQuery): Promise<number> {
    checkQuery(query);
    const count = await this.#store.redrive(query);
    this.#wake();
    return count;
  }

  /**
   * Gives them up: their handlers never get these events, and what waits for them goes on. Answers how many.
   *
   * @throws TypeError for a query that is none.
   */
  async discard(query: DeadLetterQuery): Promise<number> {
    checkQuery(query);
    const count = await this.#store.discard(query);
    this.#wake();
    return count;
  }
}
