import { EventBus, type EventClass, type Handler, type HandlerOptions, On } from 'class-events';
import { isASubscribingBackend, type SubscribingBackend } from './subscriber.js';

// Both projects run this file, so `@On` is held to the contract in both dialects.

const functions: SubscribingBackend = {
  name: 'subscribe, as a function',
  handlerName: 'react',
  subscribe: (bus, eventClass, react, options) => bus.subscribe(eventClass as EventClass<never>, react, options),
};

class Receipts {
  constructor(readonly handle: Handler<never>) {}
}

const objects: SubscribingBackend = {
  name: 'subscribe, as an object with a handle method',
  handlerName: 'Receipts.handle',
  subscribe: (bus, eventClass, react, options) =>
    bus.subscribe(eventClass as EventClass<never>, new Receipts(react), options),
};

/** A class with one method, marked as asked. */
function receiptsClass(eventClass: unknown, react: Handler<never>, options?: HandlerOptions<never>): new () => object {
  class Receipts {
    @On(eventClass as EventClass<never>, options)
    onEvent(...given: Parameters<typeof react>): unknown {
      return react(...given);
    }
  }
  return Receipts;
}

const methods: SubscribingBackend = {
  name: 'register, as a method with @On',
  handlerName: 'Receipts.onEvent',
  subscribe(bus, ...marked) {
    const Receipts = receiptsClass(...marked);
    return bus.register(new Receipts());
  },
};

const weakMethods: SubscribingBackend = {
  name: 'register, as a method with @On of an object that is held weakly',
  handlerName: 'Receipts.onEvent',
  subscribe(bus, ...marked) {
    const Receipts = receiptsClass(...marked);
    const receipts = new Receipts();
    held.add(receipts);
    return bus.register(receipts, { weak: true });
  },
};

const resolvedMethods: SubscribingBackend = {
  name: 'registerClass, as a method with @On of an object that is built when an event comes',
  handlerName: 'Receipts.onEvent',
  subscribe: (bus, ...marked) => bus.registerClass(receiptsClass(...marked), (its) => new its()),
};

const classes: SubscribingBackend = {
  name: 'register, as the handle method of a class with @On',
  handlerName: 'Receipts.handle',
  subscribe(bus, eventClass, react, options) {
    @On(eventClass as EventClass<never>, options)
    class Receipts {
      handle(...given: Parameters<typeof react>): unknown {
        return react(...given);
      }
    }
    return bus.register(new Receipts());
  },
};

/** Held here for as long as the tests run, for their buses do not. */
const held = new Set<object>();

for (const backend of [functions, objects, methods, weakMethods, resolvedMethods, classes])
  isASubscribingBackend(backend);

describe('the contract', () => {
  it('has no part in the bus: two backends share one', () => {
    const bus = new EventBus();
    class Event {}
    const ran: string[] = [];
    for (const backend of [functions, methods]) backend.subscribe(bus, Event, () => ran.push(backend.name));
    bus.emit(new Event());
    expect(ran).toEqual([functions.name, methods.name]);
  });
});
