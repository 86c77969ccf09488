import { EventBus, On } from 'class-events'; // loads reflect-metadata, which inversify asks for
import { Container } from 'inversify';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

class Connection {
  static async open(): Promise<Connection> {
    await Promise.resolve();
    console.log('connected');
    return new Connection();
  }

  write(text: string): void {
    console.log(`written: ${text}`);
  }
}

class Ledger {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  @On(OrderPlaced)
  book(event: OrderPlaced): void {
    this.#connection.write(event.orderId);
  }
}

const container = new Container();
container
  .bind(Connection)
  .toDynamicValue(() => Connection.open())
  .inSingletonScope();
container.bind(Ledger).toResolvedValue((connection: Connection) => new Ledger(connection), [Connection]);

const bus = new EventBus();
// An async function: what it resolves is awaited, so the method is settled with the async handlers.
const group = bus.registerClass(Ledger, async (ledgerClass) => container.getAsync(ledgerClass));
bus.subscribe(OrderPlaced, (event) => console.log(`sync handlers come first: ${event.orderId}`));
console.log(group.subscriptions.map(({ name, mode }) => `${name} is ${mode}`));

await bus.publish(new OrderPlaced('o-1'));
await bus.publish(new OrderPlaced('o-2'));

// prints:
// [ 'Ledger.book is async' ]
// sync handlers come first: o-1
// connected
// written: o-1
// sync handlers come first: o-2
// written: o-2
