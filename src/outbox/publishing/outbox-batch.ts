import { NoUnitOfWorkError } from '../../core/index.js';
import type { UnitOfWork } from '../../domain/index.js';
import type { Entry } from '../store/entry.js';
import type { PublishingStore } from '../store/publishing-store.js';

/**
 * The events that one unit of work publishes to durable handlers. They are written when the
 * transaction is about to commit.
 *
 * States: open → written, or empty if there was no event. Events are added while it is open.
 */
export class OutboxBatch {
  readonly #entries: { readonly entry: Entry | Promise<Entry>; readonly unit: UnitOfWork }[] = [];
  #state: 'open' | 'written' | 'empty' = 'open';

  constructor(
    readonly store: PublishingStore,
    readonly transaction: unknown,
    readonly onCommit: () => void,
  ) {}

  /** @throws NoUnitOfWorkError when the last of it has been written. */
  add(entry: Entry | Promise<Entry>, unit: UnitOfWork): void {
    // Awaited at the end; a rejection meanwhile is not an unhandled one.
    if (entry instanceof Promise) entry.catch(() => undefined);
    if (this.#state !== 'open') {
      throw new NoUnitOfWorkError(
        'The unit of work is being committed, and the event has durable handlers. Await what publishes inside of it, or call it by withoutUnitOfWork.',
      );
    }
    this.#entries.push({ entry, unit });
  }

  async beforeCommit(): Promise<void> {
    let count = 0;
    // Most often once. Code that is not awaited may publish while the events are written.
    while (this.#entries.length > 0) {
      const kept = this.#entries.splice(0).filter(({ unit }) => !unit.discarded);
      if (kept.length === 0) continue;
      await this.store.append(this.transaction, await Promise.all(kept.map(async ({ entry }) => entry)));
      count += kept.length;
    }
    this.#state = count > 0 ? 'written' : 'empty';
  }

  committed(): void {
    if (this.#state === 'written') this.onCommit();
  }
}
