import type { OutboxStore } from 'class-events/outbox';

/** A store some of whose methods are others: they are given what would have been done. */
export function withFaults(store: OutboxStore, faults: Partial<OutboxStore>): OutboxStore {
  return new Proxy(store, {
    get(_, name) {
      const given: unknown = faults[name as keyof OutboxStore] ?? store[name as keyof OutboxStore];
      return typeof given === 'function' ? (given.bind(store) as unknown) : given;
    },
  });
}
