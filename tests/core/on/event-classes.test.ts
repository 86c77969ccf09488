import { EventBus, On } from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../../support/orders.js';
import { ways } from './ways.js';

describe.each(ways)('the event classes of @On ($way)', ({ register }) => {
  it('may be a list: the method runs once for each event of any of them', async () => {
    const ran: string[] = [];
    class Audit {
      @On([OrderPlaced, OrderShipped])
      note(event: OrderPlaced | OrderShipped): void {
        ran.push(event.constructor.name);
      }
    }
    const bus = new EventBus();
    const group = register(bus, Audit);
    await bus.publishAll([new OrderShipped(), new OrderPlaced()]);
    expect(ran).toEqual(['OrderShipped', 'OrderPlaced']);
    expect(group.subscriptions).toHaveLength(1);
    expect(group.subscriptions[0]?.eventClasses).toEqual([OrderPlaced, OrderShipped]);
  });

  it('may be a list with a base class and its subclass: the method still runs once', async () => {
    const ran: string[] = [];
    class Audit {
      @On([OrderEvent, OrderPlaced, OrderPlaced])
      note(event: OrderEvent): void {
        ran.push(event.constructor.name);
      }
    }
    const bus = new EventBus();
    register(bus, Audit);
    const report = await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['OrderPlaced']);
    expect(report.deliveries).toHaveLength(1);
  });

  it('may be named late, by an arrow function that is called when an instance is registered', async () => {
    const ran: string[] = [];
    const asked: string[] = [];
    class Audit {
      // The parameter does not name the class: with emitDecoratorMetadata that would load it too early here.
      @On(() => (asked.push('asked'), LateEvent))
      note(event: { readonly text: string }): void {
        ran.push(event.text);
      }
    }
    class LateEvent {
      readonly text = 'late';
    }
    const bus = new EventBus();
    expect(asked).toEqual([]);
    register(bus, Audit);
    expect(asked).toEqual(['asked']);
    await bus.publish(new LateEvent());
    expect(ran).toEqual(['late']);
  });

  it('event classes that are still missing when they were named late are refused at registration, with the place', () => {
    const missing = undefined as unknown as typeof OrderPlaced;
    class Audit {
      @On(OrderShipped)
      ship(): void {}

      @On(() => missing)
      note(): void {}
    }
    const bus = new EventBus();
    expect(() => register(bus, Audit)).toThrow(
      /^The event class is undefined in @On of Audit\.note: .*files import each other/,
    );
    expect(bus.subscriptions()).toEqual([]);
  });

  it('event classes that turn out to be no classes when named late are refused at registration, with the place', () => {
    const wrong = 'OrderPlaced' as unknown as typeof OrderPlaced;
    class Audit {
      @On(() => wrong)
      note(): void {}
    }
    expect(() => register(new EventBus(), Audit)).toThrow(/^'OrderPlaced' is no event class in @On of Audit\.note\./);
  });

  it('event classes that are undefined because of a circular import are refused when the class is defined, with the remedy', () => {
    const circular = undefined as unknown as typeof OrderPlaced;
    expect(() => {
      class Audit {
        @On(circular)
        note(): void {}
      }
      void Audit;
    }).toThrow(/undefined in @On: .*files import each other.*\(\) => TheClass/);
  });

  it('event classes that are undefined because of a circular import are told from @On() also in a list', () => {
    const circular = [OrderPlaced, undefined as unknown as typeof OrderShipped] as const;
    expect(() => On(circular)).toThrow(/undefined in @On: .*files import each other/);
  });

  it.each([
    ['null', null, /^null is no event class in @On\./],
    ['a name', 'OrderPlaced', /^'OrderPlaced' is no event class in @On\. Pass the class itself/],
    ['an instance', new OrderPlaced(), /^an object of OrderPlaced is no event class/],
    ['an empty list', [], /^The list of event classes is empty in @On\./],
  ])('event classes that are %s are refused when the class is defined', (_, key, message) => {
    expect(() => On(key as unknown as typeof OrderPlaced)).toThrow(TypeError);
    expect(() => On(key as unknown as typeof OrderPlaced)).toThrow(message);
  });

  it.each([
    ['an unknown option', { prioritty: 1 }, /^Unknown option 'prioritty'/],
    ['a priority that is NaN', { priority: Number.NaN }, /^The option 'priority' must be a number/],
    ['a mode that does not exist', { mode: 'parallel' }, /^The option 'mode' must be one of sync, async/],
    ['a timeout below 0', { timeout: -1 }, /^The option 'timeout' must be milliseconds/],
    ['transactional without durable', { transactional: true }, /^The option 'transactional' needs 'durable'/],
  ])('event classes with %s are refused when the class is defined', (_, options, message) => {
    expect(() => On(OrderPlaced, options as never)).toThrow(TypeError);
    expect(() => On(OrderPlaced, options as never)).toThrow(message);
  });
});
