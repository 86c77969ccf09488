import { setTimeout as sleep } from 'node:timers/promises';
import { EventBus } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

const bus = new EventBus();

// An async function is started after all sync handlers, together with the other async ones.
bus.subscribe(OrderPlaced, async () => {
  console.log('async: mail starts');
  await sleep(100);
  console.log('async: mail ends');
});
bus.subscribe(OrderPlaced, async () => {
  console.log('async: label starts');
  await sleep(10);
  console.log('async: label ends');
});

// Every other function is sync: one after another, higher priority first, then as they subscribed.
bus.subscribe(OrderPlaced, () => console.log('sync: reserve the stock'));
bus.subscribe(OrderPlaced, () => console.log('sync: update the list of orders'));
bus.subscribe(OrderPlaced, () => console.log('sync: check the credit'), { priority: 10 });

// A function that only returns a promise does not look async: say so.
bus.subscribe(OrderPlaced, () => sleep(50).then(() => console.log('async: invoice ends')), { mode: 'async' });

const published = bus.publish(new OrderPlaced('o-1'));
console.log('publish has returned: sync handlers have run, async ones have started');
await published;
console.log('publish has settled: all have ended');

// prints:
// sync: check the credit
// sync: reserve the stock
// sync: update the list of orders
// async: mail starts
// async: label starts
// publish has returned: sync handlers have run, async ones have started
// async: label ends
// async: invoice ends
// async: mail ends
// publish has settled: all have ended
