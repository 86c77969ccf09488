import { EventBus } from 'class-events';

const [ofSales, ofDepot] = ['sales', 'depot'].map((part) => {
  class OrderPlaced {
    readonly part = part;
  }
  return OrderPlaced;
}) as [new () => object, new () => object];

export const bus = new EventBus();
bus.subscribe(ofSales, function inSales() {});
bus.subscribe(ofDepot, function inDepot() {});
