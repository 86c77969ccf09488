import { EventBus, HandlerFailed, PublishError } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

const bus = new EventBus();
bus.subscribe(OrderPlaced, function reserveStock() {
  throw new Error('the shelf is empty');
});
bus.subscribe(OrderPlaced, async function sendReceipt() {
  throw new Error('the mail server is down');
});
bus.subscribe(OrderPlaced, function updateList(event) {
  console.log(`${event.orderId} is on the list all the same`);
});

// publish rejects, after every handler has had its turn.
try {
  await bus.publish(new OrderPlaced('o-1'));
} catch (error) {
  if (!(error instanceof PublishError)) throw error;
  console.log(error.message);
  for (const { subscription, status } of error.report.deliveries) console.log(`${subscription.name}: ${status}`);
}

// publishSettled does not reject: the failures are in the report.
const { failures } = await bus.publishSettled(new OrderPlaced('o-2'));
console.log(`o-2: ${failures.length} failures`);

// HandlerFailed is an event too: the place for a log. It is also how an emit, which nobody awaits, reports.
bus.subscribe(HandlerFailed, ({ subscription, error }) => console.log(`log: ${subscription.name}, ${String(error)}`));
bus.emit(new OrderPlaced('o-3'));
await bus.idle();

// prints:
// o-1 is on the list all the same
// 2 handlers failed:
//   OrderPlaced → reserveStock: Error: the shelf is empty
//   OrderPlaced → sendReceipt: Error: the mail server is down
// reserveStock: rejected
// updateList: fulfilled
// sendReceipt: rejected
// o-2 is on the list all the same
// o-2: 2 failures
// o-3 is on the list all the same
// log: reserveStock, Error: the shelf is empty
// log: sendReceipt, Error: the mail server is down
