import { CascadeError, EventBus, type Subscription, UnhandledEvent } from 'class-events';
import { afterMicrotasks, Deferred } from '../support/deferred.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf } from '../support/rejection.js';

// What users of other dispatchers rely on, where no guarantee and no decision has said it already.

class DomainEvent {}
class OrderEvent extends DomainEvent {}
class OrderPlaced extends OrderEvent {
  constructor(readonly orderId = 'o-1') {
    super();
  }
}
class OrderPaid extends OrderEvent {}
class LargeOrderPlaced extends OrderPlaced {
  readonly lines = Array.from({ length: 64 }, (_, index) => index / 2);
}

describe('The bus', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  describe('routes', () => {
    it('an event to the handlers of its class, and not to those of another', () => {
      bus.subscribe(OrderPlaced, story.handler('placed'));
      bus.subscribe(OrderPaid, story.handler('paid'));
      bus.emit(new OrderPaid());
      expect(story.lines).toEqual(['paid']);
    });

    it('an event to the handlers of every ancestor, each once', () => {
      for (const eventClass of [Object, DomainEvent, OrderEvent, OrderPlaced]) {
        bus.subscribe(eventClass, story.handler(eventClass.name));
      }
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['Object', 'DomainEvent', 'OrderEvent', 'OrderPlaced']);
    });

    it('an event of a base class past the handlers of its subclasses', () => {
      bus.subscribe(OrderPlaced, story.handler('placed'));
      bus.subscribe(DomainEvent, story.handler('any'));
      bus.emit(new OrderEvent());
      expect(story.lines).toEqual(['any']);
    });

    it('an event by its class alone, also where it pretends to be of another', () => {
      class Pretender extends OrderPlaced {
        static get [Symbol.species](): unknown {
          return OrderPaid;
        }
        get [Symbol.toStringTag](): string {
          return 'OrderPaid';
        }
      }
      Object.defineProperty(Pretender, 'name', { value: 'OrderPaid' });
      bus.subscribe(OrderPaid, story.handler('paid'));
      bus.subscribe(OrderPlaced, story.handler('placed'));
      bus.emit(new Pretender());
      expect(story.lines).toEqual(['placed']);
    });
  });

  describe('lets go', () => {
    it('the bus lets go of a subscription twice without harm', () => {
      const subscription = bus.subscribe(OrderPlaced, story.handler('placed'));
      subscription.unsubscribe();
      expect(() => subscription.unsubscribe()).not.toThrow();
      expect(() => subscription[Symbol.dispose]()).not.toThrow();
    });

    it('the bus lets go of a subscription whose block ended by an exception', () => {
      const block = (): void => {
        using subscription = bus.subscribe(OrderPlaced, story.handler('placed'));
        expect(subscription.active).toBe(true);
        throw new Error('the block failed');
      };
      expect(block).toThrow('the block failed');
      expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    });

    it('the bus lets go of a handler that has unsubscribed, and of all that it held', async () => {
      const held = subscribeOnce(bus);
      await collected(held);
      expect(bus.subscriptions()).toEqual([]);
    });

    it('the bus lets go of events that have been dispatched, however many', async () => {
      bus.subscribe(OrderPlaced, () => undefined);
      bus.subscribe(OrderPlaced, async () => undefined);
      bus.subscribe(OrderEvent, () => undefined, { filter: () => false });
      await emitMany(bus, 2_000);
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      await emitMany(bus, 20_000);
      globalThis.gc?.();
      // 20 000 events that stayed would be more than 10 MB.
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
    });

    it('the bus lets go of event classes that nothing else knows any more', async () => {
      await collected(publishOfPassingClass(bus));
    });
  });

  it('tells the priority of a handler while it is dispatching', async () => {
    const subscription: Subscription = bus.subscribe(OrderPlaced, () => story.note(String(subscription.priority)), {
      priority: 7,
    });
    bus.observe({ onPlan: ({ subscriptions }) => story.note(subscriptions.map(({ priority }) => priority).join()) });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['7', '7']);
  });

  it('tells of one failure among several handlers as exactly that one, not wrapped', async () => {
    const error = new Error('no stock');
    bus.subscribe(OrderPlaced, story.handler('one'));
    bus.subscribe(OrderPlaced, async () => {
      throw error;
    });
    bus.subscribe(OrderPlaced, story.asyncHandler('three'));
    const { errors } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBe(error);
  });

  it('makes no UnhandledEvent where nobody subscribed to it', async () => {
    const events: object[] = [];
    bus.observe({ onPlan: ({ event }) => events.push(event) });
    await bus.publish(new OrderPlaced());
    expect(events).toEqual([expect.any(OrderPlaced)]);
    bus.subscribe(UnhandledEvent, () => undefined);
    await bus.publish(new OrderPlaced());
    expect(events).toEqual([expect.any(OrderPlaced), expect.any(OrderPlaced), expect.any(UnhandledEvent)]);
  });

  it.each(['emit', 'publish'] as const)('ends a ring of buses that forward to each other by %s', async (how) => {
    const failures: unknown[] = [];
    const options = { maxDepth: 5, onError: ({ error }: { error: unknown }) => failures.push(error) };
    const [one, other] = [new EventBus(options), new EventBus(options)];
    const forward = (to: EventBus) => (event: OrderPlaced) => {
      story.note('forward');
      if (how === 'emit') to.emit(event);
      else to.publish(event).catch((error: unknown) => failures.push(error));
    };
    one.subscribe(OrderPlaced, forward(other));
    other.subscribe(OrderPlaced, forward(one));
    one.emit(new OrderPlaced());
    await Promise.all([one.idle(), other.idle()]);
    await afterMicrotasks();
    expect(failures).toEqual([expect.any(CascadeError)]);
    expect(story.lines.length).toBeLessThan(20);
  });

  it('lets around keep the events of one key in order while other keys go on', async () => {
    const gates = new Map([
      ['a', new Deferred()],
      ['b', new Deferred()],
    ]);
    const last = new Map<string, Promise<unknown>>();
    const inOrderByKey = (run: () => unknown, { orderId }: OrderPlaced): Promise<unknown> => {
      const next = (last.get(orderId) ?? Promise.resolve()).then(run);
      last.set(orderId, next);
      return next;
    };
    bus.subscribe(
      OrderPlaced,
      async ({ orderId }) => {
        story.note(`${orderId} starts`);
        await gates.get(orderId)?.promise;
        story.note(`${orderId} ends`);
      },
      { around: inOrderByKey },
    );
    for (const orderId of ['a', 'a', 'b']) bus.emit(new OrderPlaced(orderId));
    await afterMicrotasks();
    expect(story.take()).toEqual(['a starts', 'b starts']);
    gates.get('b')?.resolve();
    await afterMicrotasks();
    expect(story.take()).toEqual(['b ends']);
    gates.get('a')?.resolve();
    await bus.idle();
    expect(story.take()).toEqual(['a ends', 'a starts', 'a ends']);
  });
});

// Functions of their own, so that no variable of a test keeps alive what is to be collected.

function subscribeOnce(bus: EventBus): WeakRef<object> {
  const large = { bytes: new Uint8Array(1_000_000) };
  const subscription = bus.subscribe(OrderPlaced, () => large.bytes.length);
  bus.emit(new OrderPlaced());
  subscription.unsubscribe();
  bus.emit(new OrderPlaced());
  return new WeakRef(large);
}

function publishOfPassingClass(bus: EventBus): WeakRef<object> {
  class Passing {}
  bus.subscribe(Passing, () => undefined).unsubscribe();
  bus.emit(new Passing());
  bus.emit(new OrderPlaced());
  return new WeakRef(Passing);
}

async function emitMany(bus: EventBus, count: number): Promise<void> {
  for (let index = 0; index < count; index++) bus.emit(new LargeOrderPlaced());
  await bus.idle();
}

/** Resolves when the garbage collector has taken it. */
async function collected(reference: WeakRef<object>): Promise<void> {
  for (let attempt = 0; reference.deref() !== undefined; attempt++) {
    if (attempt === 50) throw new Error('It was not collected.');
    await afterMicrotasks();
    globalThis.gc?.();
  }
}
