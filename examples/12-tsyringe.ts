import { EventBus, On } from 'class-events'; // loads reflect-metadata, which tsyringe asks for
import { container, instanceCachingFactory } from 'tsyringe';

class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly total: number,
  ) {}
}

class Mailer {
  send(text: string): void {
    console.log(`mail: ${text}`);
  }
}

class Receipts {
  readonly #mailer: Mailer;

  constructor(mailer: Mailer) {
    console.log('a Receipts is built');
    this.#mailer = mailer;
  }

  @On(OrderPlaced, { filter: (event) => event.total > 0 })
  send(event: OrderPlaced): void {
    this.#mailer.send(`receipt for ${event.orderId}`);
  }

  @On(OrderPlaced, { filter: (event) => event.total > 1_000 })
  thank(event: OrderPlaced): void {
    this.#mailer.send(`thank you for ${event.orderId}`);
  }
}

// In a project with tsyringe's own decorators, @singleton() on the class does the same.
container.register(Receipts, { useFactory: instanceCachingFactory((c) => new Receipts(c.resolve(Mailer))) });

const bus = new EventBus();
bus.registerClass(Receipts, (receiptsClass) => container.resolve(receiptsClass));
console.log(`${bus.subscriptions().length} handlers, and nothing is built yet`);

await bus.publish(new OrderPlaced('gift', 0)); // the filters refuse: nothing is built
await bus.publish(new OrderPlaced('o-1', 5_000));
await bus.publish(new OrderPlaced('o-2', 10));

// prints:
// 2 handlers, and nothing is built yet
// a Receipts is built
// mail: receipt for o-1
// mail: thank you for o-1
// mail: receipt for o-2
