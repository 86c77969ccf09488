import { EventBus, On } from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { First, Second } from './circular-first.js';

interface Placed {
  readonly orderId: string;
}

describe('@On() without an event class, in the legacy dialect with emitDecoratorMetadata', () => {
  it('takes the class from the type of the first parameter', async () => {
    const ran: string[] = [];
    class Receipts {
      @On()
      send(event: OrderPlaced): void {
        ran.push(`send ${event.orderId}`);
      }

      @On()
      async any(event: OrderEvent, _context: object): Promise<void> {
        ran.push(`any ${event.orderId}`);
      }
    }
    const bus = new EventBus();
    const group = bus.register(new Receipts());
    expect(group.subscriptions.map(({ eventClasses, mode }) => [...eventClasses, mode])).toEqual([
      [OrderPlaced, 'sync'],
      [OrderEvent, 'async'],
    ]);
    await bus.publishAll([new OrderPlaced('o-1'), new OrderShipped('o-2')]);
    expect(ran).toEqual(['send o-1', 'any o-1', 'any o-2']);
  });

  it('takes generic classes and optional parameters', () => {
    class Changed<T> {
      declare readonly before: T;
      declare readonly after: T;
    }
    class Audit {
      @On()
      note(_event: Changed<string>): void {}

      @On()
      maybe(_event?: OrderPlaced): void {}
    }
    const group = new EventBus().register(new Audit());
    expect(group.subscriptions.flatMap(({ eventClasses }) => eventClasses)).toEqual([Changed, OrderPlaced]);
  });

  it('stands beside @On with a class, and is replaced and inherited like any other', () => {
    class Base {
      @On()
      @On(OrderShipped)
      react(_event: OrderEvent): void {}
    }
    class Derived extends Base {
      @On(OrderEvent, { priority: 1 })
      override react(_event: OrderEvent): void {}
    }
    const group = new EventBus().register(new Derived());
    expect(group.subscriptions.map(({ eventClasses, priority }) => [eventClasses[0], priority])).toEqual([
      [OrderShipped, 0],
      [OrderEvent, 1],
    ]);
  });

  const remedy = 'Name it: @On(OrderPlaced), or late: @On(() => OrderPlaced).';
  const noClass =
    'the type of its first parameter is no class, is imported with `import type`, ' +
    'or was not loaded yet because of a circular import';
  const refusal = `@On() cannot tell the event class of Receipts.send: ${noClass}. ${remedy}`;

  it('is refused for an interface', () => {
    expect(() => {
      class Receipts {
        @On()
        send(_event: Placed): void {}
      }
      void Receipts;
    }).toThrow(refusal);
  });

  it('is refused for a union', () => {
    expect(() => {
      class Receipts {
        @On()
        send(_event: OrderPlaced | OrderShipped): void {}
      }
      void Receipts;
    }).toThrow(refusal);
  });

  it('is refused for a method without a parameter', () => {
    expect(() => {
      class Receipts {
        @On()
        send(): void {}
      }
      void Receipts;
    }).toThrow(`@On() cannot tell the event class of Receipts.send: it has no parameter. ${remedy}`);
  });

  it('is refused for a parameter without a class: any, unknown, an object literal, a function, an array, a promise', () => {
    // prettier-ignore
    const definitions = [
      () => { class Receipts { @On() send(_event: unknown): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: object): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: { orderId: string }): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: () => void): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: OrderPlaced[]): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: Promise<OrderPlaced>): void {} } return Receipts; },
    ];
    for (const define of definitions) expect(define).toThrow(refusal);
  });

  it('is refused for a primitive', () => {
    // prettier-ignore
    const definitions = [
      () => { class Receipts { @On() send(_event: string): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: number): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: boolean): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: symbol): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: bigint): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: undefined): void {} } return Receipts; },
      () => { class Receipts { @On() send(_event: null): void {} } return Receipts; },
    ];
    for (const define of definitions) expect(define).toThrow(refusal);
  });

  it('is refused on a class, for a class has no parameter to take it from', () => {
    expect(() => {
      @On()
      class Notify {
        handle(_event: OrderPlaced): void {}
      }
      void Notify;
    }).toThrow(/^@On\(\) cannot tell the event class of Notify\.handle: there is no type metadata: it takes a method/);
  });

  it('is refused where files import each other and the class is not loaded yet, and a late name is the remedy', async () => {
    // What circular-second.ts caught while circular-first.ts was still loading.
    expect(Second.refusal).toContain(refusal.replace('Receipts', 'Inferring'));
    const bus = new EventBus();
    const second = new Second();
    bus.register(second);
    await bus.publish(new First());
    expect(second.seen).toEqual(['first']);
  });
});

describe('@On() where the compiler emits no types', () => {
  it('is refused when the class is defined, with the remedy', () => {
    const decorate = On() as (target: object, method: string, descriptor: PropertyDescriptor) => void;
    const compiledByEsbuild = (): void => decorate({ send() {} }, 'send', { value: () => undefined });
    expect(compiledByEsbuild).toThrow(
      /^@On\(\) cannot tell the event class of Object\.send: there is no type metadata: .*emitDecoratorMetadata.*Name it: @On\(OrderPlaced\), or late: @On\(\(\) => OrderPlaced\)\.$/,
    );
  });
});

describe('@On in the legacy dialect', () => {
  it('leaves the type metadata of other decorators alone', () => {
    const types: unknown[] = [];
    const Typed = (target: object, method: string): void => {
      types.push(Reflect.getMetadata('design:paramtypes', target, method));
    };
    class Receipts {
      @Typed
      @On()
      send(_event: OrderPlaced): void {}
    }
    expect(types).toEqual([[OrderPlaced]]);
    expect(new EventBus().register(new Receipts()).active).toBe(true);
  });

  it('adds nothing that shows to the prototype', () => {
    class Receipts {
      @On(OrderPlaced)
      send(): void {}
    }
    expect(Object.keys(Receipts.prototype)).toEqual([]);
    expect(Object.getOwnPropertySymbols(Receipts.prototype).map(String)).toEqual(['Symbol(class-events/marks@1)']);
  });
});
