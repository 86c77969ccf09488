import { EventBus, On, type OnDecorator } from 'class-events';
import { OrderPlaced, OrderShipped } from '../../support/orders.js';

class Receipts {
  readonly sent: string[] = [];

  @On(OrderPlaced)
  send(event: OrderPlaced): void {
    this.sent.push(event.orderId);
  }
}

/** A decorator of somebody else, for both dialects: it replaces the method by one that notes the call first. */
function Noted(ran: string[]) {
  return (target: unknown, _context: unknown, descriptor?: PropertyDescriptor): never => {
    const method = (descriptor ? descriptor.value : target) as (...given: unknown[]) => unknown;
    function noted(this: unknown, ...given: unknown[]): unknown {
      ran.push('noted');
      return method.apply(this, given);
    }
    if (descriptor) descriptor.value = noted;
    return (descriptor ?? noted) as never;
  };
}

/** Decorators of a user, made of @On. */
const OnPlaced = (priority = 0): OnDecorator<OrderPlaced> => On(OrderPlaced, { priority });
const OnShipped = On(OrderShipped);

/** A class decorator of somebody else, for both dialects: it replaces the class by a subclass. */
function Extended<C extends new (...given: never[]) => object>(target: C, _context?: unknown): C {
  const Base = target as unknown as new (...given: unknown[]) => object;
  return class extends Base {} as unknown as C;
}

describe('register', () => {
  it('subscribes one object once, and gives the same group again', async () => {
    const bus = new EventBus();
    const receipts = new Receipts();
    const group = bus.register(receipts);
    expect(bus.register(receipts)).toBe(group);
    await bus.publish(new OrderPlaced());
    expect(receipts.sent).toEqual(['o-1']);
  });

  it('subscribes two objects of one class, each for itself', async () => {
    const bus = new EventBus();
    const [one, other] = [new Receipts(), new Receipts()];
    bus.register(one);
    const group = bus.register(other);
    await bus.publish(new OrderPlaced('o-1'));
    group.unsubscribe();
    await bus.publish(new OrderPlaced('o-2'));
    expect(one.sent).toEqual(['o-1', 'o-2']);
    expect(other.sent).toEqual(['o-1']);
  });

  it('subscribes one object on two buses, each for itself', async () => {
    const [bus, other] = [new EventBus(), new EventBus()];
    const receipts = new Receipts();
    expect(bus.register(receipts)).not.toBe(other.register(receipts));
    bus.unregister(receipts);
    await bus.publish(new OrderPlaced('o-1'));
    await other.publish(new OrderPlaced('o-2'));
    expect(receipts.sent).toEqual(['o-2']);
  });

  it('takes an object again after it was unregistered', async () => {
    const bus = new EventBus();
    const receipts = new Receipts();
    const group = bus.register(receipts);
    bus.unregister(receipts);
    const again = bus.register(receipts);
    expect(again).not.toBe(group);
    expect([group.active, again.active]).toEqual([false, true]);
    await bus.publish(new OrderPlaced());
    expect(receipts.sent).toEqual(['o-1']);
  });

  it('takes a frozen object', async () => {
    const bus = new EventBus();
    const receipts = Object.freeze(new Receipts());
    bus.register(receipts);
    await bus.publish(new OrderPlaced());
    expect(receipts.sent).toEqual(['o-1']);
  });

  it('calls what stands under the name of the method when the event comes, as spies need it', async () => {
    const bus = new EventBus();
    const receipts = new Receipts();
    bus.register(receipts);
    const spied: string[] = [];
    receipts.send = (event) => void spied.push(event.orderId);
    await bus.publish(new OrderPlaced());
    expect(spied).toEqual(['o-1']);
    expect(receipts.sent).toEqual([]);
  });

  it('calls a proxied object through its proxy, once', async () => {
    const through: unknown[] = [];
    const receipts = new Receipts();
    const proxy = new Proxy(receipts, {
      get(target, key, receiver) {
        if (key === 'send') through.push(receiver);
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    const bus = new EventBus();
    bus.register(proxy);
    through.length = 0;
    await bus.publish(new OrderPlaced());
    expect(through).toHaveLength(1);
    expect(through[0]).toBe(proxy);
    expect(receipts.sent).toEqual(['o-1']);
  });
});

describe('register, for an object and its proxy,', () => {
  it('subscribes both: they are two objects, so register the one that is to be called', async () => {
    const receipts = new Receipts();
    const bus = new EventBus();
    bus.register(receipts);
    bus.register(new Proxy(receipts, {}));
    await bus.publish(new OrderPlaced());
    expect(receipts.sent).toEqual(['o-1', 'o-1']);
  });
});

describe('register, where publisher and subscriber know each other,', () => {
  it('works: neither has to be there first', async () => {
    const seen: string[] = [];
    class Orders {
      constructor(readonly bus: EventBus) {
        bus.register(this);
      }

      async place(orderId: string): Promise<void> {
        await this.bus.publish(new OrderPlaced(orderId));
      }

      @On(OrderShipped)
      done({ orderId }: OrderShipped): void {
        seen.push(orderId);
      }
    }
    class Shipping {
      constructor(readonly orders: Orders) {
        orders.bus.register(this);
      }

      @On(OrderPlaced)
      async ship({ orderId }: OrderPlaced): Promise<void> {
        await this.orders.bus.publish(new OrderShipped(orderId));
      }
    }
    const { orders } = new Shipping(new Orders(new EventBus()));
    await orders.place('o-1');
    expect(seen).toEqual(['o-1']);
  });
});

describe('@On with a signal', () => {
  it('ends the subscriptions of all objects of the class when it aborts, and later ones come inactive', async () => {
    const controller = new AbortController();
    class Season {
      readonly seen: string[] = [];

      @On(OrderPlaced, { signal: controller.signal })
      note({ orderId }: OrderPlaced): void {
        this.seen.push(orderId);
      }
    }
    const bus = new EventBus();
    const [one, other] = [new Season(), new Season()];
    bus.register(one);
    await bus.publish(new OrderPlaced('o-1'));
    controller.abort();
    expect(bus.register(other).active).toBe(false);
    await bus.publish(new OrderPlaced('o-2'));
    expect([...one.seen, ...other.seen]).toEqual(['o-1']);
    expect(bus.subscriptions()).toEqual([]);
  });
});

describe('@On beside other decorators', () => {
  it('calls a method that another decorator has wrapped, above or below', async () => {
    const ran: string[] = [];
    class Audit {
      readonly #label = 'run';

      @On(OrderPlaced)
      @Noted(ran)
      below(event: OrderPlaced): void {
        ran.push(`${this.#label} below ${event.orderId}`);
      }

      @Noted(ran)
      @On(OrderPlaced)
      above(event: OrderPlaced): void {
        ran.push(`${this.#label} above ${event.orderId}`);
      }
    }
    const bus = new EventBus();
    bus.register(new Audit());
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['noted', 'run below o-1', 'noted', 'run above o-1']);
  });

  it('awaits an async method that a wrapper hides, in its place among the sync ones', async () => {
    const ran: string[] = [];
    class Audit {
      @On(OrderPlaced)
      @Noted(ran)
      async write(): Promise<void> {
        await Promise.resolve();
        ran.push('written');
      }

      @On(OrderPlaced)
      after(): void {
        ran.push('after');
      }
    }
    const bus = new EventBus();
    const group = bus.register(new Audit());
    expect(group.subscriptions[0]?.mode).toBe('sync');
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['noted', 'after', 'written']);
  });

  it('works inside a decorator of your own, with options passed through, alone and stacked', async () => {
    const ran: string[] = [];
    class Audit {
      @OnPlaced()
      second(): void {
        ran.push('second');
      }

      @OnPlaced(5)
      @OnShipped
      first(): void {
        ran.push('first');
      }
    }
    @OnShipped
    class Notify {
      handle(): void {
        ran.push('notify');
      }
    }
    const bus = new EventBus();
    bus.register(new Audit());
    bus.register(new Notify());
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['first', 'second', 'first', 'notify']);
  });

  it('finds the marks of a class that another decorator has replaced by a subclass', async () => {
    const ran: string[] = [];
    @Extended
    @On(OrderShipped)
    class Audit {
      @On(OrderPlaced)
      note(): void {
        ran.push('note');
      }

      handle(): void {
        ran.push('handle');
      }
    }
    const bus = new EventBus();
    bus.register(new Audit());
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual(['note', 'handle']);
  });
});
