import type { Begin } from '../../domain/index.js';
import {
  bucketCount,
  type DeadLetter,
  type DeadLetterQuery,
  type Entry,
  type Failure,
  type LogEnd,
  OutboxError,
  type OutboxStatus,
  type OutboxStore,
  type ReplayQuery,
  type ReplayStep,
  type BucketAssignment,
  type StoredDelivery,
  type FetchRequest,
} from '../index.js';
import { BucketLocks } from './bucket-locks.js';
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { queryableOf, type Row } from './queryable.js';
import * as operating from './operator-statements.js';
import { deliveryOf, entriesAsJson, rowsAsJson } from './rows.js';
import type { Schema } from './schema.js';
import { sqlStateOf } from './sql-state.js';
import * as relaying from './relay-statements.js';
import { storableJson, unstorablePart } from './storable-text.js';
import { SingleRelayAssignment } from './single-relay-assignment.js';

// Bytes of UTF-8. A row of an index holds about 2 700: a longer key would fit the table `event`, but not the index
// `failure_key`.
const longestKey = 1_000;

// There is no such schema, or no such table in it.
const missing: ReadonlySet<string> = new Set(['3F000', '42P01']);

/** An outbox in the tables of a PostgreSQL. Made by `postgres` and `pglite`. */
export class PostgresStore implements OutboxStore {
  readonly limits = { keyBytes: longestKey };
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #idleTransactionTimeout: number;

  constructor(
    database: Database,
    schema: Schema,
    idleTransactionTimeout: number,
    readonly applicationBegin?: Begin<unknown>,
  ) {
    this.#database = database;
    this.#schema = schema;
    this.#idleTransactionTimeout = idleTransactionTimeout;
  }

  unstorablePart(json: string): string | undefined {
    return unstorablePart(json);
  }

  migrate(): Promise<readonly string[]> {
    return migrate(this.#database, this.#schema);
  }

  async append(transaction: unknown, entries: readonly Entry[]): Promise<void> {
    const to = queryableOf(transaction);
    const append = this.#schema.in('select "S".append($1::json, $2) as appended');
    const text = entriesAsJson(entries);
    const [first] = await to.query(append, [text, null]);
    if (first?.['appended'] === true) return;
    // Nothing has been written in it before, so it may be none: a setting that is local to a transaction is gone by
    // now.
    const mark = crypto.randomUUID();
    await to.query("select set_config('class_events.guard', $1, true)", [mark]);
    const [second] = await to.query(append, [text, mark]);
    if (second?.['appended'] === true) return;
    throw new OutboxError(
      'The unit of work has no transaction: two statements did not run in the same one. Let the function that begins it begin a transaction, and pass on the client on which it did.',
    );
  }

  async notify(): Promise<void> {
    await this.#query('select pg_notify($1, $2)', [this.#schema.name, '']);
  }

  transaction<T>(run: (transaction: unknown) => Promise<T>): Promise<T> {
    return this.#database.transaction(this.#idleTransactionTimeout, run);
  }

  async join(group: string, takeoverAfter: number, wake: () => void): Promise<BucketAssignment> {
    const session = await this.#database.session(takeoverAfter);
    try {
      const [row] = await this.#query(
        `insert into "S".relay_group (name) values ($1) on conflict (name) do update set name = excluded.name returning class`,
        [group],
      );
      const number = row?.['class'] as number;
      if (!session) return await SingleRelayAssignment.acquire(this.#database, number, this.#schema.name, wake);
      await session.listen(this.#schema.name, wake);
      return await BucketLocks.acquire(session, number, takeoverAfter, wake);
    } catch (error) {
      await session?.end();
      if (!this.isUnmigrated(error)) throw error;
      throw new OutboxError(
        `The outbox has no tables in the schema ${this.#schema.name}. Call outbox.migrate() first.`,
        {
          cause: error,
        },
      );
    }
  }

  async waiting(): Promise<readonly string[]> {
    return (await this.#query(relaying.waiting, [])).map(({ handler }) => handler as string);
  }

  async logEnd(): Promise<LogEnd> {
    const [end] = (await this.#query(relaying.logEnd, [])) as [Record<'seq' | 'next', string>];
    const isComplete = async (): Promise<boolean> => {
      const [answer] = await this.#query(relaying.isComplete, [end.next]);
      return answer?.['complete'] === true;
    };
    return { seq: Number(end.seq), isComplete };
  }

  async fetch(requests: readonly FetchRequest[]): Promise<readonly StoredDelivery[]> {
    return (await this.#query(relaying.fetch, [JSON.stringify(requests)])).map(deliveryOf);
  }

  async retries(requests: readonly FetchRequest[]): Promise<readonly StoredDelivery[]> {
    return (await this.#query(relaying.retries, [JSON.stringify(requests)])).map(deliveryOf);
  }

  async data(seq: number): Promise<string | undefined> {
    const [row] = await this.#query(relaying.data, [seq]);
    return row?.['data'] as string | undefined;
  }

  async startAttempts(deliveries: readonly StoredDelivery[]): Promise<readonly boolean[]> {
    const rows = await this.#query('select "S".start_attempts($1::jsonb) as started', [rowsAsJson(deliveries)]);
    const counted = new Set(rows.map(({ started }) => started));
    return deliveries.map(({ handler, seq }) => counted.has(`${seq} ${handler}`));
  }

  async settle(deliveries: readonly StoredDelivery[]): Promise<void> {
    await this.#query('select "S".settle($1::jsonb)', [rowsAsJson(deliveries)]);
  }

  async claim(transaction: unknown, { handler, bucket, seq }: StoredDelivery): Promise<boolean> {
    const claim = this.#schema.in('select "S".claim($1, $2::smallint, $3::bigint) as claimed');
    const [row] = await queryableOf(transaction).query(claim, [handler, bucket, seq]);
    return row?.['claimed'] === true;
  }

  async fail({ handler, bucket, seq, key }: StoredDelivery, { wait, note, counts }: Failure): Promise<boolean> {
    const [row] = await this.#query(
      'select "S".fail($1, $2::smallint, $3::bigint, $4, $5::float8, $6::jsonb, $7::boolean) as failed',
      [handler, bucket, seq, key ?? null, wait === 'dead' ? null : wait, storableJson(note), counts],
    );
    return row?.['failed'] === true;
  }

  async hold(deliveries: readonly StoredDelivery[]): Promise<void> {
    await this.#query(relaying.hold, [rowsAsJson(deliveries)]);
  }

  async releaseOrphans(): Promise<number> {
    await this.#query(relaying.forgetFailures, []);
    return (await this.#query(relaying.releaseOrphans, [])).length;
  }

  async adopt(handler: string, formerIds: readonly string[], buckets: readonly number[]): Promise<number> {
    const counts = await this.#query(relaying.adopt, [handler, JSON.stringify(formerIds), JSON.stringify(buckets)]);
    return counts.reduce((sum, { count }) => sum + Number(count), 0);
  }

  async prune(olderThan: number, limit: number): Promise<number> {
    return (await this.#queryLogAlone(relaying.prune, [olderThan, limit])).length;
  }

  async deadLetters(query: DeadLetterQuery): Promise<readonly DeadLetter[]> {
    return (await this.#query(operating.deadLetters, operating.paramsOf(query))).map(operating.deadLetterOf);
  }

  async redrive(query: DeadLetterQuery): Promise<number> {
    return (await this.#query(operating.redrive, operating.paramsOf(query))).length;
  }

  async discard(query: DeadLetterQuery): Promise<number> {
    return (await this.#query(operating.discard, operating.paramsOf(query))).length;
  }

  async replay(
    { names, from, to, upTo, ordered }: ReplayQuery,
    replayId: string,
    after: number,
    limit: number,
  ): Promise<ReplayStep> {
    const dates = [from?.toISOString() ?? null, to?.toISOString() ?? null];
    const params = [after, JSON.stringify(names), ...dates, limit, replayId, ordered, upTo];
    const [row] = await this.#queryLogAlone(operating.replay, params);
    const { written, last } = row as { written: number; last: string | null };
    return { written, last: last === null ? undefined : Number(last) };
  }

  async status(group: string): Promise<OutboxStatus> {
    const [row] = await this.#query(operating.status, [group]);
    return operating.statusOf(row as Row, bucketCount);
  }

  isUnmigrated(error: unknown): boolean {
    return missing.has(sqlStateOf(error) ?? '');
  }

  isOutage(error: unknown): boolean {
    // What carries an SQLSTATE was answered by the server; the classes for its going away, its limits and its
    // connections are outages.
    const state = sqlStateOf(error);
    return state === undefined || /^(08|53|57P|58)/.test(state);
  }

  /** Runs `prune` or `replay`, which exclude each other. */
  #queryLogAlone(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return this.transaction(async (transaction) => {
      const to = queryableOf(transaction);
      await to.query(relaying.lockLog, [this.#schema.name]);
      return to.query(this.#schema.in(text), params);
    });
  }

  #query(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    return this.#database.query(this.#schema.in(text), params);
  }
}
