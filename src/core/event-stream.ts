/// <reference lib="esnext.disposable" preserve="true" />
import { StreamOverflowError } from './errors.js';

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

type Taker<E> = (result: IteratorResult<E, undefined>) => void;

/** A bounded buffer between publishers, who never wait for it, and one consumer, who does. */
export class EventStream<E extends object> implements AsyncIterableIterator<E>, AsyncDisposable {
  // Two stacks make a queue: pushed on one, taken from the other, each event moved once.
  #pushed: E[] = [];
  #taken: E[] = [];
  #takers: Taker<E>[] = [];
  #ended = false;
  #error: StreamOverflowError | undefined;

  constructor(
    private readonly name: string,
    private readonly capacity: number,
    private readonly overflow: StreamOverflow,
    private readonly onEnd: () => void,
  ) {}

  /** Takes an event from a publisher. */
  push(event: E): void {
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker({ value: event, done: false });
    } else if (this.#pushed.length + this.#taken.length < this.capacity) {
      this.#pushed.push(event);
    } else if (this.overflow === 'drop-oldest') {
      this.#take();
      this.#pushed.push(event);
    } else if (this.overflow === 'throw') {
      this.#error = new StreamOverflowError(this.name, this.capacity);
      this.end();
    }
  }

  /** Takes no further events; those in the buffer can still be taken. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
    for (const taker of this.#takers.splice(0)) taker({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<E, undefined>> {
    const event = this.#take();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (!this.#ended) return new Promise((take) => this.#takers.push(take));
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }

  return(): Promise<IteratorResult<E, undefined>> {
    this.end();
    this.#pushed = [];
    this.#taken = [];
    this.#error = undefined;
    return Promise.resolve({ value: undefined, done: true });
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
