import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventBus } from 'class-events';
import { transactional } from 'class-events/domain';
import type { Pool, PoolClient } from 'pg';
import type { FaultPoints } from './fault-points.js';
import type { Ledger } from './crash-ledger.js';
import { bucketOf } from '../../../src/outbox/store/bucket.js';
import { handlerIds } from './handlers.js';
import { Moved, type Poison } from './moved.js';
import type { Random } from './random.js';
import { insertMovement, nextVersion } from './crash-shop.js';
import type { Task } from './task.js';

/** The key of what commits late: one in the bucket of others, which are therefore seen before it. */
const heldKey = Array.from({ length: 1_000 }, (_, number) => `held:${number}`).find(
  (key) => bucketOf(key) === bucketOf('late:0'),
)!;

class ChangedMind extends Error {}

/** Publishes until it is told to end: transactions of some events, of which a tenth is rolled back in one way or the other. */
export class Writer {
  readonly #bus: EventBus;
  readonly #pool: Pool;
  readonly #ledger: Ledger;
  readonly #points: FaultPoints;
  readonly #random: Random;
  readonly #task: Task;
  #isEnding = false;
  #wasLate = false;

  constructor(bus: EventBus, pool: Pool, ledger: Ledger, points: FaultPoints, random: Random, task: Task) {
    this.#bus = bus;
    this.#pool = pool;
    this.#ledger = ledger;
    this.#points = points;
    this.#random = random;
    this.#task = task;
  }

  async run(): Promise<void> {
    const unitOfWork = transactional<PoolClient>(this.#bus, (run) => this.#begin(run));
    if (this.#task.lateBy) await unitOfWork((client) => this.#move(client, heldKey, false, false));
    for (let done = 0; !this.#isEnding; done++) {
      // When others are on their way already.
      if (done === 5 && this.#task.poison) await unitOfWork((client) => this.#doom(client, this.#task.poison!));
      await unitOfWork((client) => this.#work(client)).catch((error: unknown) => this.#note(error));
      await delay(this.#random.below(this.#task.rest ?? 10));
    }
  }

  end(): void {
    this.#isEnding = true;
  }

  async #work(client: PoolClient): Promise<void> {
    const count = 1 + this.#random.below(this.#task.atOnce ?? 3);
    const accounts = this.#task.accounts ?? 12;
    const chosen = this.#random.shuffled(Array.from({ length: accounts }, (_, number) => number)).slice(0, count);
    // The application sorts the rows that it locks by itself; in which order it publishes is nobody's concern.
    const early = chosen
      .filter(() => this.#random.chance(this.#task.early ?? 0.4))
      .sort((first, second) => first - second);
    for (const number of early) await this.#move(client, `early:${number}`, true);
    for (const number of chosen) if (!early.includes(number)) await this.#move(client, `late:${number}`, false);
    if (this.#random.chance(0.05)) throw new ChangedMind();
  }

  async #doom(client: PoolClient, poison: Poison): Promise<void> {
    const token = crypto.randomUUID();
    await client.query(insertMovement, ['poisoned', token, null, false]);
    await this.#bus.publish(new Moved('poisoned', token, poison, ''));
    await this.#move(client, 'poisoned', false, false);
    this.#ledger.write('doomed', { handler: handlerIds.mail, token });
  }

  async #move(client: PoolClient, key: string, isEarly: boolean, isRefused = this.#random.chance(0.03)): Promise<void> {
    const token = crypto.randomUUID();
    const version = isEarly ? (await client.query<{ version: number }>(nextVersion, [key])).rows[0]!.version : null;
    await client.query(insertMovement, [key, token, version, isRefused]);
    // Some are too large to be fetched with others, also when they are compressed.
    const ballast = this.#random.chance(0.03) ? randomBytes(100_000).toString('base64') : '';
    await this.#bus.publish(new Moved(key, token, undefined, ballast));
  }

  async #begin(run: (client: PoolClient) => Promise<unknown>): Promise<unknown> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query('begin');
      const value = await run(client);
      if (this.#task.lateBy && !this.#wasLate) await this.#beLate(this.#task.lateBy);
      if (this.#task.hesitation) await delay(this.#random.below(this.#task.hesitation));
      await this.#points.around('commit', () => client.query('commit'));
      return value;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }

  /** Until what has come after it, and so many places behind it, has been delivered. */
  async #beLate(places: number): Promise<void> {
    this.#wasLate = true;
    const { rows } = await this.#pool.query<{ seq: string }>('select max(seq) as seq from class_events.event');
    const goal = Number(rows[0]?.seq ?? 0) + places;
    for (;;) {
      const { rows } = await this.#pool.query<{ isSo: boolean }>(
        `select coalesce(max(seq), 0) > $1 and not exists (select from class_events.delivery where seq < $1) as "isSo"
        from class_events.event`,
        [goal],
      );
      if (rows[0]?.isSo === true || this.#isEnding) return;
      await delay(50);
    }
  }

  #note(error: unknown): void {
    const { code, message } = error as { code?: string; message: string };
    if (error instanceof ChangedMind || message === 'refused at the commit') return;
    this.#ledger.write('error', { message: `${code ?? 'no code'}: ${message}` });
  }
}
