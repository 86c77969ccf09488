import { inspect } from 'node:util';
import { EventBus } from 'class-events';
import type * as domain from 'class-events/domain';
import { AggregateRoot, publishEventsOf } from 'class-events/domain';
import { Recorder } from '../support/recorder.js';
import { Order, OrderPlaced, OrderShipped, told } from './order.js';

describe('an aggregate', () => {
  it('hands over the events in the order in which they were recorded, and forgets them', () => {
    const order = new Order().place().ship();
    expect(told(order.pullEvents())).toEqual(['OrderPlaced o-1', 'OrderShipped o-1']);
    expect(order.pullEvents()).toEqual([]);
  });

  it('hands over the very objects', () => {
    const event = new OrderPlaced('o-1');
    class Placed extends AggregateRoot<OrderPlaced> {
      place(): void {
        this.record(event);
      }
    }
    const order = new Placed();
    order.place();
    expect(order.pullEvents()[0]).toBe(event);
  });

  it('shows what it has recorded, without handing it over', () => {
    const order = new Order().place();
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1']);
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1']);
    expect(order.pullEvents()).toHaveLength(1);
    expect(order.recordedEvents).toEqual([]);
  });

  it('cannot be changed by changing the lists that it gave away', () => {
    const order = new Order().place();
    (order.recordedEvents as object[]).push(new OrderPlaced('forged'));
    order.pullEvents().push(new OrderPlaced('forged'));
    expect(order.ship().pullEvents()).toEqual([new OrderShipped('o-1')]);
  });

  it('keeps its events to itself', () => {
    const [first, second] = [new Order('o-1').place(), new Order('o-2')];
    expect(second.recordedEvents).toEqual([]);
    expect(first.recordedEvents).toHaveLength(1);
  });

  it('shares none with an object that inherits from it', () => {
    const order = new Order().place();
    const draft = Object.create(order) as Order;
    expect(draft.recordedEvents).toEqual([]);
    draft.ship();
    expect(told(draft.pullEvents())).toEqual(['OrderShipped o-1']);
    expect(told(order.pullEvents())).toEqual(['OrderPlaced o-1']);
  });
});

describe('an aggregate that was made without its constructor', () => {
  const hydrated = (): Order => Object.assign(Object.create(Order.prototype) as Order, { id: 'o-7' });

  it('records and hands over as any other', () => {
    expect(told(hydrated().place().pullEvents())).toEqual(['OrderPlaced o-7']);
  });

  it('has nothing to hand over at first', () => {
    expect(hydrated().recordedEvents).toEqual([]);
    expect(hydrated().pullEvents()).toEqual([]);
  });
});

describe('an aggregate behind a proxy', () => {
  it('has one list of events, seen from both sides', () => {
    const order = new Order();
    const proxy = new Proxy(order, {});
    proxy.place();
    order.ship();
    expect(told(proxy.recordedEvents)).toEqual(['OrderPlaced o-1', 'OrderShipped o-1']);
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1', 'OrderShipped o-1']);
    expect(proxy.pullEvents()).toHaveLength(2);
    expect(order.pullEvents()).toEqual([]);
  });

  it('is published once, when it is given together with its target', async () => {
    const bus = new EventBus();
    const story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('placed'));
    const order = new Order().place();
    await publishEventsOf(bus, new Proxy(order, {}), order);
    expect(story.lines).toEqual(['placed']);
  });
});

describe('recorded events are kept out of', () => {
  const placed = new Order().place();

  it.each<[string, (order: Order) => unknown]>([
    ['JSON', JSON.stringify],
    ['Object.keys', Object.keys],
    ['a copy by Object.assign', (order) => Object.assign({}, order)],
    ['structuredClone', structuredClone],
    ['what is printed', (order) => inspect(order)],
    ['its own enumerable symbols', (order) => Reflect.ownKeys(order).filter((key) => isEnumerable(order, key))],
  ])('%s', (_, look) => {
    expect(look(placed)).toEqual(look(new Order()));
  });

  it("jest's comparisons", () => {
    expect(placed).toEqual(new Order());
    expect(placed).toStrictEqual(new Order());
  });
});

function isEnumerable(object: object, key: string | symbol): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

describe('a frozen aggregate', () => {
  it('refuses to record, and says what to do', () => {
    const order = Object.freeze(new Order());
    expect(() => order.place()).toThrow(
      new TypeError('Order cannot keep events, for it is frozen. Freeze what the aggregate holds, not the aggregate.'),
    );
  });

  it('a frozen aggregate that has recorded before goes on recording and handing over', () => {
    const order = Object.freeze(new Order().place());
    expect(order.ship().pullEvents()).toHaveLength(2);
    expect(order.recordedEvents).toEqual([]);
  });

  it('has nothing to hand over', () => {
    expect(Object.freeze(new Order()).pullEvents()).toEqual([]);
  });
});

describe('record refuses', () => {
  class Careless extends AggregateRoot {
    note(event: unknown): void {
      this.record(event as object);
    }
  }

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['OrderPlaced', "'OrderPlaced'"],
    [7, '7'],
    [OrderPlaced, 'OrderPlaced'],
    [class {}, '(anonymous)'],
    [{ orderId: 'o-1' }, 'a plain object'],
    [Object.create(null), 'an object without a prototype'],
    [[new OrderPlaced('o-1')], 'an array'],
    [Promise.resolve(new OrderPlaced('o-1')), 'an object of Promise'],
  ])('%p at once', (event, name) => {
    const aggregate = new Careless();
    expect(() => aggregate.note(event)).toThrow(
      new TypeError(
        `Careless cannot record ${name}. Record an instance of a class, as in this.record(new OrderPlaced(…)).`,
      ),
    );
    expect(aggregate.recordedEvents).toEqual([]);
  });
});

describe('two copies of the package', () => {
  it('see the same events of an aggregate', () => {
    let other!: typeof domain;
    jest.isolateModules(() => {
      other = jest.requireActual<typeof domain>('class-events/domain');
    });
    expect(other.AggregateRoot).not.toBe(AggregateRoot);
    const theirs = Object.getPrototypeOf(other.AggregateRoot.prototype) as object;
    const order = new Order().place();
    expect(Reflect.get(theirs, 'recordedEvents', order)).toEqual([new OrderPlaced('o-1')]);
  });
});
