import type { DeliveryProgress } from 'class-events';

/** How many deliveries of one event class stand where. */
export interface Counts {
  waiting: number;
  executing: number;
  completed: number;
  failed: number;
}

/** What was skipped did not happen: another handler had it. */
const countOf: Record<DeliveryProgress['status'], keyof Counts | undefined> = {
  waiting: 'waiting',
  deferred: 'waiting',
  executing: 'executing',
  fulfilled: 'completed',
  skipped: undefined,
  rejected: 'failed',
};

/** Counts deliveries by the name of their event, as they proceed. */
export class DeliveryTally {
  readonly #counts = new Map<string, Counts>();
  /** Where each delivery that has not settled stands. */
  readonly #standing = new Map<number, keyof Counts>();

  /** The counts of that name, brought up to date. */
  count(name: string, { id, status }: DeliveryProgress): Counts {
    const counts = this.#counts.get(name) ?? { waiting: 0, executing: 0, completed: 0, failed: 0 };
    this.#counts.set(name, counts);
    const before = this.#standing.get(id);
    const now = countOf[status];
    if (before) counts[before]--;
    if (now) counts[now]++;
    if (now === 'waiting' || now === 'executing') this.#standing.set(id, now);
    else this.#standing.delete(id);
    return counts;
  }
}
