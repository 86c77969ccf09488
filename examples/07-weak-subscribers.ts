import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EventBus, On } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

/** A window on the screen: nobody remembers to unsubscribe it when it is closed. */
class OrderWindow {
  constructor(
    readonly side: string,
    bus: EventBus,
  ) {
    bus.register(this, { weak: true });
  }

  @On(OrderPlaced)
  show(event: OrderPlaced): void {
    console.log(`the ${this.side} window shows ${event.orderId}`);
  }
}

const bus = new EventBus();
const open = [new OrderWindow('left', bus), new OrderWindow('right', bus)];
await bus.publish(new OrderPlaced('o-1'));

open.pop(); // now only the bus knows the right window, and it lets go
await nextTurn();
setFlagsFromString('--expose-gc'); // to see at once what would happen sooner or later
runInNewContext('gc')();

console.log(`subscriptions: ${bus.subscriptions().length}`);
await bus.publish(new OrderPlaced('o-2'));
console.log(`still open: ${open.length}`);

// prints:
// the left window shows o-1
// the right window shows o-1
// subscriptions: 1
// the left window shows o-2
// still open: 1
