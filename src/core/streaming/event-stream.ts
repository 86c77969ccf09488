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
export interface EventStream<E extends object> {
  /** Takes an event from a publisher. */
  readonly push: (event: E) => void;
  /** Takes no further events; those in the buffer can still be taken. */
  readonly end: () => void;
  /** The consumer's side. */
  readonly events: { next(): Promise<Result<E>> } & AsyncIterableIterator<E> & AsyncDisposable;
}

/** Its state is in no object, so that a proxy of the consumer's side works as that does. */
export function eventStream<E extends object>(
  capacity: number,
  overflow: StreamOverflow,
  onEnd: () => void,
): EventStream<E> {
  // Two stacks make a queue: pushed on one, taken from the other, each event moved once.
  let pushed: E[] = [];
  let taken: E[] = [];
  const takers: ((result: Result<E>) => void)[] = [];
  let ended = false;
  let error: StreamOverflowError | undefined;

  const take = (): E | undefined => {
    if (taken.length === 0) {
      taken = pushed.reverse();
      pushed = [];
    }
    return taken.pop();
  };

  const push = (event: E): void => {
    const taker = takers.shift();
    if (taker) return taker({ value: event, done: false });
    const full = pushed.length + taken.length >= capacity;
    if (full && overflow === 'drop-newest') return;
    if (full && overflow === 'throw') {
      error = new StreamOverflowError(
        `The stream holds ${capacity} events that nobody has taken. Take them faster, raise capacity, or choose an overflow.`,
      );
      return end();
    }
    if (full) take();
    pushed.push(event);
  };

  const end = (): void => {
    ended = true;
    onEnd();
    for (const taker of takers.splice(0)) taker({ value: undefined, done: true });
  };

  const leave = async (): Promise<Result<E>> => {
    pushed = [];
    taken = [];
    error = undefined;
    end();
    return { value: undefined, done: true };
  };

  const events = {
    async next(): Promise<Result<E>> {
      const event = take();
      if (event) return { value: event, done: false };
      if (!ended) return new Promise((taker) => takers.push(taker));
      const thrown = error;
      error = undefined;
      if (thrown) throw thrown;
      return { value: undefined, done: true };
    },
    return: leave,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await leave();
    },
  };
  return { push, end, events };
}
