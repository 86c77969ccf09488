import { AggregateRoot } from 'class-events/domain';

export class OrderPlaced {
  constructor(readonly orderId: string) {}
}

export class OrderShipped {
  readonly carrier = 'post';
  constructor(readonly orderId: string) {}
}

/** The aggregate of these tests. */
export class Order extends AggregateRoot<OrderPlaced | OrderShipped> {
  constructor(readonly id = 'o-1') {
    super();
  }

  place(): this {
    this.record(new OrderPlaced(this.id));
    return this;
  }

  ship(): this {
    this.record(new OrderShipped(this.id));
    return this;
  }
}

/** Events as short texts. */
export function told(events: readonly object[]): string[] {
  return events.map((event) => `${event.constructor.name} ${(event as OrderPlaced).orderId}`);
}
