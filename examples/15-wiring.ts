import { EventBus, On } from 'class-events';
import { describeWiring, toTable } from 'class-events/wiring';

class OrderEvent {
  constructor(readonly total: number) {}
}
class OrderPlaced extends OrderEvent {}
class OrderShipped extends OrderEvent {}
class OrderReturned extends OrderEvent {}

class Warehouse {
  @On(OrderPlaced, { priority: 10 })
  reserveStock(): void {}

  @On([OrderShipped, OrderReturned])
  countStock(): void {}
}

class Receipts {
  @On(OrderPlaced, { timeout: 2_000 })
  async send(): Promise<void> {}
}

const bus = new EventBus();
bus.register(new Warehouse());
bus.register(new Receipts());
bus.subscribe(OrderPlaced, function screenForFraud() {}, { filter: ({ total }) => total > 1_000 });
bus.subscribe(OrderEvent, function noteInJournal() {}, { priority: 100 });

// Who reacts to what, in which order, and by which class. Nothing is run for it. There are toMermaid, toDot, toHtml and
// toJson as well, and a command: npx class-events wiring src/main.ts
console.log(toTable(describeWiring(bus)).trimEnd());

// prints:
// OrderEvent
//   1  sync  noteInJournal  priority 100
//
// OrderPlaced extends OrderEvent
//   1  sync   noteInJournal           by OrderEvent, priority 100
//   2  sync   Warehouse.reserveStock  priority 10
//   3  sync   screenForFraud          filter
//   4  async  Receipts.send           timeout 2000 ms
//
// OrderReturned extends OrderEvent
//   1  sync  noteInJournal         by OrderEvent, priority 100
//   2  sync  Warehouse.countStock
//
// OrderShipped extends OrderEvent
//   1  sync  noteInJournal         by OrderEvent, priority 100
//   2  sync  Warehouse.countStock
