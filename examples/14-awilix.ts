import { asClass, asValue, createContainer } from 'awilix';
import { EventBus, On } from 'class-events';

class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly tenant: string,
  ) {}
}

/** What is injected, by name. */
interface Cradle {
  readonly tenant: string;
  readonly receipts: Receipts;
}

let built = 0;

class Receipts {
  readonly #tenant: string;
  readonly #number = ++built;

  constructor({ tenant }: Cradle) {
    this.#tenant = tenant;
  }

  @On(OrderPlaced)
  send(event: OrderPlaced): void {
    console.log(`receipt for ${event.orderId} of ${this.#tenant}, by instance ${this.#number}`);
  }

  @On(OrderPlaced)
  archive(event: OrderPlaced): void {
    console.log(`archived ${event.orderId} of ${this.#tenant}, by instance ${this.#number}`);
  }
}

const container = createContainer<Cradle>().register({ receipts: asClass(Receipts).scoped() });

const bus = new EventBus();
// A scope for each event: its methods share one instance, and two events never do.
bus.registerClass(Receipts, (_receiptsClass, event) => {
  const { tenant } = event as OrderPlaced;
  return container
    .createScope()
    .register({ tenant: asValue(tenant) })
    .resolve('receipts');
});

await bus.publish(new OrderPlaced('o-1', 'acme'));
await bus.publish(new OrderPlaced('o-2', 'globex'));

// prints:
// receipt for o-1 of acme, by instance 1
// archived o-1 of acme, by instance 1
// receipt for o-2 of globex, by instance 2
// archived o-2 of globex, by instance 2
