import type { Transaction } from '@electric-sql/pglite';
import { On } from 'class-events';
import { currentUnitOfWork } from 'class-events/domain';
import { OrderPlaced } from './orders.js';

/** A projection that must never differ from the orders: it is written in their transaction, before the commit. */
export class Sales {
  @On(OrderPlaced, { phase: 'beforeCommit' })
  async add({ customer, total }: OrderPlaced): Promise<void> {
    await currentUnitOfWork<Transaction>()?.transaction.query(
      `insert into sales values ($1, 1, $2) on conflict (customer)
       do update set orders = sales.orders + 1, total = sales.total + excluded.total`,
      [customer, total],
    );
  }
}
