import { withTimeout } from '../../core/index.js';
import { OutboxError } from '../index.js';
import type { PgClient, PgPool, PgQuery } from './pg-pool.js';
import type { Row } from './queryable.js';

/** Pools whose clients may end without ending the process: told once each. */
const survived = new WeakSet<PgPool>();

/** Runs one statement on a client. */
export type AskClient = (text: string, params: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * How answers are read: as PostgreSQL writes them, except for numbers and booleans. The application may have told `pg`
 * to read some types in another way.
 */
const types = {
  getTypeParser: (type: number): ((value: string) => unknown) => parsers[type] ?? String,
};
const parsers: Readonly<Record<number, (value: string) => unknown>> = {
  16: (value) => value === 't',
  21: Number,
  23: Number,
  701: Number,
};

/** The clients of a pool of `pg`. Neither a client nor an answer is waited for longer than `timeout` milliseconds. */
export class PgClients {
  readonly #pool: PgPool;
  readonly #timeout: number;

  constructor(pool: PgPool, timeout: number) {
    this.#pool = pool;
    this.#timeout = timeout;
    if (survived.has(pool)) return;
    survived.add(pool);
    // A client that ends while nobody has it harms nobody: the pool makes another. Without a listener Node would end
    // the process.
    pool.on('error', () => undefined);
    // Nor one that ends between its greeting and the moment at which whoever waits for it can listen.
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** @throws OutboxError when no client came free in time. */
  async take(): Promise<PgClient> {
    const client = this.#pool.connect();
    try {
      return await withTimeout(client, this.#timeout, () => this.#noClient());
    } catch (error) {
      client.then(
        (late) => late.release(),
        () => undefined,
      );
      throw error;
    }
  }

  /**
   * Runs something on a client that nobody else has meanwhile. After a failure the client is ended: code that was not
   * waited for may go on, and what it still writes by this client must not get into another transaction.
   */
  async lend<T>(run: (ask: AskClient, client: PgClient) => Promise<T>, within = this.#timeout): Promise<T> {
    const client = await this.take();
    let broken: Error | undefined;
    const onError = (error: unknown): void => void (broken ??= error as Error);
    client.on('error', onError);
    const ask: AskClient = async (text, params) => {
      try {
        return (await client.query(this.timed(text, params, within))).rows;
      } catch (error) {
        // Why the server has ended the connection, rather than that it is ended.
        throw broken ?? error;
      }
    };
    try {
      return await run(ask, client);
    } catch (error) {
      broken ??= new Error('A statement, or the transaction, has failed.');
      throw error;
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }

  timed(text: string, params: readonly unknown[], within = this.#timeout): PgQuery {
    return { text, values: [...params], query_timeout: within, types };
  }

  #noClient(): OutboxError {
    return new OutboxError(
      `The pool had no connection free within ${this.#timeout} ms. A relay keeps one to itself, and takes one for each transactional handler at work: give the pool more of them ('max'), or find out what keeps them.`,
    );
  }
}
