import { EventBus } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

const bus = new EventBus();
bus.subscribe(OrderPlaced, (event) => console.log(`stock reserved for ${event.orderId}`));
bus.subscribe(OrderPlaced, async (event) => console.log(`receipt sent for ${event.orderId}`));
// Base classes match too: this one gets every event.
bus.subscribe(Object, (event) => console.log(`logged: ${event.constructor.name}`));

const report = await bus.publish(new OrderPlaced('o-1'));
console.log(`${report.deliveries.length} handlers have finished`);

// prints:
// stock reserved for o-1
// logged: OrderPlaced
// receipt sent for o-1
// 3 handlers have finished
