import { bucketCount, type Share } from '../index.js';
import { type LockTable, membership } from './lock-table.js';

const all = Array.from({ length: bucketCount }, (_, bucket) => bucket);

/**
 * The buckets that a relay has of one duty: handlers that the same relays serve.
 *
 * States: *held* → *retired*, when the relay does not serve its handlers any more: all buckets of it are then in
 * excess, and what is at work goes to its end. It is held again when a handler comes back.
 */
export class DutyShare implements Share {
  readonly #owned: Set<number>;
  #handlers: readonly string[];
  #excess: readonly number[] = [];
  #isRetired = false;

  constructor(
    readonly duty: number,
    handlers: readonly string[],
    owned: readonly number[] = [],
  ) {
    this.#handlers = handlers;
    this.#owned = new Set(owned);
  }

  get handlers(): readonly string[] {
    return this.#handlers;
  }

  serves(handler: string): boolean {
    return this.#handlers.includes(handler);
  }

  get buckets(): readonly number[] {
    return [...this.#owned];
  }

  get excess(): readonly number[] {
    return this.#excess;
  }

  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Whether nothing is left of a retired share. */
  get isOver(): boolean {
    return this.#isRetired && this.#owned.size === 0;
  }

  add(bucket: number): void {
    this.#owned.add(bucket);
  }

  /** Takes a bucket in excess out. Returns false for any other one. */
  remove(bucket: number): boolean {
    if (!this.#excess.includes(bucket)) return false;
    this.#excess = this.#excess.filter((excessBucket) => excessBucket !== bucket);
    return this.#owned.delete(bucket);
  }

  /** Nothing is in excess any more, until it is balanced again. */
  keep(): void {
    this.#excess = [];
  }

  /** Takes what the roster says: the handlers of the duty, and whether the relay serves them any more. */
  follow(handlers: readonly string[], isServed: boolean): void {
    this.#handlers = handlers;
    this.#isRetired = !isServed;
  }

  /** Declares what the relay has in excess. Returns the free buckets that it lacks. */
  balance(locks: LockTable): readonly number[] {
    const fair = this.#isRetired ? 0 : Math.ceil(bucketCount / Math.max(1, locks.holders(this.duty, membership)));
    this.#excess = this.buckets.slice(fair);
    const locked = new Set(locks.numbers(this.duty));
    const free = all.filter((bucket) => !locked.has(bucket) && !this.#owned.has(bucket));
    return shuffled(free).slice(0, Math.max(0, fair - this.#owned.size));
  }
}

// Otherwise relays that start together would try for the same buckets.
function shuffled(buckets: readonly number[]): number[] {
  return buckets
    .map((bucket) => ({ bucket, place: Math.random() }))
    .sort((first, second) => first.place - second.place)
    .map(({ bucket }) => bucket);
}
