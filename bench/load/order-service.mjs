import { setTimeout as after } from 'node:timers/promises';
import { EventBus } from '../build/esm/index.js';

class DomainEvent {
  constructor(number) {
    this.number = number;
  }
}
class OrderEvent extends DomainEvent {}
class PaymentEvent extends DomainEvent {}
class ShipmentEvent extends DomainEvent {}
class OrderPlaced extends OrderEvent {}
class OrderCancelled extends OrderEvent {}
class PaymentTaken extends PaymentEvent {}
class PaymentRefunded extends PaymentEvent {}
class ParcelPacked extends ShipmentEvent {}
class ParcelSent extends ShipmentEvent {}

const eventClasses = [
  DomainEvent,
  OrderEvent,
  PaymentEvent,
  ShipmentEvent,
  OrderPlaced,
  OrderCancelled,
  PaymentTaken,
  PaymentRefunded,
  ParcelPacked,
  ParcelSent,
];

/** What outsiders publish; the rest follows from it. */
const published = [OrderPlaced, OrderCancelled, PaymentRefunded];

/**
 * A shop on one bus: 10 event classes on 3 levels, 40 handlers, a fifth of them async and waiting for 1 to 5 ms, two that
 * publish what follows, one that fails for every hundredth event.
 */
export class OrderService {
  handled = 0;
  #bus = new EventBus({ name: 'orders', onError() {} });
  #number = 0;

  constructor() {
    const count = () => {
      this.handled++;
    };
    for (const eventClass of eventClasses) {
      for (let turn = 0; turn < 3; turn++) this.#bus.subscribe(eventClass, () => count());
    }
    this.#bus.subscribe(OrderPlaced, ({ number }) => this.#bus.emit(new PaymentTaken(number)));
    this.#bus.subscribe(PaymentTaken, async ({ number }) => {
      await this.#bus.publish(new ParcelPacked(number)).catch(ignoreFailures);
      this.#bus.emit(new ParcelSent(number));
    });
    this.#bus.subscribe(DomainEvent, ({ number }) => {
      count();
      if (number % 100 === 0) throw outOfStock;
    });
    for (const [index, eventClass] of eventClasses.slice(0, 7).entries()) {
      this.#bus.subscribe(eventClass, async () => {
        await after(1 + (index % 5));
        count();
      });
    }
  }

  get handlers() {
    return this.#bus.subscriptions().length;
  }

  /** One event from outside. Settles when its own handlers have. */
  publishNext() {
    const eventClass = published[this.#number % published.length];
    return this.#bus.publish(new eventClass(this.#number++)).catch(ignoreFailures);
  }

  close() {
    return this.#bus.close();
  }
}

const outOfStock = new Error('out of stock');

function ignoreFailures(error) {
  if (error.errors?.some((reason) => reason !== outOfStock) ?? true) throw error;
}
