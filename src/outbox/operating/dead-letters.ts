import type { DeadLetter, DeadLetterQuery, DeadLetterSelection } from '../store/dead-letter.js';
import type { OperatingStore } from '../store/operating-store.js';
import { type DecisionOptions, Decisions } from './decisions.js';
import { decisionQuery, idQuery, listQuery } from './delivery-query.js';

/**
 * The deliveries that are not tried any more. Nothing takes them away but somebody who decides.
 *
 * @example
 * ```ts
 * const [letter] = await outbox.deadLetters.list({ handler: 'mail.receipt' });
 * if (letter) await outbox.deadLetters.redrive({ id: letter.id });
 * ```
 */
export class DeadLetters {
  readonly #store: OperatingStore;
  readonly #decisions: Decisions;

  /** @internal */
  constructor(store: OperatingStore, wake: () => void) {
    this.#store = store;
    this.#decisions = new Decisions(store, wake);
  }

  /**
   * Those that match, the oldest first. For the next page, give the last one as `after`.
   *
   * @throws TypeError for a query that is none.
   */
  async list(query: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> {
    return (await this.#store.deliveries(listQuery(query, 'dead letter'))) as readonly DeadLetter[];
  }

  /**
   * The one with this id; undefined if there is none any more.
   *
   * @throws TypeError for what is no id.
   */
  async get(id: string): Promise<DeadLetter | undefined> {
    const [letter] = await this.#store.deliveries(idQuery(id, 'dead letter'));
    return letter as DeadLetter | undefined;
  }

  /**
   * Tries them again, from the first attempt on, at once and at their places. Answers how many.
   *
   * @throws TypeError for a selection that is none, or that has no criterion and does not say `all`.
   */
  async redrive(selection: DeadLetterSelection, options?: DecisionOptions): Promise<number> {
    return this.#decisions.redrive(decisionQuery(selection, 'dead letter', 'redrive'), options);
  }

  /**
   * Gives them up: their handlers never get these events, and what waits for them goes on. Answers how many.
   *
   * @throws TypeError for a selection that is none, or that has no criterion and does not say `all`.
   */
  async discard(selection: DeadLetterSelection, options?: DecisionOptions): Promise<number> {
    return this.#decisions.discard(decisionQuery(selection, 'dead letter', 'discard'), options);
  }
}
