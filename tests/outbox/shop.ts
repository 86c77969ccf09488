import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { type RunUnitOfWork, transactional } from 'class-events/domain';
import { Outbox, type OutboxOptions, type OutboxProblem, type OutboxStatus } from 'class-events/outbox';
import type { OutboxDatabase, Transaction } from './database.js';
import { Ledger, until } from './ledger.js';

/** What happens to an order, in order. */
export abstract class OrderEvent {
  constructor(
    readonly orderId: string,
    readonly number = 1,
  ) {}
}
export class OrderPlaced extends OrderEvent {}
export class OrderShipped extends OrderEvent {}
/** Has no order. */
export class OrderViewed extends OrderEvent {}

export function shopCatalog(): EventCatalog {
  const key = ({ orderId }: OrderEvent): string => `order:${orderId}`;
  return new EventCatalog()
    .add(OrderPlaced, { name: 'order.placed', key, read: (data) => new OrderPlaced(data.orderId, data.number) })
    .add(OrderShipped, { name: 'order.shipped', key, read: (data) => new OrderShipped(data.orderId, data.number) })
    .add(OrderViewed, { name: 'order.viewed', read: (data) => new OrderViewed(data.orderId, data.number) });
}

const open = new Set<Shop>();

/** One process: a bus, an outbox, units of work, and what its handlers have done. */
export class Shop {
  readonly bus = new EventBus({ onError: ({ error }) => void this.errors.push(error) });
  readonly ledger = new Ledger();
  readonly problems: OutboxProblem[] = [];
  readonly errors: unknown[] = [];
  readonly outbox: Outbox;
  readonly unitOfWork: RunUnitOfWork<Transaction>;

  constructor(
    readonly database: OutboxDatabase,
    options: Partial<OutboxOptions> = {},
  ) {
    this.outbox = new Outbox({
      bus: this.bus,
      catalog: shopCatalog(),
      store: database.store(),
      pollInterval: 50,
      takeoverAfter: 2_000,
      onProblem: (problem) => void this.problems.push(problem),
      ...options,
      defaults: { backoff: 5, maxBackoff: 50, ...options.defaults },
    });
    this.unitOfWork = transactional(this.bus, database.begin, {
      savepoint: (transaction, run) => database.savepoint(transaction, run),
    });
    open.add(this);
  }

  /** Publishes in a unit of work of its own. */
  async publish(...events: object[]): Promise<void> {
    await this.unitOfWork(async () => {
      for (const event of events) await this.bus.publish(event);
    });
  }

  /** Publishes the first events of an order, a unit of work each. */
  async place(orderId: string, count = 1): Promise<void> {
    for (let number = 1; number <= count; number++) await this.publish(new OrderPlaced(orderId, number));
  }

  /** Resolves when nothing is left but dead letters. */
  async drained(): Promise<void> {
    let status: OutboxStatus | undefined;
    const isDrained = async (): Promise<boolean> =>
      (status = await this.outbox.status()).handlers.every(({ pending }) => pending === 0);
    await until('an outbox with nothing pending', isDrained, () => JSON.stringify(status));
  }

  /** Resolves with the number of *waiting* rows. */
  async rows(): Promise<number> {
    return (await this.database.tamper.waiting()).length;
  }
}

/** Ends what the tests have left open. */
export async function closeShops(): Promise<void> {
  const all = [...open];
  open.clear();
  await Promise.all(all.map(({ outbox }) => outbox.stop().catch(() => undefined)));
}
