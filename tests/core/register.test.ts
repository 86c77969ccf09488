import { EventBus, On } from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';

class Audit {
  readonly story = new Recorder();

  @On(OrderPlaced)
  placed(): void {
    this.story.note('placed');
  }

  @On(OrderShipped, { once: true })
  shipped(): void {
    this.story.note('shipped');
  }
}

describe('a subscription group', () => {
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus();
  });

  it('has the name of the class, and one subscription for each @On', () => {
    const group = bus.register(new Audit());
    expect(group.name).toBe('Audit');
    expect(group.active).toBe(true);
    expect(group.subscriptions.map(({ name }) => name)).toEqual(['Audit.placed', 'Audit.shipped']);
    expect(group.subscriptions).toEqual(bus.subscriptions());
  });

  it('a subscription group of an object whose class has no name says so', () => {
    const subscriber = new (class {
      @On(OrderPlaced)
      react(): void {}
    })();
    const group = bus.register(subscriber);
    expect(group.name).toBe('(anonymous)');
    expect(group.subscriptions[0]?.name).toBe('(anonymous).react');
  });

  it('ends all of its subscriptions together, and harmlessly again', async () => {
    const audit = new Audit();
    const group = bus.register(audit);
    group.unsubscribe();
    group.unsubscribe();
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(audit.story.lines).toEqual([]);
    expect(group.active).toBe(false);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('ends with a block that declared it with using, also when the block throws', () => {
    const scoped = (): void => {
      using group = bus.register(new Audit());
      expect(group.active).toBe(true);
      throw new Error('in the block');
    };
    expect(scoped).toThrow('in the block');
    expect(bus.subscriptions()).toEqual([]);
  });

  it('is active until the last of its subscriptions has ended', async () => {
    const group = bus.register(new Audit());
    await bus.publish(new OrderShipped());
    expect(group.active).toBe(true);
    expect(group.subscriptions.map(({ active }) => active)).toEqual([true, false]);
    group.subscriptions[0]?.unsubscribe();
    expect(group.active).toBe(false);
  });

  it('a subscription group that has ended by itself makes room: the object can be registered again', async () => {
    const audit = new Audit();
    const group = bus.register(audit);
    for (const subscription of group.subscriptions) subscription.unsubscribe();
    const again = bus.register(audit);
    expect(again).not.toBe(group);
    await bus.publish(new OrderPlaced());
    expect(audit.story.lines).toEqual(['placed']);
  });

  it('a subscription group that has lost a part is returned as it is: registering again does not repair it', async () => {
    const audit = new Audit();
    const group = bus.register(audit);
    await bus.publish(new OrderShipped());
    expect(bus.register(audit)).toBe(group);
    await bus.publish(new OrderShipped());
    expect(audit.story.lines).toEqual(['shipped']);
  });
});

describe('unregister', () => {
  it('tells whether the object was registered', () => {
    const bus = new EventBus();
    const audit = new Audit();
    expect(bus.unregister(audit)).toBe(false);
    bus.register(audit);
    expect(bus.unregister(audit)).toBe(true);
    expect(bus.unregister(audit)).toBe(false);
  });

  it('takes anything: what was never registered is not an error', () => {
    const bus = new EventBus();
    expect(bus.unregister({})).toBe(false);
    expect(bus.unregister(undefined as unknown as object)).toBe(false);
  });

  it('during a dispatch keeps the methods from running that have not run yet', async () => {
    const bus = new EventBus();
    const audit = new Audit();
    bus.subscribe(OrderPlaced, () => void bus.unregister(audit));
    bus.register(audit);
    await bus.publish(new OrderPlaced());
    expect(audit.story.lines).toEqual([]);
  });
});

describe('register refuses', () => {
  it.each([
    ['null', null, 'null cannot be registered. Register an instance of a class with @On methods.'],
    ['undefined', undefined, 'undefined cannot be registered.'],
    ['a class instead of an instance', Audit, 'Audit cannot be registered. Register an instance of a class'],
    ['a text', 'Audit', "'Audit' cannot be registered."],
    [
      'an object without @On',
      new OrderPlaced(),
      'an object of OrderPlaced has no @On methods. Mark one, or subscribe a',
    ],
    ['an object literal', {}, 'has no @On methods.'],
    ['an object without a class', Object.create(null), 'has no @On methods.'],
  ])('%s', (_, subscriber, message) => {
    const bus = new EventBus();
    expect(() => bus.register(subscriber as object)).toThrow(message);
    expect(() => bus.register(subscriber as object)).toThrow(TypeError);
    expect(bus.subscriptions()).toEqual([]);
  });

  it.each(['weak', true, null])('the options %p, for they are no object', (options) => {
    const bus = new EventBus();
    expect(() => bus.register(new Audit(), options as never)).toThrow(/^Options are a plain object, not /);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('an object whose marked method is gone, and subscribes none of the others', () => {
    const audit = Object.assign(new Audit(), { shipped: undefined });
    const bus = new EventBus();
    expect(() => bus.register(audit)).toThrow(
      'Audit.shipped is marked by @On, but it is no method. A class that is marked itself needs handle(event).',
    );
    expect(bus.subscriptions()).toEqual([]);
  });
});

describe('what can be read of a bus', () => {
  let bus: EventBus;
  let story: Recorder;
  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });
  const names = (subscriptions: readonly { readonly name: string }[]): string[] =>
    subscriptions.map(({ name }) => name);

  it('subscriptions() lists them in the order of subscription, each once', () => {
    bus.subscribe([OrderShipped, OrderPlaced], story.handler('any'), { name: 'list', priority: 5 });
    bus.subscribe(OrderPlaced, story.handler('any'), { name: 'async', mode: 'async' });
    bus.subscribe(OrderEvent, story.handler('any'), { name: 'base' });
    expect(names(bus.subscriptions())).toEqual(['list', 'async', 'base']);
  });

  it('subscriptions(eventClass) lists whom its events reach, in the order in which they run', () => {
    bus.subscribe(OrderPlaced, story.handler('any'), { name: 'async', mode: 'async', priority: 9 });
    bus.subscribe(OrderShipped, story.handler('any'), { name: 'another class' });
    bus.subscribe(OrderEvent, story.handler('any'), { name: 'base, exact', exact: true });
    bus.subscribe(OrderEvent, story.handler('any'), { name: 'base' });
    bus.subscribe(Object, story.handler('any'), { name: 'catch-all', priority: 1 });
    bus.subscribe(OrderPlaced, story.handler('any'), { name: 'own' });
    expect(names(bus.subscriptions(OrderPlaced))).toEqual(['catch-all', 'base', 'own', 'async']);
    expect(names(bus.subscriptions(OrderEvent))).toEqual(['catch-all', 'base, exact', 'base']);
  });

  it('subscriptions(eventClass) lists no base classes on a bus without inheritance', () => {
    bus = new EventBus({ inheritance: false });
    bus.subscribe(OrderEvent, story.handler('any'));
    bus.subscribe(OrderPlaced, story.handler('any'), { name: 'own' });
    expect(names(bus.subscriptions(OrderPlaced))).toEqual(['own']);
  });

  it.each([[undefined], [null], ['OrderPlaced'], [{}], [[OrderPlaced, OrderShipped]]])(
    'refuses %p as a class to ask for',
    (key: unknown) => {
      expect(() => bus.subscriptions(key as never)).toThrow(TypeError);
      expect(() => bus.hasSubscribers(key as never)).toThrow(TypeError);
    },
  );

  it('hasSubscribers counts base classes, and not subclasses', () => {
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    const subscription = bus.subscribe(OrderEvent, story.handler('any'));
    expect([OrderPlaced, OrderShipped, OrderEvent].map((each) => bus.hasSubscribers(each))).toEqual([true, true, true]);
    subscription.unsubscribe();
    bus.subscribe(OrderPlaced, story.handler('any'));
    expect([OrderPlaced, OrderShipped, OrderEvent].map((each) => bus.hasSubscribers(each))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('hasSubscribers counts a base class that waits for itself alone only for itself', () => {
    bus.subscribe(OrderEvent, story.handler('any'), { exact: true });
    expect([OrderPlaced, OrderEvent].map((each) => bus.hasSubscribers(each))).toEqual([false, true]);
  });

  it('does not show what was used up by once', async () => {
    const subscription = bus.subscribe(OrderPlaced, story.handler('any'), { once: true });
    await bus.publish(new OrderPlaced());
    expect(subscription.active).toBe(false);
    expect(bus.subscriptions()).toEqual([]);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
  });

  it('cannot be changed by changing the lists that were read', async () => {
    bus.register(new Audit());
    bus.subscribe([OrderPlaced, OrderShipped], story.handler('list'));
    const { deliveries, failures } = await bus.publish(new OrderPlaced());
    const lists = [
      bus.subscriptions(),
      bus.subscriptions(OrderPlaced),
      bus.explain(new OrderPlaced()),
      ...bus.subscriptions().map(({ eventClasses }) => eventClasses),
      deliveries,
      failures,
    ];
    for (const list of lists) {
      // A list that was copied for its reader may be changed by its reader; a shared one refuses.
      try {
        (list as unknown[]).length = 0;
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    }
    expect(names(bus.subscriptions())).toHaveLength(3);
    expect(names(bus.subscriptions(OrderPlaced))).toHaveLength(2);
    expect(bus.explain(new OrderPlaced()).filter(({ runs }) => runs)).toHaveLength(2);
    story.take();
    await bus.publish(new OrderPlaced());
    await bus.publish(new OrderShipped());
    expect(story.take()).toEqual(['list', 'list']);
  });

  it('cannot be changed by changing the list of a group', () => {
    const group = bus.register(new Audit());
    try {
      (group.subscriptions as unknown[]).length = 0;
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
    }
    expect(group.active).toBe(true);
    group.unsubscribe();
    expect(bus.subscriptions()).toEqual([]);
  });

  it('shares no class list with the list that was subscribed', async () => {
    const classes: (typeof OrderPlaced | typeof OrderShipped)[] = [OrderPlaced, OrderShipped];
    const subscription = bus.subscribe(classes, story.handler('list'));
    classes.length = 1;
    expect(subscription.eventClasses).toEqual([OrderPlaced, OrderShipped]);
    expect(Object.isFrozen(subscription.eventClasses)).toBe(true);
    await bus.publish(new OrderShipped());
    expect(story.lines).toEqual(['list']);
  });

  it('shares no options with the object that was given', async () => {
    const options = { priority: 1, filter: () => true };
    const subscription = bus.subscribe(OrderPlaced, story.handler('any'), options);
    options.priority = -1;
    options.filter = () => false;
    expect(subscription.priority).toBe(1);
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['any']);
  });

  it('asks a late-built handler for nothing: reading never calls a handler or its filter', () => {
    const handler = {
      get handle(): () => void {
        story.note('looked at');
        return () => story.note('called');
      },
    };
    bus.subscribe(OrderPlaced, handler, { filter: () => (story.note('filter'), true) });
    story.take();
    bus.subscriptions();
    bus.subscriptions(OrderPlaced);
    bus.hasSubscribers(OrderPlaced);
    expect(story.take()).toEqual([]);
  });

  it('a temporary subscription is gone after its block, also when the block throws', () => {
    const scoped = (): void => {
      using subscription = bus.subscribe(OrderPlaced, story.handler('any'));
      expect(subscription.active).toBe(true);
      throw new Error('in the block');
    };
    expect(scoped).toThrow('in the block');
    expect(bus.subscriptions()).toEqual([]);
  });

  it('observe is undone by the function that it returned, harmlessly twice', async () => {
    const stop = bus.observe({ onPlan: () => story.note('one') });
    bus.observe({ onPlan: () => story.note('other') });
    await bus.publish(new OrderPlaced());
    stop();
    stop();
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['one', 'other', 'other']);
  });

  it('gives each of 10 000 interleaved subscribers an event exactly once', async () => {
    const seen = new Map<number, number>();
    await Promise.all(
      Array.from({ length: 10_000 }, async (_, index) => {
        if (index % 3 === 0) await Promise.resolve();
        const temporary = index % 7 === 0 ? bus.subscribe(OrderPlaced, () => story.note('never')) : undefined;
        if (index % 2 === 0) await Promise.resolve();
        bus.subscribe(OrderPlaced, () => void seen.set(index, (seen.get(index) ?? 0) + 1));
        temporary?.unsubscribe();
      }),
    );
    await bus.publish(new OrderPlaced());
    expect(seen.size).toBe(10_000);
    expect(new Set(seen.values())).toEqual(new Set([1]));
    expect(story.lines).toEqual([]);
  });
});
