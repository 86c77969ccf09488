import { EventBus, On } from 'class-events';

/** The domain of these tests. */
export class DomainEvent {
  readonly version = 1;
}

export class OrderPlaced extends DomainEvent {
  constructor(
    readonly orderId: string,
    readonly total = 10,
  ) {
    super();
  }
}

export class OrderShipped extends DomainEvent {
  constructor(
    readonly orderId: string,
    readonly carrier = 'post',
  ) {
    super();
  }
}

export class StockReserved extends DomainEvent {
  constructor(
    readonly orderId: string,
    readonly items: readonly string[] = [],
  ) {
    super();
  }
}

/** Sends receipts; fails for orders that have no address. */
export class Receipts {
  readonly sent: string[] = [];

  @On(OrderPlaced)
  async send({ orderId }: OrderPlaced): Promise<void> {
    await Promise.resolve();
    if (orderId === 'no-address') throw new Error('no address');
    this.sent.push(orderId);
  }
}

/** A bus on which an order that is placed leads to reserved stock, and to a receipt. */
export function orderBus(receipts = new Receipts()): EventBus {
  const bus = new EventBus({ name: 'orders' });
  bus.subscribe(OrderPlaced, function reserveStock({ orderId }) {
    bus.emit(new StockReserved(orderId));
  });
  bus.register(receipts);
  bus.subscribe(OrderShipped, () => undefined, { name: 'thank', filter: ({ carrier }) => carrier !== 'pigeon' });
  return bus;
}
