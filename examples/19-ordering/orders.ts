import { AggregateRoot } from 'class-events/domain';

export class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly customer: string,
    readonly total: number,
  ) {}
}

export class OrderCancelled {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {}
}

/** The aggregate: it notes what happens to it, and publishes nothing itself. */
export class Order extends AggregateRoot<OrderPlaced | OrderCancelled> {
  #status = 'placed';

  private constructor(
    readonly id: string,
    readonly customer: string,
    readonly total: number,
  ) {
    super();
  }

  static place(id: string, customer: string, total: number): Order {
    const order = new Order(id, customer, total);
    order.record(new OrderPlaced(id, customer, total));
    return order;
  }

  get status(): string {
    return this.#status;
  }

  cancel(reason: string): void {
    if (this.#status === 'cancelled') throw new Error(`${this.id} was cancelled before`);
    this.#status = 'cancelled';
    this.record(new OrderCancelled(this.id, reason));
  }
}
