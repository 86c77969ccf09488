import { EventBus, type HandlerOptions, On } from 'class-events';
import { OrderEvent, OrderPaid, OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { thrownBy } from '../../support/rejection.js';

describe('Set semantics', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('has one subscription for the pair of event class and handler: again, it returns the same one', () => {
    const handler = story.handler('placed');
    const first = bus.subscribe(OrderPlaced, handler);
    expect(bus.subscribe(OrderPlaced, handler)).toBe(first);
    expect(bus.subscriptions()).toEqual([first]);
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['placed']);
  });

  it('counts the same function for two classes as two pairs', () => {
    const handler = story.handler('order');
    const placed = bus.subscribe(OrderPlaced, handler);
    expect(bus.subscribe(OrderPaid, handler)).not.toBe(placed);
  });

  it('counts two functions that do the same as two handlers', () => {
    bus.subscribe(OrderPlaced, story.handler('placed'));
    bus.subscribe(OrderPlaced, story.handler('placed'));
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['placed', 'placed']);
  });

  it('counts handler objects by identity, and calls handle as their method', () => {
    class Receipts {
      constructor(readonly line: string) {}
      handle(): void {
        story.note(this.line);
      }
    }
    const receipts = new Receipts('receipts');
    const first = bus.subscribe(OrderPlaced, receipts);
    expect(bus.subscribe(OrderPlaced, receipts)).toBe(first);
    expect(bus.subscribe(OrderPlaced, new Receipts('others'))).not.toBe(first);
    expect(first.name).toBe('Receipts.handle');
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['receipts', 'others']);
  });

  it('returns the same one for the same options', () => {
    const handler = story.handler('placed');
    const options: HandlerOptions = { priority: 1, filter: () => true, name: 'placed', timeout: 5 };
    expect(bus.subscribe(OrderPlaced, handler, options)).toBe(bus.subscribe(OrderPlaced, handler, { ...options }));
  });

  it('takes an option that is given as its default for the same as one that is not given', () => {
    const handler = story.handler('placed');
    const first = bus.subscribe(OrderPlaced, handler);
    for (const options of [
      {},
      { mode: 'sync' },
      { priority: 0 },
      { phase: 'immediate' },
      { filter: undefined },
      { once: false },
      { exact: false },
      { transactional: false },
    ] as const) {
      expect(bus.subscribe(OrderPlaced, handler, options)).toBe(first);
    }
  });

  it.each<[keyof HandlerOptions, HandlerOptions]>([
    ['mode', { mode: 'async' }],
    ['priority', { priority: 1 }],
    ['filter', { filter: () => true }],
    ['once', { once: true }],
    ['exact', { exact: true }],
    ['phase', { phase: 'afterCommit' }],
    ['durable', { durable: 'receipts' }],
    ['timeout', { timeout: 10 }],
    ['around', { around: (run) => run() }],
    ['onFailure', { onFailure: () => undefined }],
    ['signal', { signal: new AbortController().signal }],
    ['name', { name: 'another' }],
  ])('throws with a different %s, and leaves the first one as it was', (name, options) => {
    const handler = story.handler('placed');
    const first = bus.subscribe(OrderPlaced, handler);
    const error = thrownBy(() => bus.subscribe(OrderPlaced, handler, options)) as Error;
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toContain('OrderPlaced');
    expect(error.message).toContain(name);
    expect(bus.subscriptions()).toEqual([first]);
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['placed']);
  });

  it('says that a filter that is written inline is a new one each time', () => {
    const handler = story.handler('placed');
    const subscribe = (): unknown => bus.subscribe(OrderPlaced, handler, { filter: () => true });
    subscribe();
    expect(subscribe).toThrow(/filter.*inline.*new/);
  });

  describe('of a list of classes', () => {
    it('has one subscription for the same set, in any order', () => {
      const handler = story.handler('order');
      const first = bus.subscribe([OrderPlaced, OrderPaid], handler);
      expect(bus.subscribe([OrderPaid, OrderPlaced, OrderPaid], handler)).toBe(first);
      expect(first.eventClasses).toEqual([OrderPlaced, OrderPaid]);
      expect(bus.subscriptions()).toEqual([first]);
    });

    it('throws for an overlap', () => {
      const handler = story.handler('order');
      const first = bus.subscribe([OrderPlaced, OrderPaid], handler);
      for (const overlapping of [[OrderPlaced], [OrderPlaced, OrderEvent], [OrderPaid, OrderPlaced, OrderEvent]]) {
        expect(() => bus.subscribe(overlapping, handler)).toThrow(/OrderPlaced.*list of classes/);
      }
      expect(() => bus.subscribe(OrderPaid, handler)).toThrow(/OrderPaid/);
      expect(bus.subscriptions()).toEqual([first]);
    });

    it('throws for the same set with different options', () => {
      const handler = story.handler('order');
      bus.subscribe([OrderPlaced, OrderPaid], handler);
      expect(() => bus.subscribe([OrderPlaced, OrderPaid], handler, { priority: 1 })).toThrow(/priority/);
    });

    it('loses one pair by unsubscribe(class, handler), and keeps the others', () => {
      const handler = story.handler('order');
      const subscription = bus.subscribe([OrderPlaced, OrderPaid], handler);
      expect(bus.unsubscribe(OrderPlaced, handler)).toBe(true);
      expect(bus.unsubscribe(OrderPlaced, handler)).toBe(false);
      expect(subscription.active).toBe(true);
      expect(subscription.eventClasses).toEqual([OrderPaid]);
      bus.emit(new OrderPlaced());
      expect(story.take()).toEqual([]);
      bus.emit(new OrderPaid());
      expect(story.take()).toEqual(['order']);
      expect(bus.unsubscribe(OrderPaid, handler)).toBe(true);
      expect(subscription.active).toBe(false);
    });

    it('calls the handler once for an event that several classes of it match', async () => {
      const subscription = bus.subscribe([OrderPlaced, OrderEvent, Object], story.handler('order'));
      const { deliveries } = await bus.publish(new OrderPlaced());
      expect(deliveries).toEqual([{ subscription, status: 'fulfilled' }]);
      expect(story.lines).toEqual(['order']);
    });
  });

  it('tells whether unsubscribe found a pair', () => {
    const handler = story.handler('placed');
    expect(bus.unsubscribe(OrderPlaced, handler)).toBe(false);
    bus.subscribe(OrderPlaced, handler);
    expect(bus.unsubscribe(OrderEvent, handler)).toBe(false);
    expect(bus.unsubscribe(OrderPlaced, handler)).toBe(true);
    expect(bus.unsubscribe(OrderPlaced, handler)).toBe(false);
  });

  it('makes a new subscription of a pair that has ended', () => {
    const handler = story.handler('placed');
    const first = bus.subscribe(OrderPlaced, handler, { priority: 1 });
    first.unsubscribe();
    first.unsubscribe();
    const second = bus.subscribe(OrderPlaced, handler);
    expect(second).not.toBe(first);
    first.unsubscribe();
    expect(second.active).toBe(true);
  });

  it('registers the same subscriber once', () => {
    class Receipts {
      @On(OrderPlaced)
      send(): void {
        story.note('send');
      }
    }
    const receipts = new Receipts();
    const group = bus.register(receipts);
    expect(bus.register(receipts)).toBe(group);
    bus.register(new Receipts());
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['send', 'send']);
  });
});

it('The pair is unique among any number of handlers, also when some come and go', async () => {
  const bus = new EventBus();
  const ran: number[] = [];
  const handlers = Array.from({ length: 100 }, (_, index) => () => void ran.push(index));
  const subscriptions = handlers.map((handler) => bus.subscribe(OrderPlaced, handler));
  expect(handlers.map((handler) => bus.subscribe(OrderPlaced, handler))).toEqual(subscriptions);
  for (const index of [3, 50, 99]) {
    for (let times = 0; times < 100; times++) {
      subscriptions[index]!.unsubscribe();
      subscriptions[index] = bus.subscribe(OrderPlaced, handlers[index]!);
    }
  }
  await bus.publish(new OrderPlaced());
  const stayed = handlers.map((_, index) => index).filter((index) => ![3, 50, 99].includes(index));
  expect(ran).toEqual([...stayed, 3, 50, 99]);
  for (const handler of handlers) expect(bus.unsubscribe(OrderPlaced, handler)).toBe(true);
  expect(bus.subscriptions()).toEqual([]);
});

describe('An object that is subscribed in several ways', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  @On(OrderPlaced)
  class SendReceipt {
    handle(): void {
      story.note('receipt');
    }
  }
  const ways: Record<string, (receipts: SendReceipt) => void> = {
    register: (receipts) => bus.register(receipts),
    'register, weakly': (receipts) => bus.register(receipts, { weak: true }),
    registerClass: (receipts) => bus.registerClass(SendReceipt, () => receipts),
    'registerClass, later': (receipts) => bus.registerClass(SendReceipt, async () => receipts),
    subscribe: (receipts) => bus.subscribe(OrderPlaced, receipts),
    'subscribe to a base class': (receipts) => bus.subscribe(OrderEvent, receipts),
    'subscribe to a list': (receipts) => bus.subscribe([OrderPlaced, OrderPaid], receipts),
  };
  const groups = [
    ['register', 'register, weakly'],
    ['registerClass', 'registerClass, later'],
    ['subscribe', 'subscribe to a list'],
  ];
  const pairs = Object.keys(ways).flatMap((first) =>
    Object.keys(ways)
      .filter((second) => first !== second && !groups.some((group) => group.includes(first) && group.includes(second)))
      .map((second): [string, string] => [first, second]),
  );

  it.each(pairs)('runs once for an event: %s and %s', async (first, second) => {
    const receipts = new SendReceipt();
    ways[first]!(receipts);
    ways[second]!(receipts);
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
    expect(new Set(deliveries.map(({ status, reason }) => reason ?? status))).toEqual(
      new Set(['fulfilled', 'shadowed']),
    );
    bus.emit(new OrderPlaced());
    await bus.idle();
    expect(story.lines).toEqual(['receipt', 'receipt']);
  });

  it('goes on running by the other subscription when one ends', async () => {
    const receipts = new SendReceipt();
    const group = bus.register(receipts);
    const subscription = bus.subscribe(OrderPlaced, receipts);
    bus.registerClass(SendReceipt, () => receipts);
    group.unsubscribe();
    await bus.publish(new OrderPlaced());
    subscription.unsubscribe();
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt', 'receipt']);
  });

  it('is shadowed in one of two rows of an explanation', () => {
    const receipts = new SendReceipt();
    bus.subscribe(OrderPlaced, receipts);
    bus.register(receipts);
    expect(bus.explain(new OrderPlaced()).map(({ reason }) => reason)).toEqual(['runs', 'shadowed']);
  });

  it('is another object than one of the same class, and both run', () => {
    bus.register(new SendReceipt());
    bus.subscribe(OrderPlaced, new SendReceipt());
    bus.registerClass(SendReceipt, () => new SendReceipt());
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['receipt', 'receipt', 'receipt']);
  });
});
