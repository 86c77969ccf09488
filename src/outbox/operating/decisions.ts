import type { DecisionStep, OperatingStore, StoredDeliveryQuery } from '../store/operating-store.js';

/**
 * How a decision on many deliveries goes.
 *
 * @example
 * ```ts
 * await outbox.deadLetters.redrive({ all: true }, { onProgress: (count) => console.log(count) });
 * ```
 */
export interface DecisionOptions {
  /** Hears how many deliveries have been decided on so far. */
  readonly onProgress?: ((count: number) => void) | undefined;
}

// Bounded, so that no transaction is long, and what is live is not held up.
const atOnce = 500;

/** What an operator decides on deliveries: step by step, in the order of the log. */
export class Decisions {
  readonly #store: OperatingStore;
  readonly #wake: () => void;

  constructor(store: OperatingStore, wake: () => void) {
    this.#store = store;
    this.#wake = wake;
  }

  redrive(query: StoredDeliveryQuery, options: DecisionOptions | undefined): Promise<number> {
    return this.#decide((step) => this.#store.redrive(step), query, options);
  }

  discard(query: StoredDeliveryQuery, options: DecisionOptions | undefined): Promise<number> {
    return this.#decide((step) => this.#store.discard(step), query, options);
  }

  /** It only goes forward, so that one which fails again meanwhile is not met twice. */
  async #decide(
    decide: (query: StoredDeliveryQuery) => Promise<DecisionStep>,
    query: StoredDeliveryQuery,
    { onProgress }: DecisionOptions = {},
  ): Promise<number> {
    let count = 0;
    let after = query.after;
    do {
      const step = await decide({ ...query, after, limit: Math.min(atOnce, query.limit - count) });
      count += step.count;
      after = step.last;
      if (step.count > 0) this.#wake();
      onProgress?.(count);
    } while (after !== undefined && count < query.limit);
    return count;
  }
}
