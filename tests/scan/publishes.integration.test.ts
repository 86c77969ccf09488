import { removeProjects } from './project-on-disk.js';
import { type ScannedCase, scannedCases } from './scanned-cases.js';

/** By case: the code, and the event classes that it publishes; with a question mark, a type that names none. */
const cases: Record<string, [code: string, ...published: string[]]> = {
  'publish of an event made on the spot': [`bus.publish(new Placed());`, 'Placed'],
  'publishSettled, emit, and publishAll of a list': [
    `bus.publishSettled(new Placed()); bus.emit(new Shipped()); bus.publishAll([new Paid()]);`,
    'Paid',
    'Placed',
    'Shipped',
  ],
  'what an optional chain calls': [`declare const maybe: EventBus | undefined; maybe?.emit(new Paid());`, 'Paid'],
  'what is called by a name in brackets': [`bus['publish'](new Paid());`, 'Paid'],
  'each class of a union': [
    `declare const event: Placed | Shipped | undefined; bus.publish(event!);`,
    'Placed',
    'Shipped',
  ],
  'both ways of a condition, also when the classes look alike': [
    `bus.publish(condition ? new Paid() : new Twin());`,
    'Paid',
    'Twin',
  ],
  'either side of ??': [`declare const given: Placed | undefined; bus.publish(given ?? new Paid());`, 'Paid', 'Placed'],
  'what a factory returns': [`const made = (): Paid => new Paid(); bus.publish(made());`, 'Paid'],
  'what a promise gives': [`declare const later: Promise<Paid>; bus.publish(await later);`, 'Paid'],
  'the value of a constant, not its wider type': [
    `const event: DomainEvent = new Placed(); bus.publish(event); new Shipped();`,
    'Placed',
  ],
  'a list with others spread into it': [
    `declare const more: Shipped[]; bus.publishAll([new Placed(), ...more]);`,
    'Placed',
    'Shipped',
  ],
  'the elements of a set and of a generator': [
    `declare const set: Set<Placed>; declare function made(): Generator<Paid>; bus.publishAll(set); bus.publishAll(made());`,
    'Paid',
    'Placed',
  ],
  'each event of a loop': [`for (const event of [new Paid(), new Twin()]) bus.emit(event);`, 'Paid', 'Twin'],
  'each event of forEach': [`[new Paid(), new Twin()].forEach((event) => bus.emit(event));`, 'Paid', 'Twin'],
  'an instance of a generic class': [
    `class Changed<T> { constructor(readonly to: T) {} } bus.emit(new Changed(1));`,
    'Changed',
  ],
  'a class that is exported as default and has no name': [
    `export default class { readonly a = 1; static { bus.emit(new this()); } }`,
    '(anonymous)',
  ],
  'what a subclass of the bus publishes': [
    `class ShopBus extends EventBus {} declare const shop: ShopBus; shop.publish(new Paid());`,
    'Paid',
  ],
  'what an override hands to the bus': [
    `class ShopBus extends EventBus { override emit(event: object): void { super.emit(event); } }
     declare const shop: ShopBus; shop.emit(new Paid());`,
    'Paid',
  ],
  'a Pick of the bus': [`declare const out: Pick<EventBus, 'publish'>; out.publish(new Paid());`, 'Paid'],
  'a bus that is injected': [
    `class Desk { constructor(private readonly events: EventBus) {} place() { this.events.emit(new Paid()); } } new Desk(bus);`,
    'Paid',
  ],
  'a destructured method': [`const { publish } = bus; publish(new Paid());`, 'Paid'],
  'a bound method': [`const publish = bus.publish.bind(bus); publish(new Paid());`, 'Paid'],
  'a method that is handed on to a list': [`const events: Paid[] = []; events.forEach(bus.emit.bind(bus));`, 'Paid'],
  'a method that is handed on to who says what it takes': [
    `declare function start(publish: (event: Paid) => void): void; start(bus.emit);`,
    'Paid',
  ],
  'an interface that the bus satisfies': [
    `interface Events { publish(event: object): Promise<unknown> } declare const events: Events; events.publish(new Paid());
     bus.emit(new Twin());`,
    'Paid',
    'Twin',
  ],
  'an interface that a bus implements': [
    `interface Events { emit(event: object): void } class ShopBus extends EventBus implements Events {}
     declare const events: Events; events.emit(new Paid());`,
    'Paid',
  ],
  'a wrapper, for what each of its callers gives it': [
    `class Events { publish<E extends DomainEvent>(event: E) { return bus.publish(event); } }
     declare const events: Events; events.publish(new Placed()); events.publish(new Shipped());`,
    'Placed',
    'Shipped',
  ],
  'a wrapper of a wrapper': [
    `const send = (event: object) => bus.emit(event); function note(event: DomainEvent) { send(event); } note(new Placed());`,
    'Placed',
  ],
  'a wrapper that takes a list, and one that takes any number': [
    `const all = (events: readonly DomainEvent[]) => bus.publishAll(events); all([new Placed()]);
     const any = (...events: object[]) => events.forEach((event) => bus.emit(event)); any(new Shipped(), new Paid());`,
    'Paid',
    'Placed',
    'Shipped',
  ],
  'a wrapper that calls itself': [
    `function retry(event: object, times = 3): void { bus.emit(event); if (times) retry(event, times - 1); } retry(new Paid());`,
    'Paid',
  ],
  'a wrapper that only itself calls, by its declared type': [
    `export function forever(event: Placed | object): void { bus.emit(event); forever(event); }`,
    'Placed',
    '?object',
  ],
  'a wrapper that is reached by two ways, once': [
    `const send = (event: object) => bus.emit(event); const one = (event: object) => send(event);
     const both = (event: object) => { send(event); one(event); }; both(new Paid());`,
    'Paid',
  ],
  'a wrapper behind an interface': [
    `interface Port { send(event: object): void } class Adapter implements Port { send(event: object) { bus.emit(event); } }
     declare const port: Port; port.send(new Shipped()); new Adapter();`,
    'Shipped',
  ],
  'a method of a base class, called with an event of the subclass': [
    `abstract class Service { protected note(event: DomainEvent) { bus.emit(event); } }
     class Desk extends Service { place() { this.note(new Placed()); } } new Desk();`,
    'Placed',
  ],
  'a base class: those of its subclasses that are made somewhere': [
    `class Lost extends DomainEvent { readonly lost = 1; } export { Lost };
     declare const recorded: DomainEvent[]; bus.publishAll(recorded); new Placed(); new Shipped();`,
    'Placed',
    'Shipped',
  ],
  'an interface: the classes that implement it and are made somewhere': [
    `interface Fact { at: number } class Seen implements Fact { at = 1; } class Unseen implements Fact { at = 2; }
     declare const fact: Fact; bus.emit(fact); new Seen(); export { Unseen };`,
    'Seen',
  ],
  'an abstract class of which no subclass is known, by its own name': [
    `declare const event: DomainEvent; bus.emit(event);`,
    'DomainEvent',
  ],
  'the constraint of a type parameter': [
    `class Outbox<E extends Paid> { constructor(readonly events: E[]) {} flush() { return bus.publishAll(this.events); } } export { Outbox };`,
    'Paid',
  ],
  'what onFailure returns': [
    `bus.subscribe(Paid, () => {}, { onFailure: () => new Placed() }); bus.emit(new Paid());
     bus.subscribe(Paid, () => {}, { onFailure(error) { if (error) return new Shipped(); return undefined; } });`,
    'Placed',
    'Shipped',
  ],
  'publishEventsOf of an aggregate, by the type of its events': [
    `class Order extends AggregateRoot<Placed | Shipped> {} publishEventsOf(bus, new Order());`,
    'Placed',
    'Shipped',
  ],
  'publishEventsOf of several aggregates, and of a list': [
    `class Order extends AggregateRoot<Placed> {} class Cart extends AggregateRoot<Paid> {} class Parcel extends AggregateRoot<Shipped> {}
     declare const parcels: Parcel[]; publishEventsOf(bus, new Order(), new Cart(), ...parcels);`,
    'Paid',
    'Placed',
    'Shipped',
  ],
  'publishEventsOf of a variable, in a repository': [
    `class Order extends AggregateRoot<Paid> {} class Orders { async save(order: Order) { await publishEventsOf(bus, order); } }
     const order = new Order(); new Orders().save(order);`,
    'Paid',
  ],
  'publishEventsOf in a repository of any aggregate, for those that are given to it': [
    `class Orders<A extends Aggregate> { save(aggregate: A) { return publishEventsOf(bus, aggregate); } }
     class Order extends AggregateRoot<Paid> {} class Cart extends AggregateRoot<Placed> {} new Orders<Order>().save(new Order()); new Cart();`,
    'Paid',
  ],
  'publishEventsOf of an aggregate whose type does not name its events, by what it records': [
    `class Order extends AggregateRoot { place() { this.record(new Placed()); } static ship() { const order = new Order(); order.record(new Shipped()); } }
     publishEventsOf(bus, new Order());`,
    'Placed',
    'Shipped',
  ],
  'publishEventsOf of an aggregate that records through a method of its root': [
    `abstract class Root extends AggregateRoot { protected addDomainEvent(event: object) { this.record(event); } }
     class Order extends Root { place() { this.addDomainEvent(new Placed()); } } publishEventsOf(bus, new Order());`,
    'Placed',
  ],
  'publishEventsOf above a base class of the project': [
    `abstract class Entity<P> { constructor(readonly props: P) {} } class Order extends recordsEvents(Entity<string>)<Paid> {} publishEventsOf(bus, new Order(''));`,
    'Paid',
  ],
  'publishEventsOf of an object that has pullEvents, and of one that is awaited': [
    `declare const own: { pullEvents(): Placed[] }; declare const later: Promise<{ pullEvents(): Paid[] }>; publishEventsOf(bus, own, await later);`,
    'Paid',
    'Placed',
  ],
  'pullEvents of an aggregate whose type does not name its events, through variables and loops': [
    `class Order extends AggregateRoot { place() { this.record(new Placed()); } } const order = new Order();
     const events = order.pullEvents(); bus.publishAll(events);
     class Cart extends AggregateRoot { pay() { this.record(new Paid()); } } const cart = new Cart(); for (const event of cart.pullEvents()) bus.publish(event);`,
    'Paid',
    'Placed',
  ],
  'what a list of aggregates hands over, by flatMap and by map': [
    `class Order extends AggregateRoot { place() { this.record(new Placed()); } } declare const orders: Order[];
     bus.publishAll(orders.flatMap((order) => order.pullEvents())); bus.publishAll([1].map(() => new Paid()));`,
    'Paid',
    'Placed',
  ],
  'what the façade dispatches of a given aggregate': [
    `const facade = domainEvents(bus); class Order extends AggregateRoot<Paid> { readonly id = 1; } facade.dispatchEventsForAggregate(new Order());`,
    'Paid',
  ],
  'what the façade dispatches by id: of all aggregates that are marked': [
    `const facade = domainEvents(bus); abstract class Entity { readonly id = 1; }
     abstract class Root<E extends object> extends recordsEvents(Entity)<E> { protected add(event: E) { this.record(event); facade.markAggregateForDispatch(this); } }
     class Order extends Root<Paid> { pay() { this.add(new Paid()); } } facade.dispatchEventsForAggregate(new Order().id);`,
    'Paid',
  ],
  'what the façade dispatches of a hand-written aggregate': [
    `const { markAggregateForDispatch, dispatchEventsForAggregate } = domainEvents(bus); interface Happened { at: number }
     abstract class Root { readonly id = 1; readonly #events: Happened[] = []; get domainEvents() { return this.#events; } clearEvents() {}
       protected add(event: Happened) { this.#events.push(event); markAggregateForDispatch(this); } }
     class Moved implements Happened { readonly at = 0; readonly moved = 1; } class Order extends Root { move() { this.add(new Moved()); } }
     new Order().move(); dispatchEventsForAggregate(1);`,
    'Moved',
  ],
  'any, unknown and object as what they are': [
    `declare const a: any; declare const b: {}; declare const c: object; declare const d: unknown[];
     bus.publish(a); bus.publish(b); bus.emit(c); bus.publishAll(d as object[]);`,
    '?any',
    '?{}',
    '?object',
    '?object',
  ],
  'the part of a union that is no class': [
    `declare const event: Paid | { kind: 'x' }; bus.publish(event);`,
    'Paid',
    `?{ kind: "x"; }`,
  ],
  'an interface that nothing implements as unknown': [
    `interface Fact { at: number } declare const fact: Fact; bus.emit(fact);`,
    '?Fact',
  ],
  'a method that is handed on to who does not say what it takes': [
    `declare const out: { to: unknown }; out.to = bus.emit; declare function start(value: unknown): void; start(bus.emit.bind(bus));`,
    '?emit, handed on',
    '?emit, handed on',
  ],
  'nothing of another emitter': [
    `class Emitter { emit(event: object) { return event; } publish = (event: object) => event; }
     const other = new Emitter(); other.emit(new Paid()); other.publish(new Placed());
     interface Radio { emit(event: object): void; tune(): void } declare const radio: Radio; radio.emit(new Twin()); bus.emit(new Shipped());`,
    'Shipped',
  ],
  'nothing of another class with the same name': [
    `namespace Other { export class EventBus { emit(event: object) { return event; } } }
     new Other.EventBus().emit(new Placed()); bus.emit(new Paid());`,
    'Paid',
  ],
  'nothing for a handler that fails': [`bus.subscribe(HandlerFailed, () => {}); bus.emit(new Paid());`, 'Paid'],
};

describe('a scan knows', () => {
  let scanned: (name: string) => ScannedCase;
  beforeAll(() => {
    scanned = scannedCases(Object.fromEntries(Object.entries(cases).map(([name, [code]]) => [name, code])));
  });
  afterAll(removeProjects);

  it.each(Object.keys(cases))('%s', (name) => {
    const { published, unknown } = scanned(name);
    expect([...published, ...unknown.map((type) => `?${type}`)]).toEqual(cases[name]?.slice(1));
  });
});
