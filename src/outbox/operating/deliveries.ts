import type { OperatingStore } from '../store/operating-store.js';
import type { DeliveryQuery, DeliverySelection, OutboxDelivery } from '../store/outbox-delivery.js';
import { type DecisionOptions, Decisions } from './decisions.js';
import { decisionQuery, idQuery, listQuery } from './delivery-query.js';

/**
 * The deliveries that have not been made yet, in every state. Those that have been made are gone from the tables.
 *
 * @example
 * ```ts
 * const failing = await outbox.deliveries.list({ handler: 'mail.receipt', state: 'failing' });
 * await outbox.deliveries.redrive({ handler: 'mail.receipt', state: 'failing' }); // now, and not when they are due
 * ```
 */
export class Deliveries {
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
  async list(query: DeliveryQuery = {}): Promise<readonly OutboxDelivery[]> {
    return this.#store.deliveries(listQuery(query, 'delivery'));
  }

  /**
   * The one whose handler gets this id as `context.id`; undefined if it has been made, or given up.
   *
   * @throws TypeError for what is no id.
   */
  async get(id: string): Promise<OutboxDelivery | undefined> {
    return (await this.#store.deliveries(idQuery(id, 'delivery')))[0];
  }

  /**
   * Tries those that are failing or dead again, from the first attempt on, at once and at their places. The others have
   * their turn without it. Answers how many.
   *
   * @throws TypeError for a selection that is none, or that has no criterion and does not say `all`.
   */
  async redrive(selection: DeliverySelection, options?: DecisionOptions): Promise<number> {
    return this.#decisions.redrive(decisionQuery(selection, 'delivery', 'redrive'), options);
  }

  /**
   * Gives them up: their handlers never get these events, and what waits for them goes on. What is at work goes on to
   * its end. Answers how many.
   *
   * @throws TypeError for a selection that is none, or that has no criterion and does not say `all`.
   */
  async discard(selection: DeliverySelection, options?: DecisionOptions): Promise<number> {
    return this.#decisions.discard(decisionQuery(selection, 'delivery', 'discard'), options);
  }
}
