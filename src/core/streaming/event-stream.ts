/// <reference lib="esnext.disposable" preserve="true" />
import { StreamOverflowError } from '../errors.js';

/**
 * What a stream does with an event for which it has no room: end with `StreamOverflowError` after the buffer has been
 * taken, or drop the oldest or the newest event.
 *
 * @example
 * ```ts
 * const prices = bus.stream(PriceChanged, { capacity: 1, overflow: 'drop-oldest' }); // only the latest matters
 * ```
 */
export type StreamOverflow = 'throw' | 'drop-oldest' | 'drop-newest';

type Result<E> = IteratorResult<E, undefined>;

/** A bounded buffer between publishers, who never wait for it, and one consumer, who does. */
export class EventStream<E extends object> implements AsyncIterableIterator<E>, AsyncDisposable {
  // Two stacks make a queue: pushed on one, taken from the other, each event moved once.
  #pushed: E[] = [];
  #taken: E[] = [];
  readonly #takers: ((result: Result<E>) => void)[] = [];
  #ended = false;
  #error: StreamOverflowError | undefined;
  readonly #capacity: number;
  readonly #overflow: StreamOverflow;
  readonly #onEnd: () => void;

  constructor(capacity: number, overflow: StreamOverflow, onEnd: () => void) {
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#onEnd = onEnd;
  }

  /** Takes an event from a publisher. */
  push(event: E): void {
    const take = this.#takers.shift();
    if (take) return take({ value: event, done: false });
    const full = this.#pushed.length + this.#taken.length >= this.#capacity;
    if (full && this.#overflow === 'drop-newest') return;
    if (full && this.#overflow === 'throw') {
      this.#error = new StreamOverflowError(
        `The stream holds ${this.#capacity} events that nobody has taken. Take them faster, raise capacity, or choose an overflow.`,
      );
      return this.end();
    }
    if (full) this.#take();
    this.#pushed.push(event);
  }

  /** Takes no further events; those in the buffer can still be taken. */
  end(): void {
    this.#ended = true;
    this.#onEnd();
    for (const take of this.#takers.splice(0)) take({ value: undefined, done: true });
  }

  async next(): Promise<Result<E>> {
    const event = this.#take();
    if (event) return { value: event, done: false };
    if (!this.#ended) return new Promise((take) => this.#takers.push(take));
    const error = this.#error;
    this.#error = undefined;
    if (error) throw error;
    return { value: undefined, done: true };
  }

  async return(): Promise<Result<E>> {
    this.#pushed = [];
    this.#taken = [];
    this.#error = undefined;
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #take(): E | undefined {
    if (this.#taken.length === 0) {
      this.#taken = this.#pushed.reverse();
      this.#pushed = [];
    }
    return this.#taken.pop();
  }
}
