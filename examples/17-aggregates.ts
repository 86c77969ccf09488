import { EventBus } from 'class-events';
import { AggregateRoot, publishEventsOf, recordsEvents } from 'class-events/domain';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class OrderShipped {
  constructor(readonly orderId: string) {}
}
class StockReserved {
  constructor(readonly sku: string) {}
}

class Order extends AggregateRoot<OrderPlaced | OrderShipped> {
  constructor(readonly id: string) {
    super();
    this.record(new OrderPlaced(id));
  }

  ship(): void {
    this.record(new OrderShipped(this.id));
  }
}

// What extends something already, an entity of an ORM for instance, is given the same by a mixin.
class Row {
  constructor(readonly key: string) {}
}
class Stock extends recordsEvents(Row)<StockReserved> {
  reserve(): void {
    this.record(new StockReserved(this.key));
  }
}

const order = new Order('o-1');
const stock = new Stock('sku-7');

const bus = new EventBus();
bus.subscribe(Object, (event) => console.log(event));
// What a handler records waits for the next time.
bus.subscribe(OrderPlaced, () => stock.reserve());

order.ship();
console.log(`nothing is published yet; the order itself reads ${JSON.stringify(order)}`);
await publishEventsOf(bus, order);
console.log(`${order.recordedEvents.length} events are left to the order, ${stock.recordedEvents.length} to the stock`);
await publishEventsOf(bus, order, stock);

// prints:
// nothing is published yet; the order itself reads {"id":"o-1"}
// OrderPlaced { orderId: 'o-1' }
// OrderShipped { orderId: 'o-1' }
// 0 events are left to the order, 1 to the stock
// StockReserved { sku: 'sku-7' }
