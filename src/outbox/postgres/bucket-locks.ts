import { bucketCount, type BucketAssignment } from '../index.js';
import type { Session } from './database.js';

const all = Array.from({ length: bucketCount }, (_, bucket) => bucket);

/** One lock of each relay says that it is there: the one past the buckets. */
const membership = bucketCount;

const join = 'select pg_advisory_lock_shared($1::integer, $2::integer)';
const tryLock = `
select bucket::integer as bucket, pg_try_advisory_lock($1::integer, bucket::integer) as got
from json_array_elements_text($2::json) bucket`;
const unlock = 'select pg_advisory_unlock($1::integer, $2::integer)';
const view = `
select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
  count(*) filter (where objid = ${membership})::integer as members,
  coalesce(json_agg(objid::integer) filter (where objid < ${membership}), '[]')::text as taken
from pg_locks l
where locktype = 'advisory' and classid = $1::bigint::oid and objsubid = 2 and granted
  and database = (select oid from pg_database where datname = current_database())`;

/**
 * The buckets of one relay, as session-level advisory locks: they go with the session, and the session goes with its
 * silence, by the server's clock. Nothing is written, and a killed process has lost them at once. The idea of a
 * heartbeat that is also the view of the others is measured in docs/adr/0014.
 */
export class BucketLocks implements BucketAssignment {
  readonly #session: Session;
  readonly #group: number;
  readonly #takeover: number;
  readonly #owned = new Set<number>();
  readonly #lost = new AbortController();
  readonly #onChange: () => void;
  #surplus: readonly number[] = [];
  #pid: unknown;
  #safeUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;

  private constructor(session: Session, group: number, takeover: number, onChange: () => void) {
    this.#session = session;
    this.#group = group;
    this.#takeover = takeover;
    this.#onChange = onChange;
    session.onEnd((error) => this.#lose(error));
  }

  /** Resolves with the first view of the others, and with the buckets that were free then. */
  static async take(session: Session, group: number, takeover: number, onChange: () => void): Promise<BucketLocks> {
    const locks = new BucketLocks(session, group, takeover, onChange);
    await session.query(join, [group, membership]);
    await locks.#beat();
    locks.#schedule();
    return locks;
  }

  get buckets(): readonly number[] {
    return [...this.#owned];
  }

  get excess(): readonly number[] {
    return this.#surplus;
  }

  get isSafe(): boolean {
    // The server cannot have ended the session before the last answered question is so old:
    // a fifth is kept as a margin.
    return !this.#lost.signal.aborted && performance.now() < this.#safeUntil;
  }

  get revoked(): AbortSignal {
    return this.#lost.signal;
  }

  async release(bucket: number): Promise<void> {
    if (!this.#owned.delete(bucket)) return;
    this.#surplus = this.#surplus.filter((each) => each !== bucket);
    await this.#ask(unlock, [this.#group, bucket]);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#beating?.catch(() => undefined);
    this.#lose(new Error('The relay was stopped.'));
    await this.#session.end();
  }

  #schedule(): void {
    if (this.#lost.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat().then(
        () => this.#schedule(),
        (error: Error) => this.#lose(error),
      );
    }, this.#takeover / 8);
  }

  /** Keeps the session, sees the others, and takes or gives back. */
  async #beat(): Promise<void> {
    const [seen] = await this.#ask(view, [this.#group]);
    const { pid, standby, members, taken } = seen as { pid: unknown; standby: boolean; members: number; taken: string };
    this.#pid ??= pid;
    if (pid !== this.#pid || standby) {
      throw new Error(
        standby ? 'The server is a standby now.' : 'The session was given another connection by a pooler.',
      );
    }
    const fair = Math.ceil(bucketCount / Math.max(1, members));
    const owned = [...this.#owned];
    this.#surplus = owned.slice(fair);
    if (this.#surplus.length > 0) this.#onChange();
    const others = new Set(JSON.parse(taken) as number[]);
    const free = all.filter((bucket) => !others.has(bucket) && !this.#owned.has(bucket));
    if (owned.length < fair && free.length > 0) await this.#take(shuffled(free).slice(0, fair - owned.length));
  }

  async #take(buckets: readonly number[]): Promise<void> {
    for (const { bucket, got } of await this.#ask(tryLock, [this.#group, JSON.stringify(buckets)])) {
      if (got) this.#owned.add(bucket as number);
    }
    this.#onChange();
  }

  /** One at a time, as the session's own clock is kept by questions. */
  #asking: Promise<unknown> = Promise.resolve();

  #ask(text: string, params: readonly unknown[]): ReturnType<Session['query']> {
    const answer = this.#asking.then(async () => {
      const sent = performance.now();
      const rows = await this.#session.query(text, params);
      this.#safeUntil = sent + 0.8 * this.#takeover;
      return rows;
    });
    this.#asking = answer.catch(() => undefined);
    return answer;
  }

  #lose(error: Error): void {
    clearTimeout(this.#timer);
    this.#owned.clear();
    this.#surplus = [];
    if (!this.#lost.signal.aborted) this.#lost.abort(error);
    // What the server may still believe to be alive must not stay so.
    void this.#session.end();
  }
}

// So that relays that come together do not all try for the same.
function shuffled(buckets: readonly number[]): number[] {
  return buckets
    .map((bucket) => ({ bucket, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ bucket }) => bucket);
}
