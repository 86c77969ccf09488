import type { Signal } from '../../core/index.js';
import type { Queryable, Row } from './queryable.js';

/**
 * What the store needs of a PostgreSQL: a pool of connections, and one that it keeps to itself.
 *
 * `query` and `ownTransaction` run at the isolation level *read committed*, whatever the default of the database is,
 * and are repeated after a conflict with another transaction.
 */
export interface Database extends Queryable {
  /** Runs something in a transaction of the store's own, perhaps several times. */
  ownTransaction<T>(run: (transaction: Queryable) => Promise<T>): Promise<T>;
  /**
   * Runs something in a transaction, which it is given. It is rolled back by the server when nothing is asked in it for
   * so many milliseconds: a process that stands still must not keep rows from others.
   */
  transaction<T>(idleTransactionTimeout: number, run: (transaction: unknown) => Promise<T>): Promise<T>;
  /**
   * A connection that ends with its silence (ms), and that is not opened any more when `stopped` aborts; undefined
   * where there is one connection only, and so one relay.
   */
  session(longestSilence: number, stopped: Signal): Promise<Session | undefined>;
  /** Calls back when somebody notifies the channel, where there are no sessions. Returns its end. */
  listen?(channel: string, wake: () => void): Promise<() => Promise<void>>;
}

/** A connection that one relay has for itself: what it holds, it holds as long as the connection lives. */
export interface Session {
  query(text: string, params: readonly unknown[]): Promise<readonly Row[]>;
  /** Calls back for each notification; never, where a pooler stands between that cannot pass them on. */
  listen(channel: string, wake: () => void): Promise<void>;
  /** Calls back once, when the connection has ended, however. */
  onEnd(ended: (error: Error) => void): void;
  /** Ends it. */
  end(): Promise<void>;
}
