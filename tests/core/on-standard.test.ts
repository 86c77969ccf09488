import type * as ClassEvents from 'class-events';
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
    }).toThrow(/^@On\(\) cannot tell the event class of Notify\.handle: .*Name it: @On\(OrderPlaced\)/);
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
      '@On of send: the compiler keeps no decorator metadata. TypeScript 5.2, esbuild 0.21, swc "2022-03", Babel "2023-05" and newer keep it.',
    );
  });

  it('says so when Symbol was frozen before, and is loaded all the same', () => {
    const symbol = globalThis.Symbol;
    // As `--frozen-intrinsics` and hardened realms leave it: nothing can be added, and nothing has been.
    globalThis.Symbol = new Proxy(((description?: string) => symbol(description)) as unknown as SymbolConstructor, {
      get: (_, key) => (key === 'metadata' ? undefined : (Reflect.get(symbol, key) as unknown)),
      defineProperty: () => false,
    });
    let frozen: typeof ClassEvents | undefined;
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- what isolateModules isolates is `require`
      jest.isolateModules(() => (frozen = require('class-events') as typeof ClassEvents));
      const decorate = frozen?.On(OrderPlaced) as unknown as (method: unknown, context: unknown) => void;
      const context = { kind: 'method', name: 'send', static: false, private: false };
      expect(() => decorate(() => undefined, context)).toThrow('@On of send: Symbol is frozen without metadata.');
      const bus = new frozen!.EventBus();
      expect(bus.subscribe(OrderPlaced, () => undefined).active).toBe(true);
    } finally {
      globalThis.Symbol = symbol;
    }
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

/** A class decorator that puts a function in place of the class, and has it share the prototype. */
function Wrapped<C extends new (...dependencies: never[]) => object>(wrapped: C): C {
  function Wrapper(...dependencies: never[]): object {
    return Reflect.construct(wrapped, dependencies, new.target as unknown as Function) as object;
  }
  Wrapper.prototype = wrapped.prototype;
  return Wrapper as unknown as C;
}

/** A method decorator that puts a function in place of the method. */
function Logged<F extends (...given: never[]) => unknown>(method: F): F {
  return function logged(this: unknown, ...given: never[]) {
    return method.apply(this, given);
  } as F;
}

describe('A class decorator that wraps the class', () => {
  const ran: string[] = [];

  @Wrapped
  class Receipts {
    @On(OrderPlaced)
    send(): void {
      ran.push('send');
    }

    @Logged
    @On(OrderShipped, { name: 'log' })
    log(): void {
      ran.push('log');
    }
  }
  class LoudReceipts extends Receipts {
    @On(OrderPlaced)
    shout(): void {
      ran.push('shout');
    }
  }
  beforeEach(() => {
    ran.length = 0;
  });

  const ways: [string, (bus: EventBus, subscriberClass: new () => object) => void][] = [
    ['register', (bus, subscriberClass) => void bus.register(new subscriberClass())],
    ['registerClass', (bus, subscriberClass) => void bus.registerClass(subscriberClass, (its) => new its())],
  ];

  it.each(ways)('leaves the marks of its methods: %s', async (_, register) => {
    const bus = new EventBus();
    register(bus, Receipts);
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['send', 'log']);
  });

  it.each(ways)('leaves the marks to a subclass: %s', async (_, register) => {
    const bus = new EventBus();
    register(bus, LoudReceipts);
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['send', 'shout', 'log']);
  });

  it.each(ways)('leaves the mark above the class, below and above the decorator: %s', async (_, register) => {
    @On(OrderPlaced)
    @Wrapped
    @On(OrderShipped)
    class Notify {
      handle(): void {
        ran.push('handle');
      }
    }
    const bus = new EventBus();
    register(bus, Notify);
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['handle', 'handle']);
  });

  it('and gives a class without a name leaves the name of the class that it wraps', () => {
    // oxlint-disable-next-line typescript/no-explicit-any -- a class expression can extend nothing else
    const Anonymous = <C extends new (...dependencies: any[]) => object>(wrapped: C): C => class extends wrapped {};
    @Anonymous
    class Named {
      @On(OrderPlaced)
      send(): void {}
    }
    const group = new EventBus().register(new Named());
    expect([group.name, group.subscriptions[0]?.name]).toEqual(['Named', 'Named.send']);
  });
});

describe('Marks that were lost', () => {
  it('are told from marks that never were', () => {
    class Marked {
      @On(OrderPlaced)
      sendReceiptOnce(): void {}
    }
    // As a mock is, or a class whose metadata a compiler has dropped, and whose method somebody has wrapped.
    class Mocked {
      sendReceiptOnce(): void {}
    }
    class Unmarked {
      neverMarkedAnywhere(): void {}
    }
    const bus = new EventBus();
    expect(bus.register(new Marked()).active).toBe(true);
    expect(() => bus.register(new Mocked())).toThrow(
      'an object of Mocked has no @On methods. Mark one, or subscribe a function. ' +
        'If sendReceiptOnce was marked, a mock, another decorator or the compiler has lost the mark.',
    );
    expect(() => bus.register(new Unmarked())).toThrow(
      new TypeError('an object of Unmarked has no @On methods. Mark one, or subscribe a function.'),
    );
  });

  it('are found again by the methods, where the compiler gave the metadata to no class', async () => {
    const ran: string[] = [];
    class Receipts {
      send(): void {
        ran.push('send');
      }
    }
    // By hand, as esbuild 0.21.3 does it.
    const decorate = On(OrderPlaced) as unknown as (method: unknown, context: object) => void;
    const { send } = Receipts.prototype as { readonly send: (this: void) => void };
    decorate(send, { kind: 'method', name: 'send', static: false, private: false, metadata: {} });
    const bus = new EventBus();
    bus.register(new Receipts());
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['send']);
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
