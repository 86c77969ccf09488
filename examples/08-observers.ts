import { EventBus } from 'class-events';

class OrderPlaced {}
class StockReserved {}
class ShipmentBooked {}

const bus = new EventBus();
bus.subscribe(OrderPlaced, function reserveStock() {
  bus.emit(new StockReserved());
});
bus.subscribe(StockReserved, async function bookShipment() {
  bus.emit(new ShipmentBooked());
});

// An observer sees everything and changes nothing: for logs, metrics and traces. All methods are optional.
const stop = bus.observe({
  onPlan({ event, cause, subscriptions }) {
    const because = cause ? ` because of ${cause.constructor.name}` : '';
    console.log(
      `${event.constructor.name}${because} → ${subscriptions.map(({ name }) => name).join(', ') || 'nobody'}`,
    );
  },
  onReport({ event, deliveries, unhandled }) {
    const outcome = unhandled ? 'unhandled' : deliveries.map(({ status }) => status).join(', ');
    console.log(`${event.constructor.name}: ${outcome}`);
  },
});

await bus.publish(new OrderPlaced());
await bus.idle();

stop();
await bus.publish(new OrderPlaced()); // not seen any more

// prints:
// OrderPlaced → reserveStock
// OrderPlaced: fulfilled
// StockReserved because of OrderPlaced → bookShipment
// ShipmentBooked because of StockReserved → nobody
// ShipmentBooked: unhandled
// StockReserved: fulfilled
