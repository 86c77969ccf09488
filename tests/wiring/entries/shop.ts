import { EventBus, On } from 'class-events';

class OrderEvent {
  constructor(readonly total: number) {}
}
class OrderPlaced extends OrderEvent {}
class OrderShipped extends OrderEvent {}

class Receipts {
  @On(OrderPlaced, { timeout: 2_000 })
  async send(): Promise<void> {}
}

/** What a commit did to the shop: the tests of `check` set it. */
const change = process.env['SHOP_CHANGE'];

function reserveStock(): void {}

export const bus = new EventBus({ name: 'shop' });
if (change === 'reordered') bus.subscribe(OrderEvent, reserveStock, { name: 'Journal.note' });
bus.subscribe(OrderPlaced, reserveStock, { filter: ({ total }) => total > 0, priority: change === 'changed' ? 5 : 0 });
bus.register(new Receipts());
if (change !== 'reordered' && change !== 'lost') bus.subscribe(OrderEvent, reserveStock, { name: 'Journal.note' });
if (change === 'added') bus.subscribe(OrderShipped, async function tellCustomer() {});

/** Nobody is subscribed to OrderShipped itself. */
export const events = [OrderShipped];
