import { aBoolean, aCount, aText, checkOptions, type Checks } from '../../core/index.js';
import type { DeadLetter, DeadLetterQuery, DeadLetterSelection } from '../store/dead-letter.js';
import { isEventId } from '../store/event-id.js';
import type { OperatingStore } from '../store/operating-store.js';

const aPlace = ['a whole number', (value: unknown) => Number.isInteger(value)] as const;
const checks: Checks<DeadLetterQuery> = {
  handler: aText,
  key: aText,
  event: ['the id of an event, a UUID', isEventId],
  seq: aCount,
  after: aPlace,
  limit: aCount,
};

/** @throws TypeError for a query that is none. */
function checkQuery(query: DeadLetterQuery): void {
  checkOptions(query, checks);
  if (query.after !== undefined && query.handler === undefined) {
    throw new TypeError("The option 'after' needs 'handler': a place in the log may be dead in several handlers.");
  }
}

const selectionChecks: Checks<DeadLetterSelection> = { ...checks, all: aBoolean };

/**
 * Returns the query of a selection. A parameter that a caller has left out must not decide on every dead letter.
 *
 * @throws TypeError for a selection that is none, or that names no criterion.
 */
function queryOf(selection: DeadLetterSelection, decision: string): DeadLetterQuery {
  if (selection === undefined) throw noCriterion(decision);
  checkOptions(selection, selectionChecks);
  const { all, ...query } = selection;
  const isSelective = [query.handler, query.key, query.event, query.seq].some((value) => value !== undefined);
  if (!isSelective && !all) throw noCriterion(decision);
  if (isSelective && all) throw new TypeError(`${decision} takes all: true or a criterion, not both.`);
  checkQuery(query);
  return query;
}

function noCriterion(decision: string): TypeError {
  return new TypeError(
    `${decision} without a criterion means every dead letter, and undefined is no criterion. Give handler, key, event or seq; ` +
      'or all: true, if all are meant.',
  );
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
   * @throws TypeError for a selection that is none, or that has no criterion and does not say `all`.
   */
  async redrive(selection: DeadLetterSelection): Promise<number> {
    const count = await this.#store.redrive(queryOf(selection, 'redrive'));
    this.#wake();
    return count;
  }

  /**
   * Gives them up: their handlers never get these events, and what waits for them goes on. Answers how many.
   *
   * @throws TypeError for a selection that is none, or that has no criterion and does not say `all`.
   */
  async discard(selection: DeadLetterSelection): Promise<number> {
    const count = await this.#store.discard(queryOf(selection, 'discard'));
    this.#wake();
    return count;
  }
}
