import { EventBus, On } from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../../support/orders.js';
import { ways } from './ways.js';

describe.each(ways)('a subclass of a class with @On ($way)', ({ register }) => {
  const ran: string[] = [];
  async function afterPublishing(subscriberClass: new () => object, ...events: object[]): Promise<string[]> {
    const bus = new EventBus();
    register(bus, subscriberClass);
    await bus.publishAll(events);
    return ran.splice(0);
  }

  class Base {
    @On(OrderPlaced)
    react(): void {
      ran.push('Base.react');
    }
  }

  it('inherits the methods that it does not override: they run once', async () => {
    class Derived extends Base {}
    expect(await afterPublishing(Derived, new OrderPlaced())).toEqual(['Base.react']);
  });

  it('runs an override that is not decorated in place of the base method, once', async () => {
    class Derived extends Base {
      override react(): void {
        ran.push('Derived.react');
      }
    }
    expect(await afterPublishing(Derived, new OrderPlaced())).toEqual(['Derived.react']);
    expect(await afterPublishing(Base, new OrderPlaced())).toEqual(['Base.react']);
  });

  it('may call the base method from its override', async () => {
    class Derived extends Base {
      override react(): void {
        ran.push('Derived.react');
        super.react();
      }
    }
    expect(await afterPublishing(Derived, new OrderPlaced())).toEqual(['Derived.react', 'Base.react']);
  });

  it('runs an override that is decorated again once, with its own options', async () => {
    class Derived extends Base {
      @On(OrderPlaced, { priority: 3, name: 'again' })
      override react(): void {
        ran.push('Derived.react');
      }
    }
    const group = register(new EventBus(), Derived);
    expect(group.subscriptions.map(({ name, priority }) => [name, priority])).toEqual([['again', 3]]);
    expect(await afterPublishing(Derived, new OrderPlaced())).toEqual(['Derived.react']);
  });

  it('inherits the mark for another class when its override is decorated again', async () => {
    class Derived extends Base {
      @On(OrderShipped, { priority: 3 })
      override react(): void {
        ran.push('Derived.react');
      }
    }
    const events = [new OrderPlaced(), new OrderShipped()];
    expect(await afterPublishing(Derived, ...events)).toEqual(['Derived.react', 'Derived.react']);
    const group = register(new EventBus(), Derived);
    expect(group.subscriptions.map(({ eventClasses, priority }) => [eventClasses, priority])).toEqual([
      [[OrderPlaced], 0],
      [[OrderShipped], 3],
    ]);
  });

  it('replaces one class of a list, and inherits the others of it', () => {
    class Lists {
      @On([OrderPlaced, OrderShipped], { name: 'base' })
      react(): void {}
    }
    class Derived extends Lists {
      @On(OrderPlaced, { name: 'derived' })
      override react(): void {}
    }
    const group = register(new EventBus(), Derived);
    expect(group.subscriptions.map(({ name, eventClasses }) => [name, eventClasses])).toEqual([
      ['base', [OrderShipped]],
      ['derived', [OrderPlaced]],
    ]);
  });

  it('replaces over several levels, and may skip one', () => {
    class Middle extends Base {
      override react(): void {}
    }
    class Derived extends Middle {
      @On(OrderPlaced, { name: 'derived' })
      override react(): void {}
    }
    class Lowest extends Derived {}
    const group = register(new EventBus(), Lowest);
    expect(group.subscriptions.map(({ name }) => name)).toEqual(['derived']);
  });

  it('a subclass that marks the override for a base class of the event runs it once', async () => {
    class Derived extends Base {
      @On(OrderEvent)
      override react(): void {
        ran.push('Derived.react');
      }
    }
    expect(await afterPublishing(Derived, new OrderPlaced())).toEqual(['Derived.react']);
  });

  it('may override by a field', async () => {
    class Derived extends Base {
      override react = (): void => void ran.push('Derived.react');
    }
    expect(await afterPublishing(Derived, new OrderPlaced())).toEqual(['Derived.react']);
  });

  it('runs the methods of the base class before its own', async () => {
    class Derived extends Base {
      @On(OrderPlaced)
      another(): void {
        ran.push('Derived.another');
      }
    }
    expect(await afterPublishing(Derived, new OrderPlaced())).toEqual(['Base.react', 'Derived.another']);
  });

  it('keeps its marks from the base class and from its siblings', async () => {
    class First extends Base {
      @On(OrderShipped)
      first(): void {
        ran.push('First.first');
      }

      @On(OrderShipped)
      override react(): void {
        ran.push('First.react');
      }
    }
    class Second extends Base {
      @On(OrderShipped)
      second(): void {
        ran.push('Second.second');
      }

      first(): void {
        ran.push('Second.first');
      }
    }
    const both = [new OrderPlaced(), new OrderShipped()];
    expect(await afterPublishing(Base, ...both)).toEqual(['Base.react']);
    expect(await afterPublishing(Second, ...both)).toEqual(['Base.react', 'Second.second']);
    expect(await afterPublishing(First, ...both)).toEqual(['First.react', 'First.first', 'First.react']);
  });

  it('a subclass of a class without marks keeps its marks from it', () => {
    class Plain {
      react(): void {}
    }
    class Derived extends Plain {
      @On(OrderPlaced)
      override react(): void {}
    }
    const bus = new EventBus();
    register(bus, Derived);
    expect(() => register(bus, Plain)).toThrow(/Plain has no @On methods\./);
  });

  it('implements an abstract method that is decorated', async () => {
    abstract class Abstract {
      @On(OrderPlaced)
      template(): void {
        this.react();
      }

      abstract react(): void;
    }
    class Concrete extends Abstract {
      react(): void {
        ran.push('Concrete.react');
      }
    }
    expect(await afterPublishing(Concrete, new OrderPlaced())).toEqual(['Concrete.react']);
  });

  it('decorates an abstract method that is not', async () => {
    abstract class Abstract {
      abstract react(): void;
    }
    class Concrete extends Abstract {
      @On(OrderPlaced)
      react(): void {
        ran.push('Concrete.react');
      }
    }
    expect(await afterPublishing(Concrete, new OrderPlaced())).toEqual(['Concrete.react']);
  });

  it('never runs a method that is decorated nowhere', async () => {
    class Derived extends Base {
      nowhere(): void {
        ran.push('nowhere');
      }
    }
    class Lowest extends Derived {
      override nowhere(): void {
        ran.push('nowhere');
      }
    }
    expect(await afterPublishing(Lowest, new OrderPlaced())).toEqual(['Base.react']);
  });

  it('a subclass of a marked class inherits its handle, overridden or not', async () => {
    @On(OrderPlaced)
    class Notify {
      handle(): void {
        ran.push('Notify.handle');
      }
    }
    class NotifyByMail extends Notify {
      override handle(): void {
        ran.push('NotifyByMail.handle');
      }
    }
    class NotifyAlike extends Notify {}
    expect(await afterPublishing(NotifyByMail, new OrderPlaced())).toEqual(['NotifyByMail.handle']);
    expect(await afterPublishing(NotifyAlike, new OrderPlaced())).toEqual(['Notify.handle']);
  });

  it('has the same order in both dialects', () => {
    class Top {
      @On(OrderEvent)
      a(): void {}

      @On(OrderPlaced)
      @On(OrderShipped)
      b(): void {}
    }
    @On(OrderPlaced)
    class Bottom extends Top {
      @On(OrderPlaced)
      c(): void {}

      @On(OrderPlaced)
      override a(): void {}

      handle(): void {}
    }
    const group = register(new EventBus(), Bottom);
    const wiring = group.subscriptions.map(({ name, eventClasses }) => `${name} ${eventClasses[0]?.name}`);
    expect(wiring).toEqual([
      'Bottom.a OrderEvent',
      'Bottom.b OrderShipped',
      'Bottom.b OrderPlaced',
      'Bottom.c OrderPlaced',
      'Bottom.a OrderPlaced',
      'Bottom.handle OrderPlaced',
    ]);
  });

  it('may be compiled in another dialect than its base class', async () => {
    // By hand, as the two kinds of compilers do it.
    const decorator = On(OrderPlaced) as unknown as (...given: unknown[]) => void;
    const asLegacy = ({ prototype }: { prototype: object }, method: string): void =>
      decorator(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
    const asStandard = (subscriberClass: { prototype: object }, method: string): void => {
      const metadata = {};
      Object.defineProperty(subscriberClass, Symbol.metadata, { value: metadata });
      decorator(Reflect.get(subscriberClass.prototype, method), {
        kind: 'method',
        name: method,
        static: false,
        private: false,
        metadata,
      });
    };
    for (const [decorateBase, decorateDerived] of [
      [asLegacy, asStandard],
      [asStandard, asLegacy],
    ] as const) {
      class Lower {
        react(): void {
          ran.push('Lower.react');
        }
      }
      class Upper extends Lower {
        override react(): void {
          ran.push('Upper.react');
        }

        own(): void {
          ran.push('Upper.own');
        }
      }
      decorateBase(Lower, 'react');
      decorateDerived(Upper, 'own');
      expect(await afterPublishing(Upper, new OrderPlaced())).toEqual(['Upper.react', 'Upper.own']);
    }
  });
});
