import { EventBus, On } from 'class-events';
import { assertHandled, assertPublished, isolate, recordEvents, scenario, silence } from 'class-events/testing';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class StockReserved {
  constructor(readonly orderId: string) {}
}

class Receipts {
  @On(OrderPlaced)
  async send({ orderId }: OrderPlaced): Promise<void> {
    console.log(`receipt for ${orderId}`);
  }
}

const bus = new EventBus();
bus.subscribe(OrderPlaced, function reserveStock({ orderId }) {
  bus.emit(new StockReserved(orderId));
});
bus.register(new Receipts());

// What was published, and what became of it. jest and vitest have matchers for the same.
const recorder = recordEvents(bus);
await bus.publish(new OrderPlaced('o-1'));
assertPublished(recorder, StockReserved, { orderId: 'o-1' });
assertHandled(recorder, OrderPlaced, 'Receipts.send');
try {
  assertPublished(recorder, StockReserved, { orderId: 'o-2' });
} catch (error) {
  console.log(String(error));
}

// All that one call leads to: it waits for the async handlers of emitted events, too.
await scenario(bus, {
  when: () => bus.emit(new OrderPlaced('o-2')),
  published: [OrderPlaced, new StockReserved('o-2')],
  handled: ['Receipts.send'],
});

// Some handlers alone, or none.
const isolation = isolate(bus, [Receipts]);
await bus.publish(new OrderPlaced('o-3')); // no stock is reserved
isolation.end();
await silence(bus, () => bus.publish(new OrderPlaced('o-4'))); // no receipt is sent

// prints:
// receipt for o-1
// EventAssertionError: StockReserved { orderId: 'o-2' } was not published. What was:
//
//   OrderPlaced { orderId: 'o-1' }
//     reserveStock: fulfilled
//     Receipts.send: fulfilled
//     → StockReserved { orderId: 'o-1' }: nobody is subscribed
// receipt for o-2
// receipt for o-3
