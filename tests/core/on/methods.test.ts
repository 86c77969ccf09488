import { EventBus, type HandlerContext, On, StoppableEvent } from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../../support/orders.js';
import { syncWays } from './ways.js';

describe.each(syncWays)('@On on a method ($way)', ({ register }) => {
  it('calls it on the registered object, so that this and private fields work', async () => {
    class Receipts {
      readonly #sent: string[] = [];

      @On(OrderPlaced)
      send(event: OrderPlaced): void {
        this.#sent.push(event.orderId);
      }

      get sent(): readonly string[] {
        return this.#sent;
      }
    }
    const bus = new EventBus();
    const receipts = new Receipts();
    bus.register(receipts);
    await bus.publish(new OrderPlaced('o-7'));
    expect(receipts.sent).toEqual(['o-7']);
  });

  it('gives it the very event, and a context with a signal', async () => {
    const given: unknown[] = [];
    class Receipts {
      @On(OrderPlaced)
      send(event: OrderPlaced, context: HandlerContext): void {
        given.push(event, context.signal.aborted);
      }
    }
    const bus = new EventBus();
    const event = new OrderPlaced();
    register(bus, Receipts);
    await bus.publish(event);
    expect(given[0]).toBe(event);
    expect(given[1]).toBe(false);
  });

  it('subscribes nothing before an instance is registered, and then on that bus alone', async () => {
    const ran: string[] = [];
    class Receipts {
      @On(OrderPlaced)
      send(): void {
        ran.push('sent');
      }
    }
    const [bus, other] = [new EventBus(), new EventBus()];
    await bus.publish(new OrderPlaced());
    register(bus, Receipts);
    await other.publish(new OrderPlaced());
    expect(ran).toEqual([]);
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['sent']);
  });

  it('never calls an undecorated method, not even one with the same signature', async () => {
    const ran: string[] = [];
    class Receipts {
      @On(OrderPlaced)
      send(_event: OrderPlaced): void {
        ran.push('send');
      }

      resend(_event: OrderPlaced): void {
        ran.push('resend');
      }

      handle(_event: OrderPlaced): void {
        ran.push('handle');
      }
    }
    const bus = new EventBus();
    register(bus, Receipts);
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['send']);
  });

  it('runs several methods for one class in the order of their declaration', async () => {
    const ran: string[] = [];
    class Warehouse {
      @On(OrderPlaced)
      zebra(): void {
        ran.push('zebra');
      }

      @On(OrderEvent)
      apple(): void {
        ran.push('apple');
      }

      @On(OrderPlaced)
      mango(): void {
        ran.push('mango');
      }
    }
    const bus = new EventBus();
    register(bus, Warehouse);
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['zebra', 'apple', 'mango']);
  });

  it('passes its options on', async () => {
    const ran: string[] = [];
    class Warehouse {
      @On(OrderPlaced, { filter: (event) => event.orderId !== 'o-2' })
      filtered(event: OrderPlaced): void {
        ran.push(`filtered ${event.orderId}`);
      }

      @On(OrderPlaced, { once: true, priority: 1 })
      first(event: OrderPlaced): void {
        ran.push(`first ${event.orderId}`);
      }

      @On(OrderEvent, { exact: true })
      never(): void {
        ran.push('exact');
      }

      @On(OrderPlaced, { around: (run) => (ran.push('around'), run()) })
      wrapped(): void {
        ran.push('wrapped');
      }
    }
    const bus = new EventBus();
    register(bus, Warehouse);
    await bus.publish(new OrderPlaced('o-1'));
    await bus.publish(new OrderPlaced('o-2'));
    expect(ran).toEqual(['first o-1', 'filtered o-1', 'around', 'wrapped', 'around', 'wrapped']);
  });

  it('can stop a stoppable event', async () => {
    const ran: string[] = [];
    class LoginAttempted extends StoppableEvent {}
    class Guard {
      @On(LoginAttempted, { priority: 1 })
      stop(event: LoginAttempted): void {
        ran.push('stop');
        event.stopPropagation();
      }

      @On(LoginAttempted)
      after(): void {
        ran.push('after');
      }
    }
    const bus = new EventBus();
    register(bus, Guard);
    await bus.publish(new LoginAttempted());
    expect(ran).toEqual(['stop']);
  });

  it('takes generic events', async () => {
    class Changed<T> {
      constructor(
        readonly before: T,
        readonly after: T,
      ) {}
    }
    const seen: number[] = [];
    class Audit {
      @On(Changed<number>, { filter: ({ before, after }) => before !== after })
      note(event: Changed<number>): void {
        seen.push(event.after - event.before);
      }
    }
    const bus = new EventBus();
    register(bus, Audit);
    await bus.publish(new Changed(1, 3));
    await bus.publish(new Changed(3, 3));
    expect(seen).toEqual([2]);
  });

  it('never mixes two classes with one name, as minifiers make them', async () => {
    const [One, Other] = [class e extends OrderPlaced {}, (() => class e extends OrderPlaced {})()];
    expect(One.name).toBe(Other.name);
    const ran: string[] = [];
    const subscriberNamedS = (label: string, key: typeof OrderPlaced): new () => object => {
      class s {
        @On(key)
        m(): void {
          ran.push(label);
        }
      }
      return s;
    };
    const bus = new EventBus();
    register(bus, subscriberNamedS('one', One));
    register(bus, subscriberNamedS('other', Other));
    await bus.publish(new Other());
    expect(ran).toEqual(['other']);
  });

  it('takes methods that are named by a symbol or computed', async () => {
    const ran: string[] = [];
    const react = Symbol('react');
    const computed = `on${OrderShipped.name}`;
    class Warehouse {
      @On(OrderPlaced)
      [react](): void {
        ran.push('symbol');
      }

      @On(OrderShipped)
      [computed](): void {
        ran.push('computed');
      }
    }
    const bus = new EventBus();
    const group = register(bus, Warehouse);
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['symbol', 'computed']);
    expect(group.subscriptions.map(({ name }) => name)).toEqual([
      'Warehouse.Symbol(react)',
      'Warehouse.onOrderShipped',
    ]);
  });

  describe('mode', () => {
    it('is async for an async method and sync for another, unless given', () => {
      class Warehouse {
        @On(OrderPlaced)
        plain(): void {}

        @On(OrderPlaced)
        async asynchronous(): Promise<void> {}

        @On(OrderPlaced)
        promising(): Promise<void> {
          return Promise.resolve();
        }

        @On(OrderPlaced, { mode: 'async' })
        told(): void {}

        @On(OrderPlaced, { mode: 'sync' })
        async toldOtherwise(): Promise<void> {}
      }
      const group = register(new EventBus(), Warehouse);
      expect(group.subscriptions.map(({ name, mode }) => [name, mode])).toEqual([
        ['Warehouse.plain', 'sync'],
        ['Warehouse.asynchronous', 'async'],
        ['Warehouse.promising', 'sync'],
        ['Warehouse.told', 'async'],
        ['Warehouse.toldOtherwise', 'sync'],
      ]);
    });

    it('is that of the override, not of the method that was marked', () => {
      class Base {
        @On(OrderPlaced)
        react(): unknown {
          return undefined;
        }
      }
      class Derived extends Base {
        override async react(): Promise<void> {}
      }
      expect(register(new EventBus(), Derived).subscriptions[0]?.mode).toBe('async');
    });
  });

  describe('name', () => {
    it('is Class.method of the registered object, unless given', () => {
      class Base {
        @On(OrderPlaced)
        react(): void {}

        @On(OrderPlaced, { name: 'the audit log' })
        log(): void {}
      }
      class Derived extends Base {}
      const group = register(new EventBus(), Derived);
      expect(group.name).toBe('Derived');
      expect(group.subscriptions.map(({ name }) => name)).toEqual(['Derived.react', 'the audit log']);
    });

    it('is Class.method as well where the option is there but undefined', () => {
      class Receipts {
        @On(OrderPlaced, { name: undefined })
        send(): void {}
      }
      expect(register(new EventBus(), Receipts).subscriptions[0]?.name).toBe('Receipts.send');
    });
  });
});
