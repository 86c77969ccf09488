import { EventBus, StoppableEvent } from 'class-events';

class OrderPlaced extends StoppableEvent {
  constructor(
    readonly orderId: string,
    readonly total: number,
  ) {
    super();
  }
}

const bus = new EventBus();
bus.subscribe(
  OrderPlaced,
  function detectFraud(event) {
    if (event.total > 10_000) event.stopPropagation(); // the handlers after this one do not see it
  },
  { priority: 10 },
);
bus.subscribe(
  OrderPlaced,
  function addGift(event) {
    console.log(`a gift for ${event.orderId}`);
  },
  { filter: (event) => event.total >= 100 },
);
bus.subscribe(OrderPlaced, ({ orderId }) => console.log(`${orderId} is the first order today`), { once: true });
bus.subscribe(OrderPlaced, function pack(event) {
  console.log(`pack ${event.orderId}`);
});

await bus.publish(new OrderPlaced('o-1', 20));
await bus.publish(new OrderPlaced('o-2', 200));
const { deliveries } = await bus.publish(new OrderPlaced('o-3', 20_000));
for (const { subscription, status, reason } of deliveries) {
  console.log(`${subscription.name}: ${status === 'skipped' ? reason : status}`);
}

console.log('what would o-4 do?'); // asks, and runs nothing
for (const { subscription, reason } of bus.explain(new OrderPlaced('o-4', 20))) {
  console.log(`${subscription.name}: ${reason}`);
}

// prints:
// o-1 is the first order today
// pack o-1
// a gift for o-2
// pack o-2
// detectFraud: fulfilled
// addGift: stopped
// pack: stopped
// what would o-4 do?
// detectFraud: runs
// addGift: filter
// pack: runs
