import type { Row } from './queryable.js';

/**
 * The part of a pool of `pg` that is used; that of a compatible driver will do.
 *
 * @example
 * ```ts
 * const pool: PgPool = new Pool({ connectionString: process.env.DATABASE_URL });
 * ```
 */
export interface PgPool {
  /** Its settings: the number of clients that it may have. A relay needs two at least. */
  readonly options?: { readonly max?: number | undefined };
  /** A client to keep for a while. */
  connect(): Promise<PgClient>;
  /** Hears of clients that end while nobody has them. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Hears of new clients. */
  on(event: 'connect', listener: (client: PgClient) => void): unknown;
}

/**
 * The part of a client of `pg` that is used.
 *
 * @example
 * ```ts
 * const client: PgClient = await pool.connect();
 * ```
 */
export interface PgClient {
  /** The number of the server's process, as the server has told it. Behind a pooler it is another one. */
  readonly processID?: number | undefined;
  /** Runs one statement. */
  query(query: PgQuery): Promise<{ readonly rows: readonly Row[] }>;
  /** Gives it back; with an error, to be ended. */
  release(error?: Error | boolean): void;
  /** Hears of its end, its errors and its notifications. */
  on(event: 'error' | 'end' | 'notification', listener: (...values: unknown[]) => void): unknown;
  /** Hears no more. */
  removeListener(event: 'error' | 'end' | 'notification', listener: (...values: unknown[]) => void): unknown;
}

/**
 * One statement, as `pg` takes it.
 *
 * @example
 * ```ts
 * const query: PgQuery = { text: 'select $1::text as id', values: ['o-1'], query_timeout: 10_000 };
 * ```
 */
export interface PgQuery {
  /** With `$1` and so on for the values. */
  readonly text: string;
  /** As many as there are places for. */
  readonly values?: unknown[];
  /** Milliseconds after which the client gives up. */
  readonly query_timeout?: number;
  /** How the text of a value is read, by the number of its type. */
  readonly types?: {
    /** Returns what reads the text of a type. */
    getTypeParser(type: number): (value: string) => unknown;
  };
}
