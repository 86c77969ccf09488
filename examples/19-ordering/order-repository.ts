import type { Transaction } from '@electric-sql/pglite';
import type { EventBus } from 'class-events';
import { publishEventsOf } from 'class-events/domain';
import type { Order } from './orders.js';

/** Saves an order, and publishes what it has recorded, in the transaction that it is given. */
export class OrderRepository {
  readonly #bus: EventBus;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  async save(order: Order, transaction: Transaction): Promise<void> {
    await transaction.query(
      'insert into orders values ($1, $2, $3, $4) on conflict (id) do update set status = excluded.status',
      [order.id, order.customer, order.total, order.status],
    );
    await publishEventsOf(this.#bus, order);
  }
}
