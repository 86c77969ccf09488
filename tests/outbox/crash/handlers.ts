import { setTimeout as delay } from 'node:timers/promises';
import type { DurableContext, EventBus, HandlerContext } from 'class-events';
import type { PoolClient } from 'pg';
import type { FaultPoints } from './fault-points.js';
import type { Ledger } from './crash-ledger.js';
import { Moved } from './moved.js';
import type { Random } from './random.js';
import type { Task } from './task.js';

/** The durable ids. */
export const handlerIds = { mail: 'crash.mail', index: 'crash.index', books: 'crash.books' } as const;

const suffix = '.renamed';

/** The id of a handler after it was given another one. */
export const renamed = (handler: string): string => `${handler}${suffix}`;

/** The same delivery, whichever of its two ids the handler had. */
export const asBefore = (id: string): string => id.replace(suffix, '');

/** Whether a process with this task has the handler. */
export const hasHandler = ({ has }: Task, handler: string): boolean => has?.includes(handler) ?? true;

/** The handlers of the application: two with effects outside, of which one needs no order, and one that writes in its transaction. */
export class Handlers {
  readonly #ledger: Ledger;
  readonly #points: FaultPoints;
  readonly #random: Random;
  readonly #task: Task;
  #started = 0;

  constructor(ledger: Ledger, points: FaultPoints, random: Random, task: Task) {
    this.#ledger = ledger;
    this.#points = points;
    this.#random = random;
    this.#task = task;
  }

  subscribeTo(bus: EventBus): void {
    const outside = (handler: string) => (event: Moved, context: HandlerContext) =>
      this.#handle(handler, event, context, async () => this.#about('effect', handler, event, context));
    const inside = (event: Moved, context: DurableContext<PoolClient>) =>
      this.#handle(handlerIds.books, event, context, () => book(event, context));
    const idOf = (handler: string): string => (this.#task.isRenamed ? renamed(handler) : handler);
    const { mail, index, books } = handlerIds;
    if (hasHandler(this.#task, mail)) bus.subscribe(Moved, outside(mail), { durable: idOf(mail) });
    if (hasHandler(this.#task, index)) bus.subscribe(Moved, outside(index), { durable: idOf(index) });
    if (hasHandler(this.#task, books)) bus.subscribe(Moved, inside, { durable: idOf(books), transactional: true });
  }

  async #handle(handler: string, event: Moved, context: HandlerContext, effect: () => Promise<void>): Promise<void> {
    this.#about('started', handler, event, context);
    this.#points.reach('handler:started');
    try {
      if (handler === handlerIds.mail) await this.#suffer(event, context);
      this.#blockAtTimes();
      await delay(this.#random.below(this.#task.work ?? 10));
      if (this.#random.chance(this.#task.failing ?? 0.03)) throw new Error(`${handler} cannot do it now.`);
      await effect();
    } catch (error) {
      this.#about('failed', handler, event, context);
      throw error;
    }
    this.#points.reach('handler:effect');
  }

  async #suffer(event: Moved, context: HandlerContext): Promise<void> {
    const { poison } = event;
    if (poison === 'exit') process.kill(process.pid, 'SIGKILL');
    if (poison === 'allocate') {
      for (const kept: number[][] = []; ; await delay(0)) kept.push(Array.from({ length: 1e6 }, () => 0.5));
    }
    if (poison === 'hang') {
      // It will have: nobody can say it later.
      this.#about('failed', handlerIds.mail, event, context);
      await new Promise<never>(() => {});
    }
  }

  #blockAtTimes(): void {
    const { block } = this.#task;
    if (!block || ++this.#started !== block.after) return;
    const until = performance.now() + block.during;
    while (performance.now() < until);
    this.#ledger.write('harmed');
  }

  #about(what: 'started' | 'effect' | 'failed', handler: string, { key, token }: Moved, { id }: HandlerContext): void {
    this.#ledger.write(what, { handler, key, token, ...(id !== undefined && { id: asBefore(id) }) });
  }
}

/** In the delivery's transaction. The row of the key puts those of one key into the order of their commits. */
async function book({ key, token }: Moved, { id, transaction }: DurableContext<PoolClient>): Promise<void> {
  await transaction.query(
    `with place as (
      insert into shop.progress (key, count) values ($1, 1) on conflict (key) do update set count = progress.count + 1 returning count
    )
    insert into shop.booking (key, token, id, place) select $1, $2, $3, count from place`,
    [key, token, asBefore(id)],
  );
}
