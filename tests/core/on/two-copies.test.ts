import type * as ClassEvents from 'class-events';
import { EventBus, On, StoppableEvent } from 'class-events';
import { OrderPlaced, OrderShipped } from '../../support/orders.js';

type Package = typeof ClassEvents;

/** The package as a second installation of it would load: with classes and module state of its own. */
function anotherCopy(): Package {
  let copy: Package | undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what isolateModules isolates is `require`
  jest.isolateModules(() => (copy = require('class-events') as Package));
  return copy as Package;
}

describe('two loaded copies of the package', () => {
  const other = anotherCopy();

  it('are two indeed', () => {
    expect(other.EventBus).not.toBe(EventBus);
    expect(other.On).not.toBe(On);
  });

  it('read the marks of each other', async () => {
    const ran: string[] = [];
    class MarkedHere {
      @On(OrderPlaced)
      react(): void {
        ran.push('marked here');
      }
    }
    @other.On(OrderShipped)
    class MarkedThere {
      @other.On(OrderPlaced, { priority: 1 })
      react(): void {
        ran.push('marked there');
      }

      handle(): void {
        ran.push('handle, marked there');
      }
    }
    for (const bus of [new EventBus(), new other.EventBus()]) {
      bus.register(new MarkedHere());
      bus.register(new MarkedThere());
      await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
      expect(ran.splice(0)).toEqual(['marked there', 'marked here', 'handle, marked there']);
    }
  });

  it('keep the marks of both on one class, and of a base class marked by the other', async () => {
    const ran: string[] = [];
    class Base {
      @other.On(OrderPlaced, { name: 'base' })
      react(): void {
        ran.push('Base.react');
      }
    }
    class Derived extends Base {
      @On(OrderPlaced, { name: 'derived' })
      override react(): void {
        ran.push('Derived.react');
      }

      @On(OrderShipped)
      @other.On(OrderPlaced)
      both(event: object): void {
        ran.push(`both ${event.constructor.name}`);
      }
    }
    const bus = new EventBus();
    bus.register(new Derived());
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['Derived.react', 'both OrderPlaced', 'both OrderShipped']);
  });

  it('stop the StoppableEvents of each other', async () => {
    for (const [bus, { StoppableEvent: Stoppable }] of [
      [new EventBus(), { StoppableEvent: other.StoppableEvent }],
      [new other.EventBus(), { StoppableEvent }],
    ] as const) {
      class LoginAttempted extends Stoppable {}
      const ran: string[] = [];
      bus.subscribe(LoginAttempted, (event) => {
        ran.push('stop');
        event.stopPropagation();
      });
      bus.subscribe(LoginAttempted, () => void ran.push('after'));
      const report = await bus.publish(new LoginAttempted());
      expect(ran).toEqual(['stop']);
      expect(report.deliveries[1]?.reason).toBe('stopped');
    }
  });

  it('keep the bus events of each other from a catch-all', async () => {
    const caught: object[] = [];
    const named: object[] = [];
    const bus = new EventBus();
    bus.subscribe(Object, (event) => void caught.push(event));
    bus.subscribe(other.UnhandledEvent, (event) => void named.push(event));
    const event = Object.create(other.UnhandledEvent.prototype) as object;
    await bus.publish(event);
    expect(caught).toEqual([]);
    expect(named).toEqual([event]);
  });
});
