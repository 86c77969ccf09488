import type { Database } from '../contracts/transactions.js';
import { afterMicrotasks } from '../support/deferred.js';

/** An open transaction: the ids that it has inserted so far, and whether its commit is to fail. */
export interface MemoryTransaction {
  readonly ids: string[];
  broken: boolean;
}

/** Returns a database that needs no server. Its transactions see nothing of each other before they commit. */
export function memoryDatabase(): Database<MemoryTransaction> {
  const committed: string[] = [];
  return {
    async begin(run) {
      const transaction: MemoryTransaction = { ids: [], broken: false };
      const value = await run(transaction);
      // A commit takes a while. Otherwise nothing could happen between it and the end of the work.
      await afterMicrotasks();
      if (transaction.broken) throw Object.assign(new Error('A deferred constraint is violated.'), { code: '23503' });
      committed.push(...transaction.ids);
      return value;
    },
    async savepoint(transaction, run) {
      const { length } = transaction.ids;
      try {
        return await run(transaction);
      } catch (error) {
        transaction.ids.splice(length);
        throw error;
      }
    },
    async insert({ ids }, id) {
      await afterMicrotasks();
      ids.push(id);
    },
    breakCommit: async (transaction) => (transaction.broken = true),
    committed: async () => [...committed].sort(),
    clear: async () => committed.splice(0),
    close: async () => {},
  };
}
