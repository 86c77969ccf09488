import { bucketCount, type BucketAssignment, type Share } from '../index.js';
import type { Session } from './database.js';

const all = Array.from({ length: bucketCount }, (_, bucket) => bucket);

/**
 * The number of a lock that every relay of a group shares, so that the others can count it. It is above the buckets.
 */
const membership = bucketCount;

const join = 'select pg_advisory_lock_shared($1::integer, $2::integer)';
const tryLock = `
select bucket::integer as bucket, pg_try_advisory_lock($1::integer, bucket::integer) as got
from json_array_elements_text($2::json) bucket`;
const unlock = 'select pg_advisory_unlock($1::integer, $2::integer)';
const view = `
select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
  count(*) filter (where objid = ${membership})::integer as members,
  coalesce(json_agg(objid::integer) filter (where objid < ${membership}), '[]')::text as locked
from pg_locks l
where locktype = 'advisory' and classid = $1::bigint::oid and objsubid = 2 and granted
  and database = (select oid from pg_database where datname = current_database())`;

/**
 * A bucket assignment that is made of advisory locks of a session. The locks end with the session, and the server ends
 * a silent session by its own clock. Nothing is written, and a killed process loses its locks at once (docs/adr/0014).
 *
 * It is *held* from `acquire` on, and becomes *revoked* once: by `close`, by the end of the session, or by a failed
 * heartbeat. While it is held, each heartbeat counts the relays of the group, and then acquires free buckets or
 * declares some of its own to be in excess.
 */
export class BucketLocks implements BucketAssignment {
  readonly #session: Session;
  readonly #group: number;
  readonly #takeoverAfter: number;
  readonly #owned = new Set<number>();
  readonly #revocation = new AbortController();
  readonly #onChange: () => void;
  #excess: readonly number[] = [];
  #pid: unknown;
  #safeUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: Promise<void> | undefined;

  private constructor(session: Session, group: number, takeoverAfter: number, onChange: () => void) {
    this.#session = session;
    this.#group = group;
    this.#takeoverAfter = takeoverAfter;
    this.#onChange = onChange;
    session.onEnd((error) => this.#revoke(error));
  }

  /** Resolves after the first heartbeat, with the buckets that were free. */
  static async acquire(
    session: Session,
    group: number,
    takeoverAfter: number,
    onChange: () => void,
  ): Promise<BucketLocks> {
    const locks = new BucketLocks(session, group, takeoverAfter, onChange);
    await session.query(join, [group, membership]);
    await locks.#beat();
    locks.#schedule();
    return locks;
  }

  get shares(): readonly Share[] {
    return [{ serves: () => true, buckets: [...this.#owned], excess: this.#excess }];
  }

  get isSafe(): boolean {
    // The server ends a session only after `takeoverAfter` ms of silence. The relay stops 20 % earlier.
    return !this.#revocation.signal.aborted && performance.now() < this.#safeUntil;
  }

  get revoked(): AbortSignal {
    return this.#revocation.signal;
  }

  async release(_share: Share, bucket: number): Promise<void> {
    if (!this.#owned.delete(bucket)) return;
    this.#excess = this.#excess.filter((excessBucket) => excessBucket !== bucket);
    await this.#query(unlock, [this.#group, bucket]);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#heartbeat?.catch(() => undefined);
    this.#revoke(new Error('The relay was stopped.'));
    await this.#session.end();
  }

  #schedule(): void {
    if (this.#revocation.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#heartbeat = this.#beat().then(
        () => this.#schedule(),
        (error: Error) => this.#revoke(error),
      );
    }, this.#takeoverAfter / 8);
  }

  /** Keeps the session alive, counts the other relays, and acquires buckets or declares some to be in excess. */
  async #beat(): Promise<void> {
    const [seen] = await this.#query(view, [this.#group]);
    const { pid, standby, members, locked } = seen as Record<'pid' | 'locked', string> & {
      standby: boolean;
      members: number;
    };
    this.#pid ??= pid;
    if (pid !== this.#pid || standby) {
      throw new Error(
        standby ? 'The server is a standby now.' : 'The session was given another connection by a pooler.',
      );
    }
    const fair = Math.ceil(bucketCount / Math.max(1, members));
    const owned = [...this.#owned];
    this.#excess = owned.slice(fair);
    if (this.#excess.length > 0) this.#onChange();
    const lockedBuckets = new Set(JSON.parse(locked) as number[]);
    const free = all.filter((bucket) => !lockedBuckets.has(bucket) && !this.#owned.has(bucket));
    if (owned.length < fair && free.length > 0) await this.#acquire(shuffled(free).slice(0, fair - owned.length));
  }

  async #acquire(buckets: readonly number[]): Promise<void> {
    for (const { bucket, got } of await this.#query(tryLock, [this.#group, JSON.stringify(buckets)])) {
      if (got) this.#owned.add(bucket as number);
    }
    this.#onChange();
  }

  /** Settles with the last statement. They run one at a time, because the answer to each renews `#safeUntil`. */
  #lastQuery: Promise<unknown> = Promise.resolve();

  #query(text: string, params: readonly unknown[]): ReturnType<Session['query']> {
    const answer = this.#lastQuery.then(async () => {
      const sent = performance.now();
      const rows = await this.#session.query(text, params);
      this.#safeUntil = sent + 0.8 * this.#takeoverAfter;
      return rows;
    });
    this.#lastQuery = answer.catch(() => undefined);
    return answer;
  }

  #revoke(error: Error): void {
    clearTimeout(this.#timer);
    this.#owned.clear();
    this.#excess = [];
    if (!this.#revocation.signal.aborted) this.#revocation.abort(error);
    // Otherwise the server would keep the locks until the silence of the session is long enough.
    void this.#session.end();
  }
}

// Otherwise relays that start together would try for the same buckets.
function shuffled(buckets: readonly number[]): number[] {
  return buckets
    .map((bucket) => ({ bucket, place: Math.random() }))
    .sort((first, second) => first.place - second.place)
    .map(({ bucket }) => bucket);
}
