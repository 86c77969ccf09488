import { setTimeout as sleep } from 'node:timers/promises';
import { EventBus } from 'class-events';
import { ConstantBackoff, handleAll, retry } from 'cockatiel';
import pLimit from 'p-limit';

class OrderPlaced {}
class OrderShipped {}
const bus = new EventBus();

// p-limit: both handlers use the one printer, so the second waits for its slot.
const slot = pLimit(1);
const printer = { around: (run: () => unknown) => slot(run) };
bus.subscribe(OrderPlaced, () => sleep(20), { ...printer, mode: 'async', name: 'label' });
bus.subscribe(OrderPlaced, () => sleep(20), { ...printer, mode: 'async', name: 'invoice' });
bus.subscribe(OrderPlaced, () => sleep(20), { ...printer, mode: 'async', name: 'gift card', filter: () => false });

// cockatiel: one more attempt after 10 ms.
const policy = retry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(10) });
let calls = 0;
bus.subscribe(
  OrderShipped,
  async () => {
    if (++calls < 3) throw new Error('the line is busy');
  },
  { around: (run) => policy.execute(run), name: 'call the carrier' },
);

// What a dashboard or a spinner would show; progress.waited and progress.duration say how long, in ms.
bus.observe({
  onDelivery: ({ subscription, status, attempt }) => {
    console.log(`${subscription.name}: ${status}${attempt > 1 ? `, attempt ${attempt}` : ''}`);
  },
});

console.log('two papers, one printer');
await bus.publish(new OrderPlaced());
console.log('two attempts are too few');
await bus.publishSettled(new OrderShipped());
console.log('then the line is free');
await bus.publishSettled(new OrderShipped());

// prints:
// two papers, one printer
// label: waiting
// invoice: waiting
// gift card: waiting
// gift card: skipped
// label: executing
// invoice: executing
// label: fulfilled
// invoice: fulfilled
// two attempts are too few
// call the carrier: waiting
// call the carrier: executing
// call the carrier: executing, attempt 2
// call the carrier: rejected, attempt 2
// then the line is free
// call the carrier: waiting
// call the carrier: executing
// call the carrier: fulfilled
