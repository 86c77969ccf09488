import type { BucketAssignment, Share } from '../index.js';
import type { Session } from './database.js';
import { DutyShare } from './duty-share.js';
import { LockTable, membership } from './lock-table.js';
import type { Roster, RosterEntry } from './roster.js';

type Lock = readonly [lockClass: number, number: number];

const each = 'from json_array_elements($1::json) lock';
const halves = '(lock->>0)::integer, (lock->>1)::integer';
const share = `select count(pg_advisory_lock_shared(${halves})) ${each}`;
const unshare = `select count(pg_advisory_unlock_shared(${halves})) ${each}`;
const tryLocks = `select (lock->>0)::integer as duty, (lock->>1)::integer as bucket,
  pg_try_advisory_lock(${halves}) as got ${each}`;
const unlock = `select count(pg_advisory_unlock(${halves})) ${each}`;

/**
 * A bucket assignment that is made of advisory locks of a session. The locks end with the session, and the server ends
 * a silent session by its own clock. Nothing is written while relays work, and a killed process loses its locks at once
 * (docs/adr/0014).
 *
 * It is *held* from `acquire` on, and becomes *revoked* once: by `close`, by the end of the session, or by a failed
 * heartbeat. While it is held, each heartbeat looks at the locks of the others.
 *
 * Each relay shares the lock of the edition of the roster by which it works. Buckets change hands only after a look
 * that shows no other edition, so all relays mean the same handlers by a duty. A relay that follows to another edition
 * first takes the locks of the new duties for the buckets that it has, and lets go of nothing before (docs/adr/0027).
 */
export class BucketLocks implements BucketAssignment {
  readonly #session: Session;
  readonly #roster: Roster;
  readonly #handlers: () => readonly string[];
  readonly #takeoverAfter: number;
  readonly #onChange: () => void;
  readonly #revocation = new AbortController();
  #shares: readonly DutyShare[] = [];
  #edition: number | undefined;
  /** The answer to a registration, to be followed at the next heartbeat. */
  #news: RosterEntry | undefined;
  #isRegistering = false;
  #pid: unknown;
  #safeUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: Promise<void> | undefined;

  private constructor(
    session: Session,
    roster: Roster,
    handlers: () => readonly string[],
    takeoverAfter: number,
    onChange: () => void,
  ) {
    this.#session = session;
    this.#roster = roster;
    this.#handlers = handlers;
    this.#takeoverAfter = takeoverAfter;
    this.#onChange = onChange;
    session.onEnd((error) => this.#revoke(error));
  }

  /** Resolves after the first heartbeat, with the buckets that were free. */
  static async acquire(
    session: Session,
    roster: Roster,
    handlers: () => readonly string[],
    takeoverAfter: number,
    onChange: () => void,
  ): Promise<BucketLocks> {
    const locks = new BucketLocks(session, roster, handlers, takeoverAfter, onChange);
    await locks.#query(share, [[roster.lockClass, membership]]);
    const isAlone = (await locks.#look()).holders(roster.lockClass, membership) === 1;
    locks.#news = await roster.register(handlers(), [], isAlone);
    locks.#schedule(await locks.#beat());
    return locks;
  }

  get shares(): readonly Share[] {
    return this.#shares;
  }

  get isSafe(): boolean {
    // The server ends a session only after `takeoverAfter` ms of silence. The relay stops 20 % earlier.
    return !this.#revocation.signal.aborted && performance.now() < this.#safeUntil;
  }

  get revoked(): AbortSignal {
    return this.#revocation.signal;
  }

  async release(released: Share, bucket: number): Promise<void> {
    const owner = this.#shares.find((one) => one === released);
    if (owner?.remove(bucket)) await this.#query(unlock, [[owner.duty, bucket]]);
  }

  servedElsewhere(handlers: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#roster.servedElsewhere(handlers, this.#pid);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#heartbeat?.catch(() => undefined);
    this.#revoke(new Error('The relay was stopped.'));
    await this.#session.end();
  }

  #schedule(wait: number): void {
    if (this.#revocation.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#heartbeat = this.#beat().then(
        (next) => this.#schedule(this.#news ? 0 : next),
        (error: Error) => this.#revoke(error),
      );
    }, wait);
  }

  /** Keeps the session alive, and divides the buckets anew. Resolves with the time (ms) to the next heartbeat. */
  async #beat(): Promise<number> {
    const news = this.#news;
    this.#news = undefined;
    if (news) await this.#follow(news);
    const locks = await this.#look();
    const editions = locks.numbers(this.#roster.lockClass).filter((number) => number !== membership);
    const isAgreed = editions.every((edition) => edition === this.#edition);
    if (!isAgreed || this.#hasOtherHandlers()) void this.#registerAgain();
    if (isAgreed) await this.#divide(locks);
    // Those who work by another edition find out at their next heartbeat.
    return isAgreed ? this.#takeoverAfter / 8 : this.#takeoverAfter / 32;
  }

  async #look(): Promise<LockTable> {
    const classes = [this.#roster.lockClass, ...this.#shares.map(({ duty }) => duty)];
    const locks = await LockTable.look((text, params) => this.#ask(text, params), classes);
    this.#pid ??= locks.pid;
    if (locks.isStandby) throw new Error('The server is a standby now.');
    if (locks.pid !== this.#pid) throw new Error('The session was given another connection by a pooler.');
    return locks;
  }

  #hasOtherHandlers(): boolean {
    const registered = this.#shares.filter(({ isRetired }) => !isRetired).flatMap(({ handlers }) => handlers);
    const handlers = new Set(this.#handlers());
    return handlers.size !== registered.length || registered.some((handler) => !handlers.has(handler));
  }

  /** By a connection of the pool, which may make it wait: the session must not be silent meanwhile. */
  async #registerAgain(): Promise<void> {
    if (this.#isRegistering) return;
    this.#isRegistering = true;
    try {
      const served = this.#handlers();
      const kept = this.#shares.flatMap(({ handlers }) => handlers).filter((handler) => !served.includes(handler));
      const entry = await this.#roster.register(served, kept, false);
      // Otherwise the others have not followed yet.
      if (entry.edition === this.#edition && !this.#hasOtherHandlers()) return;
      this.#news = entry;
      if (this.#timer) this.#schedule(0);
    } catch (error) {
      this.#revoke(error as Error);
    } finally {
      this.#isRegistering = false;
    }
  }

  /** Goes over to an edition. */
  async #follow({ edition, duties, served }: RosterEntry): Promise<void> {
    for (const one of this.#shares) one.keep();
    const next = [...duties].map(([duty, handlers]) => ({ share: this.#successor(duty, handlers), handlers }));
    const fresh = next.map(({ share: one }) => one).filter((one) => !this.#shares.includes(one));
    const former = this.#edition;
    const editions: Lock[] = edition === former ? [] : [[this.#roster.lockClass, edition]];
    await this.#query(share, [...editions, ...fresh.map(({ duty }): Lock => [duty, membership])]);
    const inherited = fresh.flatMap(({ duty, buckets }) => buckets.map((bucket): Lock => [duty, bucket]));
    const answers = await this.#query(tryLocks, inherited);
    if (answers.some(({ got }) => got !== true)) throw new Error('Another session has taken locks of this relay.');
    if (this.#revocation.signal.aborted) return;
    const left = this.#shares.filter(({ duty }) => !duties.has(duty));
    for (const one of left) one.follow([], false);
    for (const { share: one, handlers } of next) {
      one.follow(
        handlers,
        handlers.some((handler) => served.includes(handler)),
      );
    }
    this.#shares = [...next.map(({ share: one }) => one), ...left];
    this.#edition = edition;
    if (former !== undefined && former !== edition) await this.#query(unshare, [[this.#roster.lockClass, former]]);
  }

  /** Returns the share of a duty, with the buckets of the one in which its handlers have been so far. */
  #successor(duty: number, handlers: readonly string[]): DutyShare {
    const same = this.#shares.find((one) => one.duty === duty);
    const former = same ?? this.#shares.find((one) => handlers.some((handler) => one.serves(handler)));
    // It has one bucket for all of the handlers, or for none.
    if (former && !handlers.every((handler) => former.serves(handler))) {
      throw new Error('Relays that this one has not seen have divided the handlers anew.');
    }
    return same ?? new DutyShare(duty, handlers, former?.buckets);
  }

  /** Acquires free buckets, or declares some of the relay's to be in excess. */
  async #divide(locks: LockTable): Promise<void> {
    const wanted = this.#shares.flatMap((one) => one.balance(locks).map((bucket): Lock => [one.duty, bucket]));
    for (const { duty, bucket, got } of await this.#query(tryLocks, wanted)) {
      if (got) this.#shares.find((one) => one.duty === duty)?.add(bucket as number);
    }
    const over = this.#shares.filter(({ isOver }) => isOver);
    this.#shares = this.#shares.filter(({ isOver }) => !isOver);
    await this.#query(
      unshare,
      over.map(({ duty }): Lock => [duty, membership]),
    );
    if (wanted.length > 0 || this.#shares.some(({ excess }) => excess.length > 0)) this.#onChange();
  }

  /** Asks about locks; nothing for none. */
  async #query(text: string, locks: readonly Lock[]): ReturnType<Session['query']> {
    return locks.length > 0 ? this.#ask(text, [JSON.stringify(locks)]) : [];
  }

  /** Settles with the last statement. They run one at a time, because the answer to each renews `#safeUntil`. */
  #lastQuery: Promise<unknown> = Promise.resolve();

  #ask(text: string, params: readonly unknown[]): ReturnType<Session['query']> {
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
    this.#shares = [];
    if (!this.#revocation.signal.aborted) this.#revocation.abort(error);
    // Otherwise the server would keep the locks until the silence of the session is long enough.
    void this.#session.end();
  }
}
