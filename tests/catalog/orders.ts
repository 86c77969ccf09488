import { EventCatalog, type EventCatalogOptions } from 'class-events/catalog';

/** Money, for what plain JSON does not carry. */
export class Money {
  constructor(readonly cents: bigint) {}
}

export class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly total: Money,
    readonly currency: string,
  ) {}
}

export class OrderShipped {
  constructor(readonly orderId: string) {}
}

/** Of the third shape: the first had no currency, the second had its total as a number. */
export function catalogOfOrders(options?: EventCatalogOptions): EventCatalog {
  return new EventCatalog(options)
    .add(OrderPlaced, {
      name: 'order.placed',
      version: 3,
      formerNames: ['order.created'],
      key: ({ orderId }) => `order:${orderId}`,
      write: ({ orderId, total, currency }) => ({ orderId, total: String(total.cents), currency }),
      read: (data) => new OrderPlaced(data.orderId, new Money(BigInt(data.total)), data.currency),
      upcast: {
        1: (data) => ({ ...data, currency: 'EUR' }),
        2: (data) => ({ ...data, total: String(data.total) }),
      },
    })
    .add(OrderShipped, { name: 'order.shipped', read: (data) => new OrderShipped(data.orderId) });
}
