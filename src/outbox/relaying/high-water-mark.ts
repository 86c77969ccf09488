import { setTimeout as delay } from 'node:timers/promises';
import type { LogEnd, LogReader } from '../store/log-end.js';

// How often (ms) the end of the log is read. The rows between the mark and the end of the log are
// fetched again until it has moved.
const readInterval = 100;
// The part of its patience that the mark has before it is known. Nothing is delivered until then.
const firstPatience = 0.1;

/**
 * The place in the log up to which the log is complete, except for events of transactions that have been open for long.
 *
 * Sequence numbers are assigned before commit, so a row with a lower number can appear after a row with a higher
 * one. Rows above the mark are fetched again for that reason. A relay that joins again needs a new mark, because
 * it may reach another server.
 *
 * The mark waits for a transaction that writes. It passes over one that stays open for longer than `patience` (ms).
 * Otherwise all that was delivered since then would be read again by each fetch. A fetch has to ask whether those that
 * were passed over are still open, and all is read again from the place of one that has ended (`reconsider`).
 */
export class HighWaterMark {
  readonly #store: LogReader;
  readonly #patience: number;
  /**
   * The transactions that were passed over, by name, with the place of the mark before. They write above that place.
   */
  readonly #passedOver = new Map<string, number>();
  /** The end of the log at which the mark will be when it is complete, and since when the mark waits for it. */
  #next: { readonly end: LogEnd; readonly since: number } | undefined;
  #looking: Promise<void> | undefined;
  #dueAt = 0;
  #seq = 0;
  #isKnown = false;

  constructor(store: LogReader, patience: number) {
    this.#store = store;
    this.#patience = patience;
  }

  /** No event will be committed any more up to this place, except by the transactions that were passed over. */
  get seq(): number {
    return this.#seq;
  }

  /** No event at all will be committed any more up to this place. */
  get certain(): number {
    return Math.min(this.#seq, ...this.#passedOver.values());
  }

  /** The names of the transactions that were passed over. */
  get passedOver(): readonly string[] {
    return [...this.#passedOver.keys()];
  }

  /** Whether the log goes on behind the mark, as far as is known. */
  get isBehind(): boolean {
    return this.#next !== undefined && this.#next.end.seq > this.#seq;
  }

  /** Resolves with an end of the log that was read. */
  async end(): Promise<number> {
    if (!this.#next) await this.#look();
    return Math.max(this.#seq, this.#next?.end.seq ?? 0);
  }

  /** Resolves when the mark has its first place. */
  async whenKnown(): Promise<void> {
    while (!this.#isKnown) {
      await this.#look();
      if (!this.#isKnown) await delay(5);
    }
  }

  /**
   * Moves the mark on, at most once in an interval, to an end of the log that was read before and is complete by now.
   */
  async advance(): Promise<void> {
    if (performance.now() < this.#dueAt) return;
    await this.#look();
    this.#dueAt = performance.now() + readInterval;
  }

  /**
   * Resolves with the place from which all has to be read again, after a transaction that was passed over has ended.
   */
  async reconsider(): Promise<number> {
    const open = new Set(await (await this.#store.logEnd()).writers());
    const ended = [...this.#passedOver].filter(([name]) => !open.has(name));
    for (const [name] of ended) this.#passedOver.delete(name);
    return Math.min(this.#seq, ...ended.map(([, place]) => place));
  }

  /** Reads the end of the log, once at a time. */
  #look(): Promise<void> {
    return (this.#looking ??= this.#move().finally(() => (this.#looking = undefined)));
  }

  async #move(): Promise<void> {
    if (this.#next) await this.#moveTo(this.#next);
    this.#next ??= { end: await this.#store.logEnd(), since: performance.now() };
  }

  async #moveTo({ end, since }: { readonly end: LogEnd; readonly since: number }): Promise<void> {
    const writers = (await end.writers()).filter((name) => !this.#passedOver.has(name));
    const patience = this.#isKnown ? this.#patience : this.#patience * firstPatience;
    if (writers.length > 0 && performance.now() - since < patience) return;
    for (const name of writers) this.#passedOver.set(name, this.#seq);
    this.#seq = end.seq;
    this.#isKnown = true;
    this.#next = undefined;
  }
}
