import { type Deferral, type Deferred, type EventBus, NoUnitOfWorkError, type Subscription } from '../core/index.js';
import { DeferredEvent } from './deferred-event.js';
import { currentUnitOfWork } from './unit-of-work.js';

/**
 * Takes over the deliveries of one bus that wait for a later phase, for the unit of work that is open at the publish.
 */
class UnitsOfWork implements Deferral {
  readonly #bus: EventBus;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  accepts({ name, phase, options }: Subscription): boolean {
    const unit = currentUnitOfWork(this.#bus);
    if (phase === 'immediate' || options.durable || !unit) return false;
    if (unit.active) return true;
    throw new NoUnitOfWorkError(
      `The unit of work has ended, and ${name} (${phase}) waits for one. Await what publishes inside of it, or call it by withoutUnitOfWork.`,
    );
  }

  accept(deferred: Deferred): void {
    const unit = currentUnitOfWork(this.#bus)!;
    // One for the whole transaction, so that the bus does not close in the middle of it.
    this.#bus.ports.inFlight.add(unit.root);
    unit.events.push(new DeferredEvent(deferred, unit));
  }
}

const busesWithUnitsOfWork = new WeakSet<EventBus>();

/** Makes the later phases of a bus wait for units of work, and gives its handlers the transaction of the open one. */
export function serveUnitsOfWork(bus: EventBus): void {
  if (busesWithUnitsOfWork.has(bus)) return;
  busesWithUnitsOfWork.add(bus);
  bus.ports.deferrals.add(new UnitsOfWork(bus));
  bus.ports.giveTransaction(() => {
    const unit = currentUnitOfWork(bus);
    return unit?.active ? unit.transaction : undefined;
  });
}
