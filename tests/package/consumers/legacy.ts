// A consumer with experimentalDecorators and emitDecoratorMetadata. Compiled, never run.
import { EventBus, On } from 'class-events';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class OrderShipped {
  constructor(readonly carrier: string) {}
}

class Warehouse {
  @On()
  reserve(event: OrderPlaced): void {
    void event.orderId;
  }

  @On(OrderPlaced, { priority: 10 })
  async log(event: OrderPlaced): Promise<void> {
    void event;
  }

  // @ts-expect-error the method's parameter does not accept the event
  @On(OrderPlaced)
  ship(event: OrderShipped): void {
    void event.carrier;
  }
}

@On(OrderShipped)
class Notify {
  handle(event: OrderShipped): void {
    void event.carrier;
  }
}

const bus = new EventBus();
bus.register(new Warehouse());
export const subscription = bus.register(new Notify());
