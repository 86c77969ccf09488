import { EventBus, On } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class OrderShipped {
  constructor(readonly orderId: string) {}
}

class Warehouse {
  readonly #shelf: string[] = [];

  @On(OrderPlaced)
  pack(event: OrderPlaced): void {
    this.#shelf.push(event.orderId);
    console.log(`on the shelf: ${this.#shelf.join(', ')}`);
  }

  @On(OrderShipped)
  handOver(event: OrderShipped): void {
    this.#shelf.splice(this.#shelf.indexOf(event.orderId), 1);
    console.log(`on the shelf: ${this.#shelf.join(', ') || 'nothing'}`);
  }
}

class Customers {
  // One method for several classes, with the options that subscribe takes too.
  @On([OrderPlaced, OrderShipped], { priority: -1 })
  async inform(event: OrderPlaced | OrderShipped): Promise<void> {
    console.log(`mail: ${event.orderId} is ${event instanceof OrderPlaced ? 'placed' : 'shipped'}`);
  }
}

const bus = new EventBus();
const warehouse = bus.register(new Warehouse());
bus.register(new Customers());

await bus.publish(new OrderPlaced('o-1'));
await bus.publish(new OrderShipped('o-1'));

warehouse.unsubscribe(); // all of its methods at once
await bus.publish(new OrderPlaced('o-2'));

// prints:
// on the shelf: o-1
// mail: o-1 is placed
// on the shelf: nothing
// mail: o-1 is shipped
// mail: o-2 is placed
