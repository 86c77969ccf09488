import { EventBus, On } from 'class-events';
import { OrderPlaced, OrderShipped } from '../../support/orders.js';
import { ways } from './ways.js';

/** As JavaScript sees it, for most of these mistakes do not compile. */
const UntypedOn = On as unknown as (eventClass: object) => (...given: unknown[]) => void;

describe('@On is refused when the class is defined', () => {
  it('@On is refused on a static method', () => {
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        static send(): void {}
      }
      void Receipts;
    }).toThrow('@On cannot stand on send: it is static. Put it on a public method of the instance.');
  });

  it('@On is refused on a field, even one that holds a function', () => {
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        send = (_event: OrderPlaced): void => {};
      }
      void new Receipts();
    }).toThrow('@On cannot stand on send: it is no method. Put it on a public method of the instance.');
  });

  it('@On is refused on a getter', () => {
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        get send(): string {
          return 'send';
        }
      }
      void Receipts;
    }).toThrow('@On cannot stand on send: it is no method.');
  });

  it('@On is refused on a setter', () => {
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        set send(_event: OrderPlaced) {}
      }
      void Receipts;
    }).toThrow('@On cannot stand on send: it is no method.');
  });

  it('@On is refused on a member that is named by a symbol, which the message names', () => {
    const react = Symbol('react');
    expect(() => {
      class Receipts {
        @UntypedOn(OrderPlaced)
        static [react](): void {}
      }
      void Receipts;
    }).toThrow('@On cannot stand on Symbol(react): it is static.');
  });

  it('@On is refused on a generator, sync or async, because calling one runs nothing', () => {
    const refusal = 'it is a generator, and calling one runs nothing. Put it on a public method of the instance.';
    expect(() => {
      class Receipts {
        @On(OrderPlaced)
        *send(): Generator {}
      }
      void Receipts;
    }).toThrow(`@On cannot stand on send: ${refusal}`);
    expect(() => {
      class Receipts {
        @On(OrderPlaced)
        async *send(): AsyncGenerator {}
      }
      void Receipts;
    }).toThrow(`@On cannot stand on send: ${refusal}`);
  });

  it('@On is refused on a class whose handle is a generator', () => {
    expect(() => {
      @On(OrderPlaced)
      class SendReceipt {
        async *handle(): AsyncGenerator {}
      }
      void SendReceipt;
    }).toThrow('@On cannot stand on handle: it is a generator, and calling one runs nothing.');
  });
});

describe.each(ways)('@On on a class ($way)', ({ register }) => {
  it('subscribes its handle method', async () => {
    const ran: string[] = [];
    @On(OrderPlaced)
    class Notify {
      readonly #channel = 'mail';

      handle(event: OrderPlaced): void {
        ran.push(`${this.#channel} ${event.orderId}`);
      }
    }
    const bus = new EventBus();
    const group = register(bus, Notify);
    await bus.publish(new OrderPlaced('o-1'));
    expect(ran).toEqual(['mail o-1']);
    expect(group.subscriptions.map(({ name }) => name)).toEqual(['Notify.handle']);
  });

  it('takes lists, late names and options, and stacks', async () => {
    const ran: string[] = [];
    class Cancelled {}
    @On([OrderPlaced, OrderShipped], { priority: 2 })
    @On(() => Cancelled)
    class Notify {
      async handle(event: object): Promise<void> {
        ran.push(event.constructor.name);
      }
    }
    const bus = new EventBus();
    const group = register(bus, Notify);
    await bus.publishAll([new OrderPlaced(), new OrderShipped(), new Cancelled()]);
    expect(ran).toEqual(['OrderPlaced', 'OrderShipped', 'Cancelled']);
    expect(group.subscriptions.map(({ mode, priority }) => [mode, priority])).toEqual([
      ['async', 0],
      ['async', 2],
    ]);
  });

  it('stands beside @On on methods, and runs handle once when both name it', async () => {
    const ran: string[] = [];
    @On(OrderPlaced)
    class Notify {
      @On(OrderPlaced)
      before(): void {
        ran.push('before');
      }

      @On(OrderShipped)
      handle(): void {
        ran.push('handle');
      }
    }
    const bus = new EventBus();
    register(bus, Notify);
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['before', 'handle']);
    await bus.publish(new OrderShipped());
    expect(ran).toEqual(['before', 'handle', 'handle']);
  });

  it('may be abstract: the handle method of the subclass runs', async () => {
    const ran: string[] = [];
    @On(OrderPlaced)
    abstract class Notify {
      abstract handle(event: OrderPlaced): void;
    }
    class NotifyByMail extends Notify {
      handle(event: OrderPlaced): void {
        ran.push(event.orderId);
      }
    }
    const bus = new EventBus();
    register(bus, NotifyByMail);
    await bus.publish(new OrderPlaced('o-1'));
    expect(ran).toEqual(['o-1']);
  });

  it('@On on a class without a handle method is refused at registration, by name, and nothing is subscribed', () => {
    @UntypedOn(OrderPlaced)
    class Notify {
      @On(OrderShipped)
      other(): void {}
    }
    const bus = new EventBus();
    expect(() => register(bus, Notify)).toThrow(TypeError);
    expect(() => register(bus, Notify)).toThrow(/^Notify\.handle is marked by @On, but it is no method\./);
    expect(bus.subscriptions()).toEqual([]);
  });
});

describe('@On on a class', () => {
  it('may have a handle that is a field, where an instance is registered', async () => {
    const ran: string[] = [];
    @On(OrderPlaced)
    class Notify {
      handle = (event: OrderPlaced): void => void ran.push(event.orderId);
    }
    const bus = new EventBus();
    bus.register(new Notify());
    await bus.publish(new OrderPlaced('o-1'));
    expect(ran).toEqual(['o-1']);
  });

  it('whose handle is a field is refused by registerClass, which has no instance to look at', () => {
    @On(OrderPlaced)
    class Notify {
      handle = (): void => undefined;
    }
    const bus = new EventBus();
    expect(() => bus.registerClass(Notify, () => new Notify())).toThrow(
      /^Notify\.handle is marked by @On, but it is no method\./,
    );
  });
});
