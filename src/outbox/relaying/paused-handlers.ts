import { handlerOf } from '../replay-id.js';
import type { PauseReader } from '../store/pausing-store.js';
import type { Alarm } from './alarm.js';

// How often (ms) a relay looks at most.
const lookInterval = 100;

/**
 * The handlers that are paused, as a relay has last seen them. It fetches nothing of these. The store alone is certain,
 * and starts no attempt of a handler that is paused.
 */
export class PausedHandlers {
  readonly #store: PauseReader;
  readonly #alarm: Alarm;
  #ids: ReadonlySet<string> = new Set();
  #dueAt = 0;
  #isAhead = false;

  constructor(store: PauseReader, alarm: Alarm) {
    this.#store = store;
    this.#alarm = alarm;
  }

  /**
   * Looks, unless it has looked a moment ago: then it rings the alarm for the next look. @throws when the store fails.
   */
  async look(): Promise<void> {
    const wait = this.#dueAt - performance.now();
    if (wait > 0) {
      if (!this.#isAhead) this.#alarm.ringIn(wait);
      this.#isAhead = true;
      return;
    }
    const pauses = await this.#store.pauses();
    this.#ids = new Set(pauses.map(({ handler }) => handler));
    for (const { endsIn } of pauses) if (endsIn !== undefined) this.#alarm.ringIn(endsIn);
    this.#dueAt = performance.now() + lookInterval;
    this.#isAhead = false;
  }

  /** Whether a handler, or the handler of a replay, is paused. */
  has(id: string): boolean {
    return this.#ids.has(id) || this.#ids.has(handlerOf(id));
  }
}
