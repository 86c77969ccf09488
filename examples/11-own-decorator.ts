import { EventBus, type EventClass, type HandlerOptions, On, type OnDecorator } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class OrderShipped {
  constructor(readonly orderId: string) {}
}

// A decorator that is ready to use is what On returns.
const OnShipped = On(OrderShipped, { name: 'the last step' });

// One with parameters is a function that returns it. The type of the event goes through.
function OnUrgent<E extends object>(eventClass: EventClass<E>, options?: HandlerOptions<E>): OnDecorator<E> {
  return On(eventClass, {
    priority: 100,
    around: (run, event) => {
      console.log(`urgent: ${event.constructor.name}`);
      return run();
    },
    ...options,
  });
}

class Warehouse {
  @On(OrderPlaced)
  note(event: OrderPlaced): void {
    console.log(`noted ${event.orderId}`);
  }

  @OnUrgent(OrderPlaced, { filter: (event) => event.orderId.startsWith('express') })
  pack(event: OrderPlaced): void {
    console.log(`packed ${event.orderId}`);
  }

  @OnShipped
  forget(event: OrderShipped): void {
    console.log(`forgot ${event.orderId}`);
  }
}

const bus = new EventBus();
bus.register(new Warehouse());
await bus.publishAll([new OrderPlaced('o-1'), new OrderPlaced('express-2'), new OrderShipped('o-1')]);
console.log(bus.subscriptions(OrderShipped).map(({ name }) => name));

// prints:
// noted o-1
// urgent: OrderPlaced
// packed express-2
// noted express-2
// forgot o-1
// [ 'the last step' ]
