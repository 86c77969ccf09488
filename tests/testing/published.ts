import type { EventBus } from 'class-events';
import { type EventRecorder, recordEvents } from 'class-events/testing';
import { orderBus, OrderPlaced, OrderShipped } from './orders.js';

/** A record of two orders, of which one has no address, and of one that was shipped by pigeon. */
export async function recordedOrders(bus: EventBus = orderBus()): Promise<EventRecorder> {
  const recorder = recordEvents(bus);
  await bus.publish(new OrderPlaced('o-1'));
  await bus.publishSettled(new OrderPlaced('no-address'));
  await bus.publish(new OrderShipped('o-1', 'pigeon'));
  return recorder;
}

/** What stands in messages about it. */
export const recordedTree = `
  OrderPlaced { version: 1, orderId: 'o-1', total: 10 }
    reserveStock: fulfilled
    Receipts.send: fulfilled
    → StockReserved { version: 1, orderId: 'o-1', items: [0] }: nobody is subscribed
  OrderPlaced { version: 1, orderId: 'no-address', total: 10 }
    reserveStock: fulfilled
    Receipts.send: rejected: Error: no address
    → StockReserved { version: 1, orderId: 'no-address', items: [0] }: nobody is subscribed
  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }
    thank: skipped: filter`;
