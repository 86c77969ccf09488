import { removeProjects } from './project-on-disk.js';
import { type ScannedCase, scannedCases } from './scanned-cases.js';

/** By case: the code, and the event classes that are waited for; with a question mark, a type that names none. */
const cases: Record<string, [code: string, ...handled: string[]]> = {
  'subscribe of a class': [`bus.subscribe(Paid, () => {});`, 'Paid'],
  'an abstract class, and one with a private constructor': [
    `class Hidden { private constructor() {} } bus.subscribe(DomainEvent, () => {}); bus.subscribe(Hidden, () => {});`,
    'DomainEvent',
    'Hidden',
  ],
  'each class of a list, also of two that look alike': [`bus.subscribe([Paid, Twin], () => {});`, 'Paid', 'Twin'],
  'a list that has a name': [
    `const watched = [Paid, Twin] as const; bus.subscribe(watched, () => {});
     class Watch { static readonly more = [Placed]; } bus.subscribe(Watch.more, () => {});`,
    'Paid',
    'Placed',
    'Twin',
  ],
  'each class of a loop': [`for (const each of [Placed, Shipped]) bus.subscribe(each, () => {});`, 'Placed', 'Shipped'],
  'waitFor and stream': [`bus.waitFor(Paid); bus.stream(Placed);`, 'Paid', 'Placed'],
  'an expression for a class': [`bus.subscribe(condition ? Paid : Placed, () => {});`, 'Paid', 'Placed'],
  'register of the façade': [
    `const DomainEvents = domainEvents(bus); const { register } = DomainEvents;
     class Receipts { constructor() { DomainEvents.register(this.send.bind(this), Paid); } send(event: Paid) { return event; } } new Receipts(); register(() => {}, Placed);`,
    'Paid',
    'Placed',
  ],
  'a parameter of type EventClass': [
    `export const on = (key: EventClass<Paid>) => bus.subscribe(key, () => {});`,
    'Paid',
  ],
  'a wrapper, for what each of its callers gives it': [
    `function on<E extends object>(key: EventClass<E>, handler: Handler<E>) { bus.subscribe(key, handler); }
     on(Paid, () => {}); on(Placed, () => {});`,
    'Paid',
    'Placed',
  ],
  'a Pick of the bus, destructured': [
    `declare const out: Pick<EventBus, 'subscribe'>; const { subscribe } = out; subscribe(Paid, () => {});`,
    'Paid',
  ],
  'a generic class': [
    `class Changed<T> { constructor(readonly to: T) {} } bus.subscribe(Changed<number>, () => {});`,
    'Changed',
  ],
  '@On above a method': [`export class A { @On(Paid) note() {} } bus.register(new A());`, 'Paid'],
  '@On of a list, stacked, and of a late class': [
    `export class A { @On([Paid, Twin]) @On(() => Placed) note() {} @On(() => Shipped) more() {} } bus.register(new A());`,
    'Paid',
    'Placed',
    'Shipped',
    'Twin',
  ],
  '@On() by the type of the parameter': [
    `export class A { @On() note(event: Paid | Placed) { return event; } } bus.register(new A());`,
    'Paid',
    'Placed',
  ],
  '@On above a class': [`@On(Paid) export class A { handle() {} } bus.register(new A());`, 'Paid'],
  'a decorator that is made of @On': [
    `const OnMoney = () => On([Paid, Twin], { priority: 1 }); export class A { @OnMoney() note() {} } bus.register(new A());`,
    'Paid',
    'Twin',
  ],
  'a decorator that applies @On by itself': [
    `function Watch(target: object, name: string, descriptor: TypedPropertyDescriptor<() => void>) {
       On(Paid)(target, name, descriptor); } export { Watch };`,
    'Paid',
  ],
  'a namespace import': [
    `import * as events from 'class-events'; export class A { @events.On(Paid) note() {} } bus.register(new A());`,
    'Paid',
  ],
  'a class that nobody knows as what it is': [
    `declare const a: any; declare const b: EventClass; bus.subscribe(a, () => {}); bus.subscribe(b, () => {});`,
    '?any',
    '?EventClass',
  ],
  'subscribe that is handed on': [
    `declare const out: { to: unknown }; out.to = bus.subscribe;`,
    '?subscribe, handed on',
  ],
  'nothing of other decorators and emitters': [
    `const On2 = (key: unknown) => (target: object, name: string) => {}; class Emitter { subscribe(key: unknown) {} }
     class A { @(On2(Placed) as never) note() {} } new Emitter().subscribe(A); bus.subscribe(Paid, () => {});`,
    'Paid',
  ],
  'who is handled by a base class as published, when a subclass is': [
    `bus.subscribe(DomainEvent, () => {}); bus.subscribe(Paid, () => {}); bus.emit(new Placed());`,
    'Paid',
  ],
  'that exact asks for the class alone': [
    `class Base { readonly b = 1; } class Derived extends Base {} bus.subscribe(Base, () => {}, { exact: true }); bus.emit(new Derived());
     const options = { exact: true } as const; export class A { @On(Base, options) note() {} } bus.register(new A());`,
    'Base',
  ],
  "that the bus's own events come from the bus": [
    `bus.subscribe([HandlerFailed, UnhandledEvent], () => {}); bus.subscribe(Paid, () => {});`,
    'Paid',
  ],
};

/** By case: the code, and the handlers whose class is not registered. */
const registrations: Record<string, [code: string, ...unregistered: string[]]> = {
  'that nobody registers': [`export class A { @On(Paid) note() {} }`, 'A.note'],
  'that are registered as an object': [`class A { @On(Paid) note() {} } bus.register(new A());`],
  'that are registered as a class': [`class A { @On(Paid) note() {} } bus.registerClass(A, () => new A());`],
  'that are registered in a loop': [
    `class A { @On(Paid) note() {} } class B { @On(Paid) note() {} } for (const each of [A, B]) bus.registerClass(each, () => new each());`,
  ],
  'that register themselves': [`export class A { constructor() { bus.register(this); } @On(Paid) note() {} }`],
  'that a registered subclass inherits': [
    `class A { @On(Paid) note() {} } class B extends A {} bus.register(new B());`,
  ],
  'of a subclass, when its base type is registered': [
    `abstract class A {} class B extends A { @On(Paid) note() {} } export function start(all: A[]) { for (const each of all) bus.register(each); }
     export { B };`,
  ],
};

describe('a scan knows', () => {
  let scanned: (name: string) => ScannedCase;
  beforeAll(() => {
    scanned = scannedCases(Object.fromEntries(Object.entries(cases).map(([name, [code]]) => [name, code])));
  });
  afterAll(removeProjects);

  it.each(Object.keys(cases))('%s', (name) => {
    const { handled, unknown } = scanned(name);
    expect([...handled, ...unknown.map((type) => `?${type}`)]).toEqual(cases[name]?.slice(1));
  });
});

describe('a scan knows the handlers of @On', () => {
  let scanned: (name: string) => ScannedCase;
  beforeAll(() => {
    scanned = scannedCases(Object.fromEntries(Object.entries(registrations).map(([name, [code]]) => [name, code])));
  });
  afterAll(removeProjects);

  it.each(Object.keys(registrations))('%s', (name) => {
    expect(scanned(name).unregistered).toEqual(registrations[name]?.slice(1));
  });

  it('to be registered, when something registers what no type tells', () => {
    const code = `export class A { @On(Paid) note() {} } declare const found: object[]; for (const each of found) bus.register(each);`;
    expect(scannedCases({ open: code })('open').unregistered).toEqual([]);
  });

  it('to be registered, when the module for NestJS does it', () => {
    const code = `import { EventBusModule } from 'class-events/nestjs'; export class A { @On(Paid) note() {} } EventBusModule;`;
    const others = { 'nestjs.d.ts': `declare module 'class-events/nestjs' { export class EventBusModule {} }` };
    expect(scannedCases({ nest: code }, others)('nest').unregistered).toEqual([]);
  });
});
