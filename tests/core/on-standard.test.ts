import { EventBus, On } from 'class-events';
import { OrderPlaced, OrderShipped } from '../support/orders.js';

/** As JavaScript sees it, for most of these mistakes do not compile. */
const UntypedOn = On as unknown as (eventClass: object) => (...given: unknown[]) => void;

/** A decorator of somebody else, that keeps something in the metadata too. */
function Noted(_method: unknown, { metadata }: DecoratorContext): void {
  metadata['noted'] = true;
}

/** What only the standard dialect has: private members, auto-accessors, and metadata objects that inherit. */
describe('@On in the standard dialect', () => {
  it('is refused on a private method when the class is defined', () => {
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        #send(_event: OrderPlaced): void {}

        resend(): void {
          this.#send(new OrderPlaced());
        }
      }
      void Receipts;
    }).toThrow('@On cannot stand on #send: it is private. Put it on a public method of the instance.');
  });

  it('is refused on a private static method when the class is defined', () => {
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        static #send(_event: OrderPlaced): void {}

        static resend(): void {
          Receipts.#send(new OrderPlaced());
        }
      }
      void Receipts;
    }).toThrow('@On cannot stand on #send: it is static.');
  });

  it('is refused on an auto-accessor when the class is defined', () => {
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        accessor send = (_event: OrderPlaced): void => {};
      }
      void Receipts;
    }).toThrow('@On cannot stand on send: it is no method.');
  });

  it('cannot infer: @On() is refused on a method when the class is defined, with the remedy', () => {
    expect(() => {
      class Receipts {
        @On()
        send(_event: OrderPlaced): void {}
      }
      void Receipts;
    }).toThrow(
      /^@On\(\) cannot tell the event class of send: there is no type metadata.*experimentalDecorators with emitDecoratorMetadata.*Name it: @On\(OrderPlaced\)/,
    );
  });

  it('cannot infer: @On() is refused on a class when it is defined, with the remedy', () => {
    expect(() => {
      @On()
      class Notify {
        handle(_event: OrderPlaced): void {}
      }
      void Notify;
    }).toThrow(/^@On\(\) cannot tell the event class of handle: .*Name it: @On\(OrderPlaced\)/);
  });

  it('keeps its marks apart although the metadata of a subclass inherits that of its base', async () => {
    const ran: string[] = [];
    class Base {
      @On(OrderPlaced)
      base(): void {
        ran.push('base');
      }
    }
    class Derived extends Base {
      @On(OrderPlaced)
      derived(): void {
        ran.push('derived');
      }
    }
    class Sibling extends Base {
      derived(): void {
        ran.push('never');
      }
    }
    const metadata = [Base, Derived].map((each) => Reflect.get(each, Symbol.metadata) as object);
    expect(Object.getPrototypeOf(metadata[1])).toBe(metadata[0]);
    const bus = new EventBus();
    bus.register(new Base());
    bus.register(new Sibling());
    await bus.publish(new OrderPlaced());
    expect(ran.splice(0)).toEqual(['base', 'base']);
    bus.register(new Derived());
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['base', 'base', 'base', 'derived']);
  });

  it('says so when the compiler keeps no decorator metadata', () => {
    const decorate = On(OrderPlaced) as unknown as (method: unknown, context: unknown) => void;
    const context = { kind: 'method', name: 'send', static: false, private: false };
    expect(() => decorate(() => undefined, context)).toThrow(
      '@On of send: the compiler keeps no decorator metadata; TypeScript 5.2 and newer do.',
    );
  });

  it('leaves what others keep in the metadata alone', () => {
    class Receipts {
      @Noted
      @On(OrderPlaced)
      @On(OrderShipped)
      send(): void {}
    }
    const metadata = Reflect.get(Receipts, Symbol.metadata) as Record<string, unknown>;
    expect(Object.keys(metadata)).toEqual(['noted']);
    expect(new EventBus().register(new Receipts()).subscriptions).toHaveLength(2);
  });
});

describe('Symbol.metadata', () => {
  it('is set on import where it is missing, and left as it is where it is not', () => {
    const { metadata } = Symbol;
    expect(metadata.toString()).toBe('Symbol(Symbol.metadata)');
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- what isolateModules isolates is `require`
      require('class-events');
    });
    expect(Symbol.metadata).toBe(metadata);
  });

  it('is the registered symbol that other packages set as well', () => {
    expect(Symbol.keyFor(Symbol.metadata)).toBe('Symbol.metadata');
  });
});
