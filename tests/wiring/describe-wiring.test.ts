import { EventBus, HandlerFailed, On } from 'class-events';
import { describeWiring, toJson, type WiredHandler, type Wiring } from 'class-events/wiring';

class DomainEvent {}
class OrderEvent extends DomainEvent {}
class OrderPlaced extends OrderEvent {
  readonly total = 10;
}
class OrderShipped extends OrderEvent {}

class Receipts {
  @On(OrderPlaced)
  async send(): Promise<void> {}

  @On([OrderPlaced, OrderShipped], { priority: 5 })
  note(): void {}
}

const planOf = (wiring: Wiring, event: string): string[] =>
  wiring.events.find(({ id }) => id === event)?.plan.map(({ handler, by }) => `${handler} by ${by}`) ?? [
    'no such event',
  ];
const handlerIn = (wiring: Wiring, handler: string): WiredHandler => {
  const found = wiring.handlers.find(({ id }) => id === handler);
  if (!found) throw new Error(`There is no ${handler}.`);
  return found;
};

describe('the wiring of a bus', () => {
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus({ name: 'shop' });
  });

  it('the wiring of a bus without subscribers is empty', () => {
    expect(describeWiring(bus)).toEqual({ bus: 'shop', events: [], handlers: [] });
  });

  it('lists the handlers of each class in the order in which they run, with the class that brings them', () => {
    bus.subscribe(Object, () => {}, { name: 'log', priority: -1 });
    bus.register(new Receipts());
    bus.subscribe(DomainEvent, () => {}, { name: 'journal' });
    bus.subscribe(OrderPlaced, () => {}, { name: 'reserve' });
    const wiring = describeWiring(bus);
    expect(wiring.events.map(({ id }) => id)).toEqual(['DomainEvent', 'Object', 'OrderPlaced', 'OrderShipped']);
    expect(planOf(wiring, 'OrderPlaced')).toEqual([
      'Receipts.note by OrderPlaced',
      'journal by DomainEvent',
      'reserve by OrderPlaced',
      'log by Object',
      'Receipts.send by OrderPlaced',
    ]);
    expect(planOf(wiring, 'OrderShipped')).toEqual([
      'Receipts.note by OrderShipped',
      'journal by DomainEvent',
      'log by Object',
    ]);
    expect(planOf(wiring, 'Object')).toEqual(['log by Object']);
  });

  it('names the nearest of several classes that bring one handler', () => {
    bus.subscribe([DomainEvent, OrderPlaced], () => {}, { name: 'both' });
    const wiring = describeWiring(bus, { events: [OrderShipped] });
    expect(handlerIn(wiring, 'both').events).toEqual(['DomainEvent', 'OrderPlaced']);
    expect(planOf(wiring, 'OrderPlaced')).toEqual(['both by OrderPlaced']);
    expect(planOf(wiring, 'OrderShipped')).toEqual(['both by DomainEvent']);
  });

  it('agrees with what a publish runs', async () => {
    bus.register(new Receipts());
    bus.subscribe([DomainEvent, OrderPlaced], async () => {}, { name: 'both' });
    bus.subscribe(OrderEvent, () => {}, { name: 'exact', exact: true });
    const wiring = describeWiring(bus, { events: [OrderShipped] });
    for (const event of [new OrderPlaced(), new OrderShipped(), new OrderEvent()]) {
      const { deliveries } = await bus.publish(event);
      const { plan = [] } = wiring.events.find(({ id }) => id === event.constructor.name) ?? {};
      expect(plan.map(({ handler }) => handler)).toEqual(deliveries.map(({ subscription }) => subscription.name));
    }
  });

  it('names of the base classes those that are in the wiring, the nearest first', () => {
    bus.subscribe(OrderPlaced, () => {});
    expect(describeWiring(bus).events).toMatchObject([{ id: 'OrderPlaced', bases: [] }]);
    bus.subscribe(Object, () => {});
    bus.subscribe(OrderEvent, () => {});
    expect(describeWiring(bus).events.find(({ id }) => id === 'OrderPlaced')?.bases).toEqual(['OrderEvent', 'Object']);
  });

  it('holds a class that was given, also when nobody is subscribed to it', () => {
    bus.subscribe(OrderPlaced, () => {});
    const { events } = describeWiring(bus, { events: [OrderShipped, OrderPlaced] });
    expect(events.map(({ id, plan }) => [id, plan.length])).toEqual([
      ['OrderPlaced', 1],
      ['OrderShipped', 0],
    ]);
  });

  it('keeps two classes of one name apart, and two handlers of one name', () => {
    const other = { OrderPlaced: class extends DomainEvent {} }.OrderPlaced;
    bus.subscribe(OrderPlaced, () => {}, { name: 'ship' });
    bus.subscribe(other, () => {}, { name: 'ship' });
    const wiring = describeWiring(bus);
    expect(wiring.events).toEqual([
      { id: 'OrderPlaced', name: 'OrderPlaced', bases: [], plan: [{ handler: 'ship', by: 'OrderPlaced' }] },
      { id: 'OrderPlaced#2', name: 'OrderPlaced', bases: [], plan: [{ handler: 'ship#2', by: 'OrderPlaced#2' }] },
    ]);
  });

  it('gives no id twice, also when a name looks like the id of another', () => {
    for (const name of ['ship', 'ship#2', 'ship']) bus.subscribe(OrderPlaced, () => {}, { name });
    const ids = describeWiring(bus).handlers.map(({ id }) => id);
    expect(ids).toEqual(['ship', 'ship#2', 'ship#3']);
  });

  it('calls a class without a name, or with a static member of that name, anonymous', () => {
    bus.subscribe(class {}, () => {});
    bus.subscribe(
      class {
        static name(): string {
          return 'not the name';
        }
      } as never,
      () => {},
      { name: 'handler' },
    );
    expect(describeWiring(bus).events.map(({ id }) => id)).toEqual(['(anonymous)', '(anonymous)#2']);
  });

  it('shows what was asked for a handler', () => {
    bus.subscribe(OrderPlaced, async () => {}, {
      name: 'ship',
      priority: 3,
      phase: 'afterCommit',
      filter: () => true,
      once: true,
      exact: true,
      timeout: 250,
      around: (run) => run(),
      onFailure: () => undefined,
    });
    bus.subscribe(OrderPlaced, async () => {}, { name: 'bill', durable: 'billing.invoice', transactional: true });
    expect(describeWiring(bus).handlers).toEqual([
      {
        id: 'ship',
        name: 'ship',
        events: ['OrderPlaced'],
        mode: 'async',
        priority: 3,
        phase: 'afterCommit',
        filter: true,
        once: true,
        exact: true,
        around: true,
        onFailure: true,
        timeout: 250,
        transactional: false,
      },
      {
        id: 'bill',
        name: 'bill',
        events: ['OrderPlaced'],
        mode: 'async',
        priority: 0,
        phase: 'immediate',
        filter: false,
        once: false,
        exact: false,
        around: false,
        onFailure: false,
        durable: 'billing.invoice',
        transactional: true,
      },
    ]);
  });

  it('names the class of a subscriber, and asks locate about the method as it was written', () => {
    bus.register(new Receipts());
    const asked: Function[] = [];
    const place = { file: 'receipts.ts', line: 3, column: 9 };
    const wiring = describeWiring(bus, {
      locate: (source) => {
        asked.push(source);
        return source === Receipts.prototype.send ? place : undefined;
      },
    });
    expect(handlerIn(wiring, 'Receipts.send')).toMatchObject({ subscriber: 'Receipts', location: place });
    expect(handlerIn(wiring, 'Receipts.note')).not.toHaveProperty('location');
    expect(asked).toHaveLength(2);
  });

  it('says async for the methods of a class whose instances are built by an async function', () => {
    bus.registerClass(Receipts, async () => Promise.resolve(new Receipts()));
    expect(describeWiring(bus).handlers.map(({ mode }) => mode)).toEqual(['async', 'async']);
  });

  it('follows a bus without inheritance', () => {
    bus = new EventBus({ inheritance: false });
    bus.subscribe(OrderEvent, () => {}, { name: 'base' });
    bus.subscribe(OrderPlaced, () => {}, { name: 'own' });
    expect(planOf(describeWiring(bus), 'OrderPlaced')).toEqual(['own by OrderPlaced']);
  });

  it('shows the catch-all for events of the users, and not for those of the bus', () => {
    bus.subscribe(Object, () => {}, { name: 'log' });
    bus.subscribe(HandlerFailed, () => {}, { name: 'alarm' });
    const wiring = describeWiring(bus, { events: [OrderPlaced] });
    expect(planOf(wiring, 'HandlerFailed')).toEqual(['alarm by HandlerFailed']);
    expect(planOf(wiring, 'OrderPlaced')).toEqual(['log by Object']);
  });

  it('does not show what has ended', () => {
    const subscription = bus.subscribe(OrderPlaced, () => {});
    bus.subscribe(OrderShipped, () => {});
    subscription.unsubscribe();
    expect(describeWiring(bus).events.map(({ id }) => id)).toEqual(['OrderShipped']);
  });

  it('is the same for the same subscriptions, and calls neither handlers nor filters', () => {
    const wire = (): Wiring => {
      const bus = new EventBus({ name: 'shop' });
      const fail = (): never => {
        throw new Error('called');
      };
      bus.subscribe(OrderPlaced, fail, { filter: fail, around: fail });
      bus.registerClass(Receipts, fail);
      return describeWiring(bus);
    };
    expect(toJson(wire())).toBe(toJson(wire()));
  });

  it('can be written as JSON and read back, also with infinite priorities', () => {
    bus.subscribe(OrderPlaced, () => {}, { name: 'first', priority: Infinity });
    bus.subscribe(OrderPlaced, () => {}, { name: 'last', priority: -Infinity });
    const wiring = describeWiring(bus);
    expect(JSON.parse(toJson(wiring))).toEqual(wiring);
    expect(wiring.handlers.map(({ priority }) => priority)).toEqual(['Infinity', '-Infinity']);
  });

  it('can be read of a bus of another copy of the package', () => {
    bus.subscribe(OrderPlaced, () => {}, { name: 'ship' });
    jest.isolateModules(() => {
      const copy = jest.requireActual<{ describeWiring: typeof describeWiring }>('class-events/wiring');
      expect(copy.describeWiring).not.toBe(describeWiring);
      expect(copy.describeWiring(bus)).toEqual(describeWiring(bus));
    });
  });
});

describe('describeWiring refuses', () => {
  it.each([[null], [undefined], ['shop'], [EventBus], [{}], [{ subscriptions: [] }]])('%p as a bus', (bus: unknown) => {
    expect(() => describeWiring(bus as EventBus)).toThrow(
      new TypeError('describeWiring takes an EventBus. Pass the bus itself, not its name, class or options.'),
    );
  });

  it.each([[undefined], ['OrderPlaced'], [() => {}], [new OrderPlaced()]])('%p as an event class', (event: unknown) => {
    expect(() => describeWiring(new EventBus(), { events: [event as typeof OrderPlaced] })).toThrow(
      /^The option 'events' holds .*, which is no class\. Put the event classes themselves in it\.$/,
    );
  });
});
