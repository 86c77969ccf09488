import { checkOptions } from '../../core/index.js';
import type { DurableHandlers } from '../durable-handlers.js';
import { OutboxError } from '../outbox-errors.js';
import { handlerOf } from '../replay-id.js';
import type { PausingStore } from '../store/pausing-store.js';

/**
 * How long a handler is paused.
 *
 * @example
 * ```ts
 * await outbox.pause('mail.receipt', { until: new Date(Date.now() + 3_600_000) });
 * ```
 */
export interface PauseOptions {
  /** When it goes on by itself, by the clock of the database. Default: when it is resumed. */
  readonly until?: Date | undefined;
}

const isToCome = (value: unknown): boolean => value instanceof Date && value.getTime() > Date.now();

function checkId(handler: unknown): void {
  if (typeof handler !== 'string' || handler === '')
    throw new TypeError('The handler to pause, or to resume, is named by its durable id.');
}

/** Pauses handlers in the database, for all processes. */
export class Pauses {
  readonly #store: PausingStore;
  readonly #handlers: DurableHandlers;
  readonly #wake: () => void;

  constructor(store: PausingStore, handlers: DurableHandlers, wake: () => void) {
    this.#store = store;
    this.#handlers = handlers;
    this.#wake = wake;
  }

  /** Another process may have the handler, or nobody any more while its deliveries wait. */
  async pause(handler: string, options: PauseOptions): Promise<void> {
    checkId(handler);
    checkOptions(options, { until: ['a date that is to come', isToCome] });
    const own = [...this.#handlers.all.keys()];
    if (!own.includes(handlerOf(handler))) {
      const known = [...new Set([...own, ...(await this.#store.knownHandlers())])];
      if (![...known, ...known.map(handlerOf)].includes(handler)) {
        throw new OutboxError(
          `No handler has the durable id '${handler}', and nothing waits for it. Known are: ${known.sort().join(', ') || 'none'}.`,
        );
      }
    }
    await this.#store.pause(handler, options.until);
    this.#wake();
  }

  async resume(handler: string): Promise<boolean> {
    checkId(handler);
    const wasPaused = await this.#store.resume(handler);
    this.#wake();
    return wasPaused;
  }
}
