import type { Begin } from '../../domain/index.js';

/** The part of a store that begins transactions. */
export interface StoreTransactions {
  /**
   * The application's function by which `transaction` begins them, if the store was given one. Units of work of that
   * function join a transaction of the store.
   */
  readonly applicationBegin?: Begin<unknown> | undefined;
  /**
   * Runs `run` in a new transaction of the store: commits when its promise resolves, rolls back and rejects when that
   * rejects. The store itself ends a transaction that is idle for too long. Otherwise a suspended process would keep
   * its rows locked.
   */
  transaction<T>(run: (transaction: unknown) => Promise<T>): Promise<T>;
}
