import {
  BusClosedError,
  EventBus,
  type EventClass,
  On,
  PublishError,
  type Resolve,
  StoppableEvent,
  type Subscription,
} from 'class-events';
import { Deferred } from '../support/deferred.js';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { publishErrorOf } from '../support/rejection.js';

/** What was built, and what ran. */
let story: string[] = [];
let bus: EventBus;
beforeEach(() => {
  story = [];
  bus = new EventBus();
});

class Receipts {
  constructor() {
    story.push('built');
  }

  @On(OrderPlaced)
  send(event: OrderPlaced): void {
    story.push(`send ${event.orderId}`);
  }

  @On(OrderPlaced)
  archive(event: OrderPlaced): void {
    story.push(`archive ${event.orderId}`);
  }

  @On(OrderShipped, { filter: () => false })
  never(): void {
    story.push('never');
  }
}

const build: Resolve<typeof Receipts> = (receiptsClass) => new receiptsClass();

describe('registerClass', () => {
  it('builds nothing to subscribe, to list or to explain', () => {
    const group = bus.registerClass(Receipts, build);
    expect(group.name).toBe('Receipts');
    expect(group.subscriptions.map(({ name }) => name)).toEqual([
      'Receipts.send',
      'Receipts.archive',
      'Receipts.never',
    ]);
    expect(bus.explain(new OrderPlaced()).map(({ runs }) => runs)).toEqual([true, true, false]);
    expect(bus.subscriptions(OrderPlaced)).toHaveLength(2);
    expect(story).toEqual([]);
  });

  it('builds nothing for an event that a filter refuses, that was stopped, or whose publisher has aborted', async () => {
    class LoginAttempted extends StoppableEvent {}
    class Guard {
      @On(LoginAttempted)
      note(): void {}
    }
    bus.registerClass(Receipts, build);
    bus.registerClass(Guard, () => {
      story.push('built a guard');
      return new Guard();
    });
    bus.subscribe(LoginAttempted, (event) => event.stopPropagation(), { priority: 1 });
    const controller = new AbortController();
    bus.subscribe(OrderPlaced, () => controller.abort(), { priority: 1 });
    await bus.publish(new OrderShipped());
    await bus.publish(new LoginAttempted());
    await bus.publish(new OrderPlaced(), { signal: controller.signal });
    expect(story).toEqual([]);
  });

  it('resolves once for each event, however many methods of the class it comes to', async () => {
    const asked: unknown[] = [];
    bus.registerClass(Receipts, (receiptsClass, event) => {
      asked.push(receiptsClass, event);
      return new receiptsClass();
    });
    const events = [new OrderPlaced('o-1'), new OrderPlaced('o-2')];
    await bus.publishAll(events);
    expect(story).toEqual(['built', 'send o-1', 'archive o-1', 'built', 'send o-2', 'archive o-2']);
    expect(asked).toEqual([Receipts, events[0], Receipts, events[1]]);
  });

  it('resolves again for an event that is published again', async () => {
    bus.registerClass(Receipts, build);
    const event = new OrderPlaced('o-1');
    await bus.publishAll([event, event]);
    expect(story.filter((line) => line === 'built')).toHaveLength(2);
  });

  it('resolves again for a method that is tried again', async () => {
    let failures = 1;
    class Fragile {
      constructor() {
        story.push('built');
      }

      @On(OrderPlaced, {
        around: (run) => {
          try {
            return run();
          } catch {
            return run();
          }
        },
      })
      react(): void {
        if (failures-- > 0) throw new Error('the first time');
        story.push('reacted');
      }
    }
    bus.registerClass(Fragile, () => new Fragile());
    await bus.publish(new OrderPlaced());
    expect(story).toEqual(['built', 'built', 'reacted']);
  });

  it('uses whatever the container answers: one instance for all events, or a subclass', async () => {
    class Louder extends Receipts {
      override send(): void {
        story.push('SEND');
      }
    }
    const louder = new Louder();
    bus.registerClass(Receipts, () => louder);
    await bus.publishAll([new OrderPlaced('o-1'), new OrderPlaced('o-2')]);
    expect(story).toEqual(['built', 'SEND', 'archive o-1', 'SEND', 'archive o-2']);
  });

  it('registers a class once: again, it returns the same group', async () => {
    const group = bus.registerClass(Receipts, build);
    expect(bus.registerClass(Receipts, build)).toBe(group);
    expect(() => bus.registerClass(Receipts, () => new Receipts())).toThrow(
      "Receipts is registered already, with another 'resolve'. Unregister it first.",
    );
    await bus.publish(new OrderPlaced('o-1'));
    expect(story).toEqual(['built', 'send o-1', 'archive o-1']);
  });

  it('is undone by its group, and by unregister', async () => {
    bus.registerClass(Receipts, build).unsubscribe();
    bus.registerClass(Receipts, build);
    expect(bus.unregister(Receipts)).toBe(true);
    expect(bus.unregister(Receipts)).toBe(false);
    await bus.publish(new OrderPlaced());
    expect(story).toEqual([]);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('stands beside instances of the same class', async () => {
    bus.register(new Receipts());
    bus.registerClass(Receipts, build);
    await bus.publish(new OrderPlaced('o-1'));
    expect(story).toEqual(['built', 'send o-1', 'archive o-1', 'built', 'send o-1', 'archive o-1']);
  });

  it('takes classes with dependencies, and abstract ones', async () => {
    abstract class Notify {
      constructor(readonly channel: string) {}

      @On(OrderEvent)
      send(event: OrderEvent): void {
        story.push(`${this.channel} ${event.orderId}`);
      }
    }
    class Mail extends Notify {}
    bus.registerClass(Notify, () => new Mail('mail'));
    await bus.publish(new OrderPlaced('o-1'));
    expect(story).toEqual(['mail o-1']);
  });

  it('knows its class and its methods, for tools', () => {
    const { subscriptions } = bus.registerClass(Receipts, build);
    expect(subscriptions.map(({ subscriberClass }) => subscriberClass)).toEqual([Receipts, Receipts, Receipts]);
    expect(subscriptions[0]?.source).toBe(Object.getOwnPropertyDescriptor(Receipts.prototype, 'send')?.value);
  });
});

describe('registerClass with an async resolve', () => {
  const buildLater: Resolve<typeof Receipts> = async (receiptsClass) => new receiptsClass();

  it('has its methods settled with the async ones, and says so', async () => {
    const group = bus.registerClass(Receipts, buildLater);
    bus.subscribe(OrderPlaced, () => void story.push('sync'));
    expect(group.subscriptions.map(({ mode }) => mode)).toEqual(['async', 'async', 'async']);
    expect(bus.explain(new OrderPlaced()).map(({ subscription }) => subscription.mode)).toEqual([
      'sync',
      'async',
      'async',
      'async',
    ]);
    await bus.publish(new OrderPlaced('o-1'));
    expect(story).toEqual(['sync', 'built', 'send o-1', 'archive o-1']);
  });

  it('has been asked when publish returns, and is asked once for all methods', async () => {
    const asked: object[] = [];
    bus.registerClass(Receipts, async (receiptsClass, event) => {
      asked.push(event);
      return new receiptsClass();
    });
    const event = new OrderPlaced();
    const published = bus.publish(event);
    expect(asked).toEqual([event]);
    await published;
    expect(asked).toEqual([event]);
  });

  it('is awaited where the function merely returns a promise', async () => {
    const group = bus.registerClass(Receipts, (receiptsClass) => Promise.resolve(new receiptsClass()));
    expect(group.subscriptions[0]?.mode).toBe('sync');
    const { deliveries } = await bus.publish(new OrderPlaced('o-1'));
    expect(deliveries.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(story).toEqual(['built', 'send o-1', 'archive o-1']);
  });

  it("is refused for a method that asks for the mode 'sync', and nothing half-subscribed stays behind", () => {
    class InOrder {
      @On(OrderShipped)
      first(): void {}

      @On(OrderPlaced, { mode: 'sync' })
      second(): void {}
    }
    const registering = (): unknown => bus.registerClass(InOrder, async () => new InOrder());
    expect(registering).toThrow(TypeError);
    expect(registering).toThrow(/^InOrder\.second cannot be 'sync': its instance comes from an async function\./);
    expect(bus.subscriptions()).toEqual([]);
    expect(bus.registerClass(InOrder, () => new InOrder()).active).toBe(true);
  });

  it('runs a method for an event whose class answers instanceof with no', async () => {
    class Unusual {
      static [Symbol.hasInstance](): boolean {
        return false;
      }
    }
    class Audit {
      @On(Unusual)
      note(): void {
        story.push('noted');
      }
    }
    bus.registerClass(Audit, async () => new Audit());
    await bus.publish(new Unusual());
    expect(story).toEqual(['noted']);
  });

  it('does not run a method for a subclass because a subscription to the exact base class is left', async () => {
    class Audit {
      @On(OrderPlaced)
      @On(OrderEvent, { exact: true })
      note(): void {
        story.push('noted');
      }
    }
    const answer = new Deferred<Audit>();
    const { subscriptions } = bus.registerClass(Audit, async () => answer.promise);
    const published = bus.publish(new OrderPlaced());
    subscriptions.find(({ eventClasses }) => eventClasses.includes(OrderPlaced))?.unsubscribe();
    answer.resolve(new Audit());
    expect((await published).deliveries).toMatchObject([{ status: 'skipped', reason: 'unsubscribed' }]);
    expect(story).toEqual([]);
  });

  describe('does not run a method that was unsubscribed while the container worked', () => {
    class Audit {
      @On(OrderShipped)
      @On(OrderPlaced)
      note(event: OrderEvent): void {
        story.push(event.constructor.name);
      }

      @On(OrderPlaced, { once: true })
      first(): void {
        story.push('first');
      }
    }
    let answer: Deferred<Audit>;
    let subscriptions: readonly Subscription[];
    const statuses = async (published: ReturnType<EventBus['publish']>): Promise<unknown[]> => {
      answer.resolve(new Audit());
      return (await published).deliveries.map(({ status, reason }) => reason ?? status);
    };
    beforeEach(() => {
      answer = new Deferred<Audit>();
      ({ subscriptions } = bus.registerClass(Audit, async () => answer.promise));
    });

    it('a method that was unsubscribed while the container worked with its class does not run', async () => {
      const published = bus.publish(new OrderPlaced());
      bus.unregister(Audit);
      expect(await statuses(published)).toEqual(['unsubscribed', 'unsubscribed']);
      expect(story).toEqual([]);
    });

    it('a method that was unsubscribed while the container worked for this event alone does not run', async () => {
      const published = bus.publishAll([new OrderPlaced()]);
      subscriptions.find(({ eventClasses }) => eventClasses[0] === OrderPlaced)?.unsubscribe();
      answer.resolve(new Audit());
      await published;
      answer = new Deferred<Audit>();
      answer.resolve(new Audit());
      await bus.publish(new OrderShipped());
      expect(story).toEqual(['first', 'OrderShipped']);
    });

    it('a method that was used up by its once while the container worked runs', async () => {
      expect(await statuses(bus.publish(new OrderPlaced()))).toEqual(['fulfilled', 'fulfilled']);
      expect(story).toEqual(['OrderPlaced', 'first']);
    });
  });
});

describe('a resolve that fails', () => {
  it.each<[string, Resolve<typeof Receipts>]>([
    [
      'throws',
      () => {
        throw new Error('no such binding');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such binding'))],
    ['rejects, as an async function', async () => Promise.reject(new Error('no such binding'))],
  ])('(%s) is the failure of each delivery, and stops no other', async (_, resolve) => {
    bus.registerClass(Receipts, resolve);
    bus.subscribe(OrderPlaced, () => void story.push('other'));
    const { report } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(report.failures.map(({ subscription, reason }) => `${subscription.name}: ${String(reason)}`)).toEqual([
      'Receipts.send: Error: no such binding',
      'Receipts.archive: Error: no such binding',
    ]);
    expect(story).toEqual(['other']);
  });

  it('is asked again by the next publish of the same event', async () => {
    const answers = [Promise.reject<Receipts>(new Error('not yet')), Promise.resolve(new Receipts())];
    bus.registerClass(Receipts, () => answers.shift()!);
    const event = new OrderPlaced('o-1');
    await expect(bus.publish(event)).rejects.toThrow(PublishError);
    await bus.publish(event);
    expect(story).toEqual(['built', 'send o-1', 'archive o-1']);
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['an instance of another class', new OrderPlaced(), 'an object of OrderPlaced'],
    ['a promise of nothing', Promise.resolve(), 'undefined'],
  ])('(it gives %s) is told with the method that is missing', async (_, answer, gave) => {
    bus.registerClass(Receipts, () => answer as never);
    const { errors } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(String(errors[0])).toBe(`TypeError: resolve gave ${gave}, which has no method send.`);
  });
});

describe('registerClass refuses', () => {
  it.each<[string, unknown, unknown, string]>([
    [
      'an instance',
      new Receipts(),
      build,
      'registerClass takes a class and a function, not an object of Receipts and ',
    ],
    ['nothing', undefined, build, 'registerClass takes a class and a function, not undefined and build.'],
    ['an arrow function', () => Receipts, build, 'registerClass takes a class and a function, not '],
    ['no resolve', Receipts, undefined, 'registerClass takes a class and a function, not Receipts and undefined.'],
    [
      'a container',
      Receipts,
      new Map(),
      'registerClass takes a class and a function, not Receipts and an object of Map.',
    ],
    ['a class without @On', OrderPlaced, build, 'OrderPlaced has no @On methods.'],
  ])('%s', (_, subscriberClass, resolve, message) => {
    const registering = (): unknown => bus.registerClass(subscriberClass as EventClass, resolve as never);
    expect(registering).toThrow(TypeError);
    expect(registering).toThrow(message);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('everything on a bus that is closed', async () => {
    await bus.close();
    expect(() => bus.registerClass(Receipts, build)).toThrow(BusClosedError);
  });

  it('what gives instances of another class, when it compiles', () => {
    // @ts-expect-error an order is no subscriber
    expect(bus.registerClass(Receipts, () => new OrderPlaced()).active).toBe(true);
  });
});
