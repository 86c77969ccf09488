import type { HandlerContext, Signal } from './handler.js';

/**
 * For a delivery that nothing can abort. Each reading makes a new signal, so that listeners which handlers leave on it
 * go with it; being shared, it costs the deliveries that never read it nothing.
 */
const unabortable: HandlerContext = Object.freeze({
  get signal(): Signal {
    return new AbortController().signal;
  },
});

export function contextFor(publisher: Signal | undefined): HandlerContext {
  return publisher === undefined ? unabortable : { signal: publisher };
}

/** For a delivery with a timeout: aborts when that is over, and with the publisher's signal. */
export class TimedContext implements HandlerContext {
  readonly #controller = new AbortController();
  readonly signal: Signal = this.#controller.signal;
  readonly #follow = (): void => this.#controller.abort(this.publisher?.reason);

  constructor(private readonly publisher: Signal | undefined) {
    publisher?.addEventListener('abort', this.#follow);
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** The delivery has settled: nothing of it stays with the publisher's signal. */
  release(): void {
    this.publisher?.removeEventListener('abort', this.#follow);
  }
}
