// A consumer in the standard decorator dialect. Compiled, never run: each @ts-expect-error is a promise of the types.
import { EventBus, HandlerFailed, On, PublishError, StoppableEvent } from 'class-events';
import type { EventClass, HandlerContext, HandlerOptions, PublishReport, Subscription } from 'class-events';

class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly total: number,
  ) {}
}
class OrderShipped {
  constructor(readonly carrier: string) {}
}
abstract class PaymentEvent extends StoppableEvent {
  abstract readonly amount: number;
}
class PaymentTaken extends PaymentEvent {
  readonly amount = 1;
}

const bus = new EventBus({ name: 'orders', onError: (failure: HandlerFailed) => void failure.error });

export const subscription: Subscription = bus.subscribe(OrderPlaced, (event, context) => {
  const id: string = event.orderId;
  const aborted: boolean = context.signal.aborted;
  return [id, aborted];
});
bus.subscribe(PaymentEvent, (event) => event.amount.toFixed(2), { priority: 10, filter: (event) => event.amount > 0 });
bus.subscribe([OrderPlaced, OrderShipped], (event) => {
  const either: OrderPlaced | OrderShipped = event;
  return either;
});
bus.subscribe(OrderShipped, { handle: (event: OrderShipped, context: HandlerContext) => [event.carrier, context] });
bus.subscribe(HandlerFailed, (failure) => failure.subscription.name);

// @ts-expect-error a handler of another class
bus.subscribe(OrderPlaced, (event: OrderShipped) => event.carrier);
// @ts-expect-error a misspelt option
bus.subscribe(OrderPlaced, () => undefined, { prioritty: 1 });
// @ts-expect-error not a class
bus.subscribe('OrderPlaced', () => undefined);
// @ts-expect-error a primitive is no event
void bus.publish('OrderPlaced');

class Warehouse {
  @On(OrderPlaced)
  reserve(event: OrderPlaced): void {
    void event.orderId;
  }

  @On([OrderPlaced, OrderShipped], { mode: 'async' })
  async log(event: OrderPlaced | OrderShipped, _context: HandlerContext): Promise<void> {
    void event;
  }

  // @ts-expect-error the method's parameter does not accept the event
  @On(OrderPlaced)
  ship(event: OrderShipped): void {
    void event.carrier;
  }
}

export async function main(): Promise<string> {
  const group = bus.register(new Warehouse());
  group.unsubscribe();
  try {
    const report: PublishReport<OrderPlaced> = await bus.publish(new OrderPlaced('o-1', 9));
    for (const delivery of report.deliveries) void delivery.status;
  } catch (error) {
    if (error instanceof PublishError) return String(error.report.failures.length);
  }
  for await (const event of bus.stream(OrderPlaced)) return event.orderId;
  const taken = await bus.waitFor(PaymentTaken, { filter: (event) => event.amount > 0 });
  await bus.close({ timeout: 1_000 });
  return taken.amount.toFixed();
}

export const key: EventClass<PaymentEvent> = PaymentEvent;
export const options: HandlerOptions<OrderPlaced> = { timeout: 100, once: true };
