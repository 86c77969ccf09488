import { EventBus } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';

class OrderEvent {}
function Old(): void {}
class OrderPlaced extends OrderEvent {}

describe('The plan', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('orders the report and its errors: all sync by priority, then all async by priority', async () => {
    const gate = new Deferred();
    const names = ['async 0', 'sync 0', 'async 9', 'sync 9', 'sync 0 too', 'async 9 too'];
    for (const name of names) {
      const [mode, priority] = name.split(' ') as ['sync' | 'async', string];
      const error = new Error(name);
      const act = mode === 'sync' ? () => Promise.reject(error) : () => gate.promise.then(() => Promise.reject(error));
      bus.subscribe(OrderPlaced, act, { mode, priority: Number(priority), name });
    }
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await afterMicrotasks();
    gate.resolve();
    const planned = ['sync 9', 'sync 0', 'sync 0 too', 'async 9', 'async 9 too', 'async 0'];
    const error = await published;
    expect(error.report.deliveries.map(({ subscription }) => subscription.name)).toEqual(planned);
    expect(error.errors).toEqual(planned.map((name) => new Error(name)));
    expect(bus.subscriptions(OrderPlaced).map(({ name }) => name)).toEqual(planned);
  });

  it('is kept for a class until a subscription of it or of an ancestor changes', () => {
    const count = (): number => {
      bus.emit(new OrderPlaced());
      return story.take().length;
    };
    expect(count()).toBe(0);
    const placed = bus.subscribe(OrderPlaced, story.handler('placed'));
    expect(count()).toBe(1);
    const order = bus.subscribe(OrderEvent, story.handler('order'));
    expect(count()).toBe(2);
    const all = bus.subscribe(Object, story.handler('all'));
    expect(count()).toBe(3);
    bus.subscribe(class Unrelated extends OrderPlaced {}, story.handler('unrelated'));
    expect(count()).toBe(3);
    all.unsubscribe();
    order.unsubscribe();
    expect(count()).toBe(1);
    placed.unsubscribe();
    expect(count()).toBe(0);
  });

  it('is not mixed up between two classes of one name', () => {
    const classes = [class Same {}, class Same {}] as const;
    bus.subscribe(classes[0], story.handler('first'));
    bus.subscribe(classes[1], story.handler('second'));
    bus.emit(new classes[1]());
    bus.emit(new classes[0]());
    expect(story.lines).toEqual(['second', 'first']);
  });

  it('follows the prototype of the object, not the type that the publisher names', () => {
    bus.subscribe(OrderPlaced, story.handler('placed'));
    const event: unknown = new OrderPlaced();
    bus.emit(event as OrderEvent);
    expect(story.lines).toEqual(['placed']);
  });

  it('takes a class that was created without new, by its prototype', () => {
    bus.subscribe(OrderEvent, story.handler('order'));
    bus.emit(Object.create(OrderPlaced.prototype) as OrderPlaced);
    expect(story.lines).toEqual(['order']);
  });

  it('takes classes that extend null, functions that construct, and anonymous classes', () => {
    const Rootless = class extends (null as unknown as ObjectConstructor) {
      static make(): object {
        return Object.create(this.prototype) as object;
      }
    };
    const [Anonymous] = [class {}];
    for (const eventClass of [Rootless, Old, Anonymous]) bus.subscribe(eventClass as never, story.handler('own'));
    bus.subscribe(Object, story.handler('all'));
    bus.emit(Rootless.make());
    expect(story.take()).toEqual(['own']);
    bus.emit(Reflect.construct(Old, []) as object);
    expect(story.take()).toEqual(['own', 'all']);
    bus.emit(new Anonymous());
    expect(story.take()).toEqual(['own', 'all']);
  });

  it('follows the class only, for generics are erased', () => {
    class Changed<T> {
      constructor(readonly value: T) {}
    }
    bus.subscribe(Changed<string>, story.handler('changed'));
    bus.emit(new Changed(7));
    expect(story.lines).toEqual(['changed']);
  });

  describe('where inheritance is switched off', () => {
    beforeEach(() => {
      bus = new EventBus({ inheritance: false });
      bus.subscribe(OrderEvent, story.handler('order'));
      bus.subscribe(OrderPlaced, story.handler('placed'));
      bus.subscribe(Object, story.handler('all'));
    });

    it('holds the handlers of exactly the class', () => {
      bus.emit(new OrderPlaced());
      bus.emit(new OrderEvent());
      expect(story.lines).toEqual(['placed', 'order']);
    });

    it('finds nobody for a subclass without handlers of its own', async () => {
      class OrderPaid extends OrderEvent {}
      expect(bus.hasSubscribers(OrderPaid)).toBe(false);
      expect((await bus.publish(new OrderPaid())).unhandled).toBe(true);
    });
  });

  it('holds an exact handler for its class and not for its subclasses', () => {
    bus.subscribe(OrderEvent, story.handler('order'), { exact: true });
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual([]);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    bus.emit(new OrderEvent());
    expect(story.lines).toEqual(['order']);
  });
});

describe('Who is subscribed', () => {
  it('is told by hasSubscribers, base classes included', () => {
    const bus = new EventBus();
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    const subscription = bus.subscribe(OrderEvent, () => undefined);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
    expect(bus.hasSubscribers(Object)).toBe(false);
    subscription.unsubscribe();
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
  });

  it('is listed in the order of subscription, or for one class in the order of running', () => {
    const bus = new EventBus();
    const low = bus.subscribe([OrderEvent, OrderPlaced], () => undefined, { priority: -1 });
    const other = bus.subscribe(class Other {}, () => undefined);
    const high = bus.subscribe(OrderPlaced, () => undefined, { priority: 1 });
    expect(bus.subscriptions()).toEqual([low, other, high]);
    expect(bus.subscriptions(OrderPlaced)).toEqual([high, low]);
  });

  it('cannot be changed through that list', () => {
    const bus = new EventBus();
    const story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('placed'));
    for (const list of [bus.subscriptions(), bus.subscriptions(OrderPlaced)]) {
      try {
        (list as unknown[]).length = 0;
      } catch {
        // A frozen list is as good.
      }
    }
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['placed']);
  });

  it('is described by the subscription', () => {
    const bus = new EventBus();
    const subscription = bus.subscribe([OrderEvent, OrderPlaced], async function sendReceipt() {}, {
      priority: 7,
      phase: 'afterCommit',
    });
    expect(subscription).toMatchObject({ mode: 'async', priority: 7, phase: 'afterCommit', name: 'sendReceipt' });
    expect(subscription.eventClasses).toEqual([OrderEvent, OrderPlaced]);
    expect(subscription.active).toBe(true);
    const event: object[] = [];
    expect(bus.subscribe(OrderEvent, { handle: async (each: object) => event.push(each) }).mode).toBe('async');
    expect(bus.subscribe(OrderEvent, () => undefined, { name: 'audit' }).name).toBe('audit');
  });

  it('keeps ten thousand subscriptions that come and go between events apart', () => {
    const bus = new EventBus();
    const calls = new Map<number, number>();
    const subscriptions = Array.from({ length: 10_000 }, (_, index) => {
      if (index % 1000 === 0) bus.emit(new OrderEvent());
      return bus.subscribe(OrderPlaced, () => calls.set(index, (calls.get(index) ?? 0) + 1));
    });
    bus.emit(new OrderPlaced());
    expect(calls.size).toBe(10_000);
    expect(new Set(calls.values())).toEqual(new Set([1]));
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(bus.subscriptions()).toEqual([]);
  });
});
