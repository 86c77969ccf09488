import { EventBus, On } from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../../support/orders.js';
import { ways } from './ways.js';

describe.each(ways)('stacked @On ($way)', ({ register }) => {
  it('runs the method once for each of the classes, each with its own options', async () => {
    const ran: string[] = [];
    class Audit {
      @On(OrderPlaced, { priority: 5, name: 'placed' })
      @On(OrderShipped, { once: true, name: 'shipped' })
      note(event: OrderPlaced | OrderShipped): void {
        ran.push(event.constructor.name);
      }
    }
    const bus = new EventBus();
    const group = register(bus, Audit);
    await bus.publishAll([new OrderPlaced(), new OrderShipped(), new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['OrderPlaced', 'OrderShipped', 'OrderPlaced']);
    expect(group.subscriptions.map(({ name, priority, active }) => [name, priority, active])).toEqual([
      ['shipped', 0, false],
      ['placed', 5, true],
    ]);
  });

  it('runs the method once for an event that several of its classes match', async () => {
    const ran: string[] = [];
    class Audit {
      @On(OrderEvent)
      @On(OrderPlaced)
      note(event: OrderEvent): void {
        ran.push(event.orderId);
      }
    }
    const bus = new EventBus();
    register(bus, Audit);
    const report = await bus.publish(new OrderPlaced('o-1'));
    expect(ran).toEqual(['o-1']);
    expect(report.deliveries.map(({ status, reason }) => [status, reason])).toEqual([
      ['fulfilled', undefined],
      ['skipped', 'shadowed'],
    ]);
  });

  it('runs the method by the first of its classes whose filter lets the event pass', async () => {
    const ran: string[] = [];
    class Audit {
      @On(OrderEvent, { name: 'any order' })
      @On(OrderPlaced, { name: 'large', filter: ({ total }) => total > 100, priority: 1 })
      note(): void {
        ran.push('noted');
      }
    }
    const bus = new EventBus();
    register(bus, Audit);
    const report = await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['noted']);
    expect(report.deliveries.map(({ subscription, status, reason }) => [subscription.name, status, reason])).toEqual([
      ['large', 'skipped', 'filter'],
      ['any order', 'fulfilled', undefined],
    ]);
  });

  it('keeps one order in both dialects: as declared, and within a method the lowest @On first', async () => {
    const ran: string[] = [];
    class Events {}
    class Audit {
      @On(Events, { name: 'first upper' })
      @On(OrderPlaced, { name: 'first lower' })
      first(): void {
        ran.push('first');
      }

      @On(OrderShipped, { name: 'second upper' })
      @On([Events, OrderPlaced], { name: 'second lower' })
      second(): void {
        ran.push('second');
      }
    }
    const bus = new EventBus();
    const group = register(bus, Audit);
    expect(group.subscriptions.map(({ name }) => name)).toEqual([
      'first lower',
      'first upper',
      'second lower',
      'second upper',
    ]);
    await bus.publishAll([new Events(), new OrderPlaced()]);
    expect(ran).toEqual(['first', 'second', 'first', 'second']);
  });

  it('two @On of the same class with the same options are the same subscription', () => {
    const once = { priority: 1 };
    class Audit {
      @On(OrderPlaced, once)
      @On(OrderPlaced, once)
      note(): void {}
    }
    expect(register(new EventBus(), Audit).subscriptions).toHaveLength(1);
  });

  it('two @On of the same class with different options are refused: one of the two would be lost silently', () => {
    const bus = new EventBus();
    const registering = (): void => {
      class Audit {
        @On(OrderPlaced, { filter: ({ total }) => total > 100 })
        @On(OrderPlaced, { filter: ({ orderId }) => orderId === 'o-1' })
        note(): void {}
      }
      register(bus, Audit);
    };
    expect(registering).toThrow(/Audit\.note.*OrderPlaced/);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('whose lists overlap is refused, as it is for subscribe', () => {
    class Audit {
      @On([OrderPlaced, OrderShipped])
      @On(OrderPlaced)
      note(): void {}
    }
    const bus = new EventBus();
    expect(() => register(bus, Audit)).toThrow(/another list of classes/);
    expect(bus.subscriptions()).toEqual([]);
  });
});
