import { EventBus, On } from 'class-events';
import { describeWiring } from 'class-events/wiring';

class DomainEvent {}
class OrderPlaced extends DomainEvent {}
class OrderShipped extends DomainEvent {}

class Receipts {
  @On(OrderPlaced, { timeout: 2_000 })
  async send(): Promise<void> {}
}

function shop(): EventBus {
  const bus = new EventBus({ name: 'shop' });
  bus.subscribe(OrderPlaced, () => {}, { name: 'reserve', priority: 10, filter: () => true });
  bus.register(new Receipts());
  bus.subscribe(DomainEvent, () => {}, {
    name: 'journal',
    durable: 'journal',
    transactional: true,
  });
  return bus;
}
/** The wiring of a shop with each kind of handler. */
export const wiring = describeWiring(shop(), { events: [OrderShipped, class Refund {}] });
