import { setTimeout as wait } from 'node:timers/promises';
import type { EventCatalog } from '../../catalog/index.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { OutboxError } from '../outbox-errors.js';
import { replayIdOf } from '../replay-id.js';
import type { OperatingStore } from '../store/operating-store.js';

/**
 * Which events are to be delivered again, and to whom.
 *
 * @example
 * ```ts
 * const from = new Date('2026-11-01');
 * await outbox.replay({ handler: 'search.index', from, onProgress: (written) => console.log(written) });
 * ```
 */
export interface ReplayOptions {
  /** The durable id. */
  readonly handler: string;
  /** Events that were written then or later. Default: from the beginning of the log. */
  readonly from?: Date | undefined;
  /** Events that were written before. Default: all that are committed, or about to be, when it begins. */
  readonly to?: Date | undefined;
  /**
   * Hears how many deliveries have been written so far; first of none, while it waits for
   * transactions that have not ended.
   */
  readonly onProgress?: ((written: number) => void) | undefined;
}

// Bounded, so that no transaction is long, and what is live is not held up.
const atOnce = 1_000;
// Milliseconds between two looks for transactions that have not ended.
const lookEvery = 20;

/**
 * Writes deliveries for what is in the log already. They are in order among themselves, and apart from the live ones:
 * those of a handler `mail.receipt` wait as `mail.receipt#` and a number of their own.
 */
export class Replay {
  readonly #log: { readonly catalog: EventCatalog; readonly store: OperatingStore };
  readonly #handlers: DurableHandlers;
  readonly #wake: () => void;

  constructor(
    log: { readonly catalog: EventCatalog; readonly store: OperatingStore },
    handlers: DurableHandlers,
    wake: () => void,
  ) {
    this.#log = log;
    this.#handlers = handlers;
    this.#wake = wake;
  }

  /** Answers how many deliveries were written. */
  async run({ handler, from, to, onProgress }: ReplayOptions): Promise<number> {
    if (!this.#handlers.all.has(handler)) {
      const known = [...this.#handlers.all.keys()].join(', ') || 'none';
      throw new OutboxError(`No handler has the durable id '${handler}'. Known are: ${known}.`);
    }
    for (const date of [from, to]) {
      if (date && Number.isNaN(date.getTime())) throw new TypeError("The options 'from' and 'to' must be valid dates.");
    }
    const names = this.#namesFor(handler);
    const { ordered } = this.#handlers.policyOf(handler);
    const replayId = replayIdOf(handler);
    let written = 0;
    onProgress?.(written);
    const upTo = await this.#end();
    for (let after: number | undefined = 0; after !== undefined;) {
      const step = await this.#log.store.replay({ handler, names, from, to, upTo, ordered }, replayId, after, atOnce);
      written += step.written;
      after = step.last;
      if (step.written > 0) this.#wake();
      onProgress?.(written);
    }
    return written;
  }

  /**
   * The end of the log, when nothing before it can be committed any more: else what is
   * committed late would be passed by.
   */
  async #end(): Promise<number> {
    const end = await this.#log.store.logEnd();
    while (!(await end.isComplete())) await wait(lookEvery);
    return end.seq;
  }

  /** The wire names of all events that reach the handler. */
  #namesFor(handler: string): readonly string[] {
    return this.#log.catalog.entries
      .filter(({ eventClass }) => this.#handlers.reaches(handler, eventClass))
      .flatMap(({ name, formerNames }) => [name, ...formerNames]);
  }
}
