import { AggregateRoot, type RecordsEvents, recordsEvents } from 'class-events/domain';
import type { Same } from '../types/same.js';
import { Order, OrderPlaced, OrderShipped, told } from './order.js';

class Entity<Id> {
  static readonly table: string = 'entities';
  static named(name: string): string {
    return `${this.table}.${name}`;
  }

  constructor(
    readonly id: Id,
    readonly version = 1,
  ) {}

  isSameAs(other: { readonly id: Id }): boolean {
    return other.id === this.id;
  }
}

class Shipment extends recordsEvents(Entity<string>)<OrderShipped> {
  static override readonly table = 'shipments';

  ship(): this {
    this.record(new OrderShipped(this.id));
    return this;
  }
}

abstract class Document {
  abstract readonly title: string;
  protected secret = 'kept';
}

class Invoice extends recordsEvents(Document)<OrderPlaced> {
  readonly title = `invoice, secret ${this.secret}`;

  send(): void {
    this.record(new OrderPlaced('o-1'));
  }
}

describe('a class that was given the recording of events', () => {
  it('records and hands over', () => {
    const shipment = new Shipment('s-1').ship();
    expect(told(shipment.recordedEvents)).toEqual(['OrderShipped s-1']);
    expect(told(shipment.pullEvents())).toEqual(['OrderShipped s-1']);
    expect(shipment.pullEvents()).toEqual([]);
  });

  it('keeps the constructor, the methods and the static members of its base', () => {
    const shipment = new Shipment('s-1', 3);
    expect(shipment).toBeInstanceOf(Entity);
    expect([shipment.id, shipment.version]).toEqual(['s-1', 3]);
    expect(shipment.isSameAs(new Entity('s-1'))).toBe(true);
    expect(Shipment.named('id')).toBe('shipments.id');
  });

  it('may have an abstract base, whose protected members it sees', () => {
    const invoice = new Invoice();
    invoice.send();
    expect(invoice.title).toBe('invoice, secret kept');
    expect(invoice.pullEvents()).toHaveLength(1);
  });

  it('does not change its base', () => {
    expect(Object.getOwnPropertyNames(Entity.prototype)).toEqual(['constructor', 'isSameAs']);
  });

  it('can be given another list of events by each class that extends it', () => {
    const Recording = recordsEvents(Entity);
    class Parcel extends Recording<OrderShipped> {}
    class Cart extends Recording<OrderPlaced> {}
    expect([new Parcel('p-1').pullEvents(), new Cart('c-1').pullEvents()]).toEqual([[], []]);
  });

  it('can be extended, and its subclasses record too', () => {
    class Express extends Shipment {
      hurry(): void {
        this.record(new OrderShipped('in a hurry'));
      }
    }
    const express = new Express('x-1').ship();
    express.hurry();
    expect(told(express.pullEvents())).toEqual(['OrderShipped x-1', 'OrderShipped in a hurry']);
  });
});

describe('the types of aggregates', () => {
  // Passed by compiling. What stands in `compiles` is never run.
  const compiles = (code: () => unknown): void => expect(code).toBeInstanceOf(Function);

  it('know which events an aggregate records', () => {
    compiles(() => {
      const order = new Order();
      void (true satisfies Same<ReturnType<typeof order.pullEvents>, (OrderPlaced | OrderShipped)[]>);
      void (true satisfies Same<typeof order.recordedEvents, readonly (OrderPlaced | OrderShipped)[]>);
      const shipment = new Shipment('s-1');
      void (true satisfies Same<ReturnType<typeof shipment.pullEvents>, OrderShipped[]>);
      const recorder: RecordsEvents<OrderShipped> = shipment;
      return recorder;
    });
  });

  it('refuse to record an event of another class', () => {
    compiles(() => [
      class extends AggregateRoot<OrderShipped> {
        place(): void {
          // @ts-expect-error an OrderPlaced has no carrier
          this.record(new OrderPlaced('o-1'));
        }
      },
      class extends recordsEvents(Entity)<OrderShipped> {
        place(): void {
          // @ts-expect-error an OrderPlaced has no carrier
          this.record(new OrderPlaced('o-1'));
        }
      },
      class extends AggregateRoot {
        place(): void {
          // @ts-expect-error a text is no event
          this.record('placed');
        }
      },
    ]);
  });

  it('keep record for the aggregate itself', () => {
    compiles(() => {
      // @ts-expect-error it is protected
      new Order().record(new OrderPlaced('o-1'));
      // @ts-expect-error it is protected
      new Shipment('s-1').record(new OrderShipped('s-1'));
    });
  });

  it('keep the parameters of the constructor', () => {
    compiles(() => [
      // @ts-expect-error the id is missing
      new Shipment(),
      // @ts-expect-error the version is a number
      new Shipment('s-1', '1'),
    ]);
  });

  it('ask for the abstract members of an abstract base', () => {
    compiles(
      () =>
        // @ts-expect-error the title is missing
        class extends recordsEvents(Document)<OrderPlaced> {},
    );
  });

  it('refuse what is no class', () => {
    compiles(() => [
      // @ts-expect-error an object is no class
      recordsEvents({}),
      // @ts-expect-error a function is no class
      recordsEvents(() => ({})),
    ]);
  });
});
