import { EventBus, On } from 'class-events';
import { asClass, asValue, createContainer } from 'awilix';
import { container, inject, injectable, scoped, Lifecycle, singleton } from 'tsyringe';
import { OrderPlaced } from '../support/orders.js';
import { publishErrorOf } from '../support/rejection.js';

// inversify is an ES module alone, which jest does not load here: examples/13-inversify.ts is its test.

describe('registerClass with tsyringe and its decorators', () => {
  let story: string[];
  let bus: EventBus;
  let tenant: typeof container;
  beforeEach(() => {
    story = [];
    bus = new EventBus();
    tenant = container.createChildContainer();
    tenant.register('story', { useValue: story });
  });

  @injectable()
  class Mailer {
    constructor(@inject('story') readonly story: string[]) {}
  }

  it('gets one instance of a singleton, with its dependencies, for all events', async () => {
    let built = 0;
    @singleton()
    class Receipts {
      readonly #number = ++built;

      constructor(readonly mailer: Mailer) {}

      @On()
      send(event: OrderPlaced): void {
        this.mailer.story.push(`${event.orderId} by ${this.#number}`);
      }
    }
    bus.registerClass(Receipts, (receiptsClass) => tenant.resolve(receiptsClass));
    expect(built).toBe(0);
    await bus.publishAll([new OrderPlaced('o-1'), new OrderPlaced('o-2')]);
    expect(story).toEqual(['o-1 by 1', 'o-2 by 1']);
  });

  it('gets an instance for each event where the class is transient, shared by its methods', async () => {
    let built = 0;
    @scoped(Lifecycle.ResolutionScoped)
    class Receipts {
      readonly #number = ++built;

      constructor(readonly mailer: Mailer) {}

      @On(OrderPlaced)
      send(): void {
        this.mailer.story.push(`send by ${this.#number}`);
      }

      @On(OrderPlaced)
      archive(): void {
        this.mailer.story.push(`archive by ${this.#number}`);
      }
    }
    bus.registerClass(Receipts, (receiptsClass) => tenant.resolve(receiptsClass));
    await bus.publishAll([new OrderPlaced(), new OrderPlaced()]);
    expect(story).toEqual(['send by 1', 'archive by 1', 'send by 2', 'archive by 2']);
  });

  it('tells the publisher what the container could not build', async () => {
    @injectable()
    class Receipts {
      constructor(@inject('no such token') readonly mailer: Mailer) {}

      @On(OrderPlaced)
      send(): void {}
    }
    bus.registerClass(Receipts, (receiptsClass) => tenant.resolve(receiptsClass));
    const { report } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(report.failures.map(({ subscription }) => subscription.name)).toEqual(['Receipts.send']);
    expect(String(report.failures[0]?.reason)).toContain('no such token');
  });
});

describe('registerClass with awilix', () => {
  it('gets an instance from a scope of its own for each event, which can know the event', async () => {
    const story: string[] = [];
    class Receipts {
      constructor(readonly cradle: { readonly event: OrderPlaced }) {}

      @On(OrderPlaced)
      send(event: OrderPlaced): void {
        story.push(`${event.orderId} ${this.cradle.event === event}`);
      }
    }
    const root = createContainer().register({ receipts: asClass(Receipts).scoped() });
    const bus = new EventBus();
    bus.registerClass(Receipts, (_, event) =>
      root
        .createScope()
        .register({ event: asValue(event) })
        .resolve<Receipts>('receipts'),
    );
    await bus.publishAll([new OrderPlaced('o-1'), new OrderPlaced('o-2')]);
    expect(story).toEqual(['o-1 true', 'o-2 true']);
  });
});
