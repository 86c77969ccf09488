import type { DurableHandlers } from '../durable-handlers.js';
import type { StoredDelivery } from '../store/entry.js';
import type { FetchRequest, RelayingStore } from '../store/relaying-store.js';

/** Gives handlers the rows of their former ids, and says how far the rows of a fetch are complete in spite of them. */
export class FormerIds {
  readonly #store: RelayingStore;
  readonly #handlers: DurableHandlers;

  constructor(store: RelayingStore, handlers: DurableHandlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  /** Returns whether a handler of this process had this id before. */
  include(id: string): boolean {
    return [...this.#handlers.all.keys()].some((handler) => this.#of(handler).includes(id));
  }

  /** Gives the handlers what waits for their former ids. To be called before the rows are fetched. */
  async adopt(requests: readonly FetchRequest[]): Promise<void> {
    for (const request of requests) await this.#adopt(request);
  }

  /**
   * Resolves with the last place up to which the fetched rows of a handler are complete: Infinity, or the high-water
   * mark of the time before the fetch.
   *
   * It adopts again. Otherwise a row that was adopted in between could be delivered after a later row of its key. Up to
   * the high-water mark there is no such row, so publishers that still use a former id hold up no handler.
   */
  async completeUpTo(request: FetchRequest, rows: readonly StoredDelivery[], highWaterMark: number): Promise<number> {
    const isCertain = rows.every((row) => row.handler !== request.handler || row.seq <= highWaterMark);
    if (isCertain || (await this.#adopt(request)) === 0) return Infinity;
    return highWaterMark;
  }

  #of(handler: string): readonly string[] {
    return this.#handlers.policyOf(handler).formerIds;
  }

  /** Resolves with how many rows were adopted. */
  async #adopt({ handler, from }: FetchRequest): Promise<number> {
    const formerIds = this.#of(handler);
    if (formerIds.length === 0) return 0;
    return this.#store.adopt(
      handler,
      formerIds,
      from.map(({ bucket }) => bucket),
    );
  }
}
