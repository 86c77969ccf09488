import { setTimeout as sleep } from 'node:timers/promises';
import { BusClosedError, CloseTimeoutError, EventBus } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

const bus = new EventBus({ name: 'orders' });
bus.subscribe(OrderPlaced, async function sendReceipt(event) {
  await sleep(20);
  console.log(`receipt sent for ${event.orderId}`);
});

// Stop what publishes first (a server, a timer); close then waits for what is in flight.
bus.emit(new OrderPlaced('o-1'));
await bus.close();
console.log('closed');

try {
  await bus.publish(new OrderPlaced('o-2'));
} catch (error) {
  if (error instanceof BusClosedError) console.log(error.message);
}

// With a timeout it names what was still running.
const stuck = new EventBus({ name: 'shipments' });
stuck.subscribe(OrderPlaced, async function callCarrier() {
  await sleep(200);
});
stuck.emit(new OrderPlaced('o-3'));
try {
  await stuck.close({ timeout: 10 });
} catch (error) {
  if (error instanceof CloseTimeoutError) console.log(error.message);
}

{
  await using shortLived = new EventBus(); // closes with the block
  shortLived.subscribe(OrderPlaced, ({ orderId }) => sleep(20).then(() => console.log(`${orderId} is done`)));
  shortLived.emit(new OrderPlaced('o-4'));
}
console.log('and so is the block');

// prints:
// receipt sent for o-1
// closed
// orders is closed. Stop what publishes before you close the bus.
// shipments was closed after 10 ms with unfinished deliveries: OrderPlaced → callCarrier.
// o-4 is done
// and so is the block
