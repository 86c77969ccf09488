import type { DurableHandlers } from '../durable-handlers.js';
import { handlerOf } from '../replay-id.js';
import { bucketCount } from '../store/bucket.js';
import type { DrainingStore, LeftRows, RowsOf } from '../store/draining-store.js';
import type { RelayingStore } from '../store/relaying-store.js';
import type { DeliveryOutcome } from './attempt-outcome.js';
import type { DeliveryRun } from './delivery-run.js';
import type { DrainResult, LeftDeliveries } from './drain-result.js';

// Taken when the module is loaded: a test may stop the clock later.
const { setTimeout } = globalThis;

/** What it takes to drain. */
export interface DrainParts {
  readonly store: RelayingStore & DrainingStore;
  /** All handlers of the process. */
  readonly handlers: DurableHandlers;
  /** The durable ids that are drained; undefined for all. */
  readonly chosen: readonly string[] | undefined;
  /** What delivers. */
  readonly run: DeliveryRun;
  /** Has the relay look at once. */
  readonly wake: () => void;
  /** How long (ms) it waits for other relays, which may deliver what they have, or end. */
  readonly patience: number;
  readonly retryNow: boolean;
}

/** What a look has found: something to deliver here, something that another relay has, or nothing. */
type Look = 'busy' | 'elsewhere' | 'quiet';

// Milliseconds between two looks.
const [firstPause, longestPause] = [2, 20];
const allBuckets = Array.from({ length: bucketCount }, (_, bucket) => bucket);

/**
 * Watches a relay until nothing is left that it could deliver. It asks the store, because a relay sees its own alone.
 */
export class Drain {
  readonly #parts: DrainParts;
  readonly #counts: Record<DeliveryOutcome, number> = { delivered: 0, retried: 0, dead: 0 };
  /** How often in a row everything was tried again, and nothing came of it. */
  #vainRetries = 0;

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  /** Resolves when nothing is left to do, or soon after `over` has aborted. @throws when the store fails. */
  async run(over: AbortSignal): Promise<DrainResult> {
    const forget = this.#parts.run.onOutcome((handler, outcome) => {
      if (!this.#includes(handler)) return;
      this.#counts[outcome]++;
      if (outcome !== 'retried') this.#vainRetries = 0;
    });
    try {
      if (this.#parts.retryNow) this.#parts.run.probeNow();
      const quiet = this.#untilQuiet(over);
      await Promise.race([quiet, whenOver(over)]);
      const left = await this.#left();
      return { ...this.#counts, left };
    } finally {
      forget();
    }
  }

  async #untilQuiet(over: AbortSignal): Promise<void> {
    const { run, patience } = this.#parts;
    let waitsSince: number | undefined;
    for (let pause = firstPause; !over.aborted && run.state === 'started'; pause = Math.min(longestPause, pause * 2)) {
      const look = await this.#look();
      if (look === 'quiet') return;
      if (look === 'busy') waitsSince = undefined;
      else if (performance.now() - (waitsSince ??= performance.now()) >= patience) return;
      await new Promise<void>((resolve) => setTimeout(resolve, pause));
    }
  }

  async #look(): Promise<Look> {
    const { run, store, wake, retryNow } = this.#parts;
    const isIdle = (): boolean => run.isIdle((handler) => this.#includes(handler) && !run.isAway(handler));
    if (!isIdle()) return 'busy';
    const ids = (await this.#ids()).filter((id) => !run.isAway(this.#successorOf(id) as string));
    const here = ids.map((handler) => ({ handler, buckets: this.#bucketsOf(handler) }));
    const hasMore = (await store.hasDue(here)) || (retryNow && (await this.#retry(here)));
    if (hasMore) wake();
    if (hasMore || !isIdle()) return 'busy';
    const elsewhere = here
      .map(({ handler, buckets }) => ({ handler, buckets: allBuckets.filter((bucket) => !buckets.includes(bucket)) }))
      .filter(({ buckets }) => buckets.length > 0);
    return elsewhere.length > 0 && (await store.hasDue(elsewhere)) ? 'elsewhere' : 'quiet';
  }

  /**
   * Resolves with whether failures are due now that were not. A delivery whose attempts do not count has an end too.
   */
  async #retry(rows: readonly RowsOf[]): Promise<boolean> {
    const { handlers, store } = this.#parts;
    const mostAttempts = Math.max(...[...handlers.all.keys()].map((id) => handlers.policyOf(id).maxAttempts));
    if (this.#vainRetries >= mostAttempts) return false;
    this.#vainRetries++;
    return (await store.retryNow(rows)) > 0;
  }

  /** The ids of rows that are drained: of handlers, of their replays, and those that they had before. */
  async #ids(): Promise<readonly string[]> {
    const own = [...this.#parts.handlers.all.keys()].filter((handler) => this.#includes(handler));
    const others = await this.#parts.store.waiting(own);
    return [...own, ...others.filter((id) => this.#successorOf(id) !== undefined)];
  }

  /** The handler that rows of this id are delivered to, if it is drained. */
  #successorOf(id: string): string | undefined {
    const { handlers } = this.#parts;
    const former = handlerOf(id);
    return [...handlers.all.keys()].find(
      (handler) =>
        this.#includes(handler) && (handler === former || handlers.policyOf(handler).formerIds.includes(former)),
    );
  }

  #includes(handler: string): boolean {
    return this.#parts.chosen?.includes(handler) ?? true;
  }

  #bucketsOf(id: string): readonly number[] {
    const handler = this.#successorOf(id) as string;
    const share = this.#parts.run.shares.find((one) => one.serves(handler));
    return share ? share.buckets.filter((bucket) => !share.excess.includes(bucket)) : [];
  }

  async #left(): Promise<readonly LeftDeliveries[]> {
    const { store, handlers, chosen } = this.#parts;
    const own = [...handlers.all.keys()];
    const ids = [...own, ...(await store.waiting(own))];
    const paused = new Set((await store.pauses()).map(({ handler }) => handler));
    const counts = new Map<string, LeftDeliveries>();
    for (const rows of await store.leftRows(ids)) {
      const handler = this.#successorOf(rows.handler);
      // Those of other handlers of this process were not asked for.
      if (handler === undefined && (chosen || handlers.all.has(handlerOf(rows.handler)))) continue;
      const reason = handler === undefined ? 'unknown' : this.#reasonFor(rows, paused);
      const name = `${handler ?? rows.handler} ${reason}`;
      const count = (counts.get(name)?.count ?? 0) + rows.count;
      counts.set(name, { handler: handler ?? rows.handler, reason, count });
    }
    return [...counts.values()];
  }

  #reasonFor({ handler, state, bucket }: LeftRows, paused: ReadonlySet<string>): LeftDeliveries['reason'] {
    if (state === 'dead') return 'dead';
    if (paused.has(handler) || paused.has(handlerOf(handler))) return 'paused';
    if (this.#parts.run.isAway(this.#successorOf(handler) as string)) return 'away';
    if (state === 'failed') return 'retry';
    return this.#bucketsOf(handler).includes(bucket) ? 'time' : 'elsewhere';
  }
}

function whenOver(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
