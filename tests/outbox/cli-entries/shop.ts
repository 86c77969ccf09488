import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { transactional } from 'class-events/domain';
import { Outbox, Permanent } from 'class-events/outbox';
import { postgres } from 'class-events/outbox/postgres';
import { Pool } from 'pg';
import { beginOn } from '../../support/pg-transactions.js';

/** A composition root: an outbox on the database that SHOP_DATABASE names. Its mail server refuses the orders that SHOP_REFUSES names. */
export class OrderPlaced {
  constructor(readonly orderId: string) {}
}

const catalog = new EventCatalog().add<OrderPlaced, { orderId: string }>(OrderPlaced, {
  name: 'order.placed',
  key: ({ orderId }) => `order:${orderId}`,
  read: ({ orderId }) => new OrderPlaced(orderId),
});

/** @internal */
export function shop(database: string | undefined, refuses: readonly string[] = []) {
  const pool = new Pool({ connectionString: database });
  const bus = new EventBus();
  const delivered: string[] = [];
  bus.subscribe(
    OrderPlaced,
    ({ orderId }) => {
      if (refuses.includes(orderId)) throw new Permanent(new RangeError(`no mail for ${orderId}\nby any server`));
      delivered.push(orderId);
    },
    { durable: 'mail.receipt' },
  );
  const outbox = new Outbox({ bus, catalog, store: postgres(pool), onProblem: () => undefined });
  const unitOfWork = transactional(bus, beginOn(pool));
  const place = (...orderIds: string[]): Promise<unknown> =>
    unitOfWork(() => bus.publishAll(orderIds.map((orderId) => new OrderPlaced(orderId))));
  return { outbox, delivered, place, end: () => pool.end() };
}

export const { outbox } = shop(process.env['SHOP_DATABASE']);
