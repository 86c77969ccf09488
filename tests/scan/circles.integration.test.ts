import { removeProjects } from './project-on-disk.js';
import { type ScannedCase, scannedCases } from './scanned-cases.js';

/** By case: the code, and the circles in it. */
const cases: Record<string, [code: string, ...circles: string[]]> = {
  'of one event': [`bus.subscribe(Paid, function again() { bus.emit(new Paid()); });`, 'Paid → again'],
  'of three events, once': [
    `bus.subscribe(Paid, function a() { bus.emit(new Placed()); });
     bus.subscribe(Placed, function b() { bus.emit(new Shipped()); });
     bus.subscribe(Shipped, function c() { bus.emit(new Paid()); });`,
    'Placed → b → Shipped → c → Paid → a',
  ],
  'through a handler of the base class': [
    `bus.subscribe(DomainEvent, function note() { bus.emit(new Placed()); });`,
    'Placed → note',
  ],
  'through a catch-all': [`bus.subscribe(Object, function log() { bus.emit(new Paid()); });`, 'Paid → log'],
  'through functions, methods and callbacks': [
    `class Desk { place() { later(() => this.note()); } note() { bus.emit(new Paid()); } }
     declare function later(callback: () => void): void; const open = () => new Desk().place();
     bus.subscribe(Paid, open);`,
    'Paid → open',
  ],
  'through a service that is injected': [
    `class Desk { note() { bus.emit(new Paid()); } }
     class A { constructor(private readonly desk: Desk) {} @On(Paid) react() { this.desk.note(); } } bus.register(new A(new Desk()));`,
    'Paid → A.react',
  ],
  'through an interface with one implementation': [
    `interface Desk { note(): void } class OpenDesk implements Desk { note() { bus.emit(new Paid()); } }
     class A { constructor(private readonly desk: Desk) {} @On(Paid) react() { this.desk.note(); } } bus.register(new A(new OpenDesk()));`,
    'Paid → A.react',
  ],
  'through an object with handle, and through a method by reference': [
    `class Again { handle() { bus.emit(new Paid()); } } bus.subscribe(Paid, new Again());
     class Other { constructor() { bus.subscribe(Placed, this.react.bind(this)); } react() { bus.emit(new Placed()); } } new Other();`,
    'Paid → Again.handle',
    'Placed → Other.react',
  ],
  'through what a constructor does': [
    `class Base { constructor() { bus.emit(new Paid()); } } class Derived extends Base {} bus.subscribe(Paid, function make() { new Derived(); });`,
    'Paid → make',
  ],
  'through a function that is named as an argument': [
    `declare function later(callback: () => void): void; const again = () => { bus.emit(new Paid()); };
     bus.subscribe(Paid, function wait() { later(again); });`,
    'Paid → wait',
  ],
  'through a wrapper, for what this handler gives it': [
    `const send = (event: object) => bus.emit(event); send(new Placed());
     bus.subscribe(Paid, function again() { send(new Paid()); }); bus.subscribe(Placed, function ends() { send(new Twin()); });`,
    'Paid → again',
  ],
  'through onFailure': [`bus.subscribe(Paid, function charge() {}, { onFailure: () => new Paid() });`, 'Paid → charge'],
  'through what an override of the marked method does': [
    `class A { @On(Paid) react() {} } class B extends A { override react() { bus.emit(new Paid()); } } bus.register(new B());`,
    'Paid → A.react',
  ],
  'through an aggregate that records and a repository that publishes': [
    `class Order { events: DomainEvent[] = []; ship() { this.events.push(new Shipped()); } place() { this.events.push(new Placed()); } }
     class Orders { save(order: Order) { return bus.publishAll(order.events); } }
     bus.subscribe(Placed, function ends() { const order = new Order(); order.ship(); return new Orders().save(order); });
     bus.subscribe(Shipped, function again() { const order = new Order(); order.ship(); return new Orders().save(order); });`,
    'Shipped → again',
  ],
  'through an aggregate, for the events that the same run records': [
    `class Order extends AggregateRoot<Placed | Paid> { place() { this.record(new Placed()); } pay() { this.record(new Paid()); } }
     const orders = { save: (order: Order) => publishEventsOf(bus, order) };
     bus.subscribe(Placed, function pays() { const order = new Order(); order.pay(); return orders.save(order); });
     bus.subscribe(Paid, function again() { const order = new Order(); order.pay(); return orders.save(order); });`,
    'Paid → again',
  ],
  'through what a base class does with what a subclass gives it': [
    `abstract class Base { constructor() { bus.emit(new Paid()); } } class Middle extends Base {} class Derived extends Middle {} bus.subscribe(Paid, function make() { new Derived(); });`,
    'Paid → make',
  ],
  'but not through a handler that only subscribes another': [
    `bus.subscribe(Paid, function subscribes() { bus.subscribe(Placed, () => { bus.emit(new Paid()); }); }); bus.emit(new Placed());`,
  ],
  'but not through an interface with two implementations': [
    `interface Desk { note(): void } class One implements Desk { note() { bus.emit(new Paid()); } } class Two implements Desk { note() {} }
     declare const desk: Desk; bus.subscribe(Paid, () => desk.note()); new One(); new Two();`,
  ],
  'but not through exact': [
    `class Base { readonly b = 1; } class Derived extends Base {}
     bus.subscribe(Base, () => { bus.emit(new Derived()); }, { exact: true }); bus.emit(new Base());`,
  ],
};

describe('a scan finds a circle', () => {
  let scanned: (name: string) => ScannedCase;
  beforeAll(() => {
    scanned = scannedCases(Object.fromEntries(Object.entries(cases).map(([name, [code]]) => [name, code])));
  });
  afterAll(removeProjects);

  it.each(Object.keys(cases))('%s', (name) => {
    expect(scanned(name).circles).toEqual(cases[name]?.slice(1));
  });
});
