import type { Session } from './database.js';
import type { AskClient } from './pg-clients.js';
import type { PgClient, PgQuery } from './pg-pool.js';
import { keepConnection, type Pooler } from './pooling.js';
import type { Row } from './queryable.js';

/** The settings by which the server ends a session whose process is suspended or gone. Times are in milliseconds. */
const lifelines = (longestSilence: number) => ({
  idle_session_timeout: longestSilence,
  statement_timeout: Math.ceil(longestSilence / 2),
  lock_timeout: Math.ceil(longestSilence / 4),
  tcp_user_timeout: longestSilence,
  client_connection_check_interval: 500,
});

/** A connection of `pg` that one relay has for itself. It is *open* until it ends, by `end` or by the server. */
export class PgSession implements Session {
  readonly #client: PgClient;
  readonly #timed: (text: string, params: readonly unknown[]) => PgQuery;
  readonly #pooler: Pooler;
  #error: Error | undefined;
  #onEnd: ((error: Error) => void) | undefined;
  #isReleased = false;

  constructor(client: PgClient, timed: (text: string, params: readonly unknown[]) => PgQuery, pooler: Pooler) {
    this.#client = client;
    this.#timed = timed;
    this.#pooler = pooler;
    client.on('error', ((error: Error) => this.#ended(error)) as never);
    client.on('end', () => this.#ended(new Error('The connection has ended.')));
  }

  /** @throws OutboxError if a pooler may give the connection to other clients. */
  async open(longestSilence: number, askAnother: AskClient): Promise<void> {
    const ask: AskClient = (text, params) => this.query(text, params);
    await keepConnection(this.#pooler, { ask, processId: this.#client.processID }, askAnother);
    if (this.#pooler === 'transaction') {
      // Its transaction is empty, so it keeps no rows from being vacuumed.
      await this.query("select set_config('idle_in_transaction_session_timeout', $1, true)", [String(longestSilence)]);
      return;
    }
    // An older server does not know all of them.
    await this.query(
      `select set_config(lifeline.key, lifeline.value, false)
      from pg_settings join json_each_text($1::json) lifeline on key = name`,
      [JSON.stringify(lifelines(longestSilence))],
    );
  }

  async query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#client.query(this.#timed(text, params))).rows;
  }

  async listen(channel: string, wake: () => void): Promise<void> {
    if (this.#pooler === 'transaction') return;
    this.#client.on('notification', wake);
    await this.query(`listen "${channel}"`, []);
  }

  onEnd(ended: (error: Error) => void): void {
    this.#onEnd = ended;
    if (this.#error) ended(this.#error);
  }

  async end(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    // The connection is ended instead of given back, because its settings and its locks must end with it.
    this.#client.release(true);
  }

  #ended(error: Error): void {
    if (this.#error) return;
    this.#error = error;
    this.#onEnd?.(error);
  }
}
