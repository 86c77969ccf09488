// Each heading of docs/migrating-from-nest-cqrs.md, tried: what was so before, and what is so after.
import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  AggregateRoot,
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventBus as CqrsEventBus,
  EventPublisher,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
  ofType,
  Saga,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { EventBus, HandlerFailed, On } from 'class-events';
import { AggregateRoot as RecordingAggregateRoot, publishEventsOf } from 'class-events/domain';
import { EventRequest, runInRequest } from 'class-events/nestjs';
import { from, map, type Observable, take } from 'rxjs';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf } from '../support/rejection.js';
import { boot, closeAll } from './application.js';
import { headingsOf } from './headings.js';

const story = new Recorder();
beforeEach(() => void story.take());
afterEach(closeAll);

const failure = new Error('card refused');
/** An application with both modules. */
async function bootBoth(providers: NonNullable<Parameters<typeof boot>[0]['providers']>) {
  const { app, bus, log } = await boot({ imports: [CqrsModule.forRoot()], providers });
  return { app, bus, cqrs: app.get(CqrsEventBus), lines: log.lines };
}

class ShipOrder {
  constructor(readonly orderId: string) {}
}
@CommandHandler(ShipOrder)
class ShipOrderHandler implements ICommandHandler<ShipOrder> {
  async execute({ orderId }: ShipOrder): Promise<void> {
    story.note(`ship ${orderId}`);
  }
}

const sections: Record<string, () => void> = {
  'The module'() {
    it('both live side by side: commands and queries stay where they are', async () => {
      class Shipping {
        constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}
        @On(OrderPlaced)
        async ship({ orderId }: OrderPlaced): Promise<void> {
          await this.commands.execute(new ShipOrder(orderId));
        }
      }
      const { bus } = await bootBoth([ShipOrderHandler, Shipping]);
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['ship o-1']);
    });
  },

  'Handler classes'() {
    it('before: EventsHandler and IEventHandler', async () => {
      @EventsHandler(OrderPlaced, OrderShipped)
      class Receipts implements IEventHandler<OrderPlaced | OrderShipped> {
        handle(event: OrderPlaced | OrderShipped): void {
          story.note(event.constructor.name);
        }
      }
      const { cqrs } = await bootBoth([Receipts]);
      cqrs.publish(new OrderPlaced());
      cqrs.publish(new OrderShipped());
      expect(story.lines).toEqual(['OrderPlaced', 'OrderShipped']);
    });
    it('after: On above the class', async () => {
      @On([OrderPlaced, OrderShipped])
      class Receipts {
        handle(event: OrderPlaced | OrderShipped): void {
          story.note(event.constructor.name);
        }
      }
      const { bus } = await bootBoth([Receipts]);
      await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
      expect(story.lines).toEqual(['OrderPlaced', 'OrderShipped']);
    });
  },

  'publish and publishAll'() {
    class Work {
      async run(): Promise<void> {
        await afterMicrotasks();
        story.note('handled');
      }
    }
    it('before: awaiting publish waits for no handler', async () => {
      @EventsHandler(OrderPlaced)
      class Slow extends Work {
        handle(): Promise<void> {
          return this.run();
        }
      }
      const { cqrs } = await bootBoth([Slow]);
      await cqrs.publish(new OrderPlaced());
      await cqrs.publishAll([new OrderPlaced()]);
      expect(story.lines).toEqual([]);
      await afterMicrotasks();
    });
    it('after: publish waits, emit does not', async () => {
      class Slow extends Work {
        @On(OrderPlaced)
        async handle(): Promise<void> {
          await this.run();
        }
      }
      const { bus } = await bootBoth([Slow]);
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual([]);
      await bus.publish(new OrderPlaced());
      expect(story.take()).toEqual(['handled', 'handled']);
      await bus.publishAll([new OrderPlaced(), new OrderPlaced()]);
      expect(story.lines).toEqual(['handled', 'handled']);
    });
  },

  'Errors and UnhandledExceptionBus'() {
    it('before: the publisher hears nothing, and the log names neither handler nor event', async () => {
      @EventsHandler(OrderPlaced)
      class Charging {
        async handle(): Promise<void> {
          throw failure;
        }
      }
      const { app, cqrs, lines } = await bootBoth([Charging]);
      const subscription = app.get(UnhandledExceptionBus).subscribe(({ exception }) => story.note(String(exception)));
      await cqrs.publish(new OrderPlaced());
      await afterMicrotasks();
      expect(story.lines).toEqual(['Error: card refused']);
      expect(lines).toEqual([expect.stringContaining('"InstanceWrapper" has thrown an unhandled exception.')]);
      subscription.unsubscribe();
    });
    it('after: the publisher is told, and so are the handlers of HandlerFailed', async () => {
      class Charging {
        @On(OrderPlaced)
        async charge(): Promise<void> {
          throw failure;
        }
        @On(HandlerFailed, { filter: ({ error }) => error instanceof RangeError })
        other(): void {
          story.note('no RangeError');
        }
        @On(HandlerFailed, { filter: ({ error }) => error instanceof Error })
        alarm({ error, event, subscription }: HandlerFailed): void {
          story.note(`${subscription.name}, ${event.constructor.name}: ${String(error)}`);
        }
      }
      const { bus } = await bootBoth([Charging]);
      expect((await publishErrorOf(bus.publish(new OrderPlaced()))).errors).toEqual([failure]);
      expect(story.lines).toEqual(['Charging.charge, OrderPlaced: Error: card refused']);
    });
  },

  'Base classes'() {
    it('before: a handler of the base class loses an event class when somebody else handles that class', async () => {
      class Base {}
      class Child extends Base {}
      @EventsHandler(Base)
      class Audit {
        handle(): void {
          story.note('audit');
        }
      }
      const alone = await bootBoth([Audit]);
      alone.cqrs.publish(new Child());
      expect(story.take()).toEqual(['audit']);

      @EventsHandler(Child)
      class Other {
        handle(): void {
          story.note('other');
        }
      }
      const along = await bootBoth([Audit, Other]);
      along.cqrs.publish(new Child());
      expect(story.lines).toEqual(['other']);
    });
    it('after: a handler of the base class gets all of them, with exact only its own', async () => {
      class Base {}
      class Child extends Base {}
      class Audit {
        @On(Base)
        all(): void {
          story.note('all');
        }
        @On(Base, { exact: true })
        base(): void {
          story.note('exact');
        }
        @On(Child)
        other(): void {
          story.note('other');
        }
      }
      const { bus } = await bootBoth([Audit]);
      await bus.publish(new Child());
      await bus.publish(new Base());
      expect(story.lines).toEqual(['all', 'other', 'all', 'exact']);
    });
  },

  'Classes of one name'() {
    it('before and after: they are two classes', async () => {
      const [account, shop] = [0, 1].map(() => ({ Closed: class Closed {} })) as [
        { Closed: new () => object },
        { Closed: new () => object },
      ];
      @EventsHandler(account.Closed)
      class Before {
        handle(): void {
          story.note('before');
        }
      }
      class After {
        @On(account.Closed)
        handle(): void {
          story.note('after');
        }
      }
      const { bus, cqrs } = await bootBoth([Before, After]);
      cqrs.publish(new shop.Closed());
      await bus.publish(new shop.Closed());
      expect(story.lines).toEqual([]);
      cqrs.publish(new account.Closed());
      await bus.publish(new account.Closed());
      expect(story.lines).toEqual(['before', 'after']);
    });
  },

  Sagas() {
    it('before: a stream of commands', async () => {
      @Injectable()
      class Shipping {
        @Saga()
        placed = (events: Observable<object>): Observable<ShipOrder> =>
          events.pipe(
            ofType(OrderPlaced),
            map(({ orderId }) => new ShipOrder(orderId)),
          );
      }
      const { cqrs } = await bootBoth([ShipOrderHandler, Shipping]);
      cqrs.publish(new OrderPlaced());
      await afterMicrotasks();
      expect(story.lines).toEqual(['ship o-1']);
    });
    it('after: a handler that executes a command', async () => {
      class Shipping {
        constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}
        @On(OrderPlaced)
        async placed({ orderId }: OrderPlaced): Promise<void> {
          await this.commands.execute(new ShipOrder(orderId));
        }
      }
      const { bus } = await bootBoth([ShipOrderHandler, Shipping]);
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['ship o-1']);
    });
    it('after: rxjs still takes a stream of events', async () => {
      const { bus } = await bootBoth([]);
      const ids = from(bus.stream(OrderPlaced)).pipe(
        take(1),
        map(({ orderId }) => orderId),
      );
      const first = new Promise((resolve) => ids.subscribe(resolve));
      bus.emit(new OrderPlaced('o-7'));
      expect(await first).toBe('o-7');
    });
  },

  Aggregates() {
    class Order extends AggregateRoot {
      place(): void {
        this.apply(new OrderPlaced());
      }
    }
    it('before: commit waits for no handler, and hands an array over that it empties', async () => {
      const { app, cqrs } = await bootBoth([]);
      const handedOver: object[][] = [];
      cqrs.publisher = { publish: () => undefined, publishAll: (events: object[]) => void handedOver.push(events) };
      const order = app.get(EventPublisher).mergeObjectContext(new Order());
      order.place();
      order.commit();
      expect(handedOver).toEqual([[]]);
    });
    it('after: record, and publishEventsOf', async () => {
      class Receipts {
        @On(OrderPlaced)
        async send({ orderId }: OrderPlaced): Promise<void> {
          await afterMicrotasks();
          story.note(`receipt for ${orderId}`);
        }
      }
      class RecordingOrder extends RecordingAggregateRoot<OrderPlaced> {
        place(): void {
          this.record(new OrderPlaced());
        }
      }
      const { bus } = await bootBoth([Receipts]);
      const order = new RecordingOrder();
      order.place();
      await publishEventsOf(bus, order);
      await publishEventsOf(bus, order);
      expect(story.lines).toEqual(['receipt for o-1']);
    });
    it('after: the events of the same aggregate, published and awaited', async () => {
      class Receipts {
        @On(OrderPlaced)
        async send({ orderId }: OrderPlaced): Promise<void> {
          await afterMicrotasks();
          story.note(`receipt for ${orderId}`);
        }
      }
      const { bus } = await bootBoth([Receipts]);
      const order = new Order();
      order.place();
      const events = [...order.getUncommittedEvents()];
      order.uncommit();
      await bus.publishAll(events);
      expect(story.lines).toEqual(['receipt for o-1']);
      expect(order.getUncommittedEvents()).toEqual([]);
    });
  },

  'Events of the start'() {
    it('before: what onModuleInit publishes is lost', async () => {
      @EventsHandler(OrderPlaced)
      class Eager {
        constructor(@Inject(CqrsEventBus) private readonly cqrs: CqrsEventBus) {}
        onModuleInit(): void {
          this.cqrs.publish(new OrderPlaced());
        }
        handle(): void {
          story.note('handled');
        }
      }
      await bootBoth([Eager]);
      expect(story.lines).toEqual([]);
    });
    it('after: it is handled', async () => {
      class Eager {
        constructor(@Inject(EventBus) private readonly bus: EventBus) {}
        async onModuleInit(): Promise<void> {
          await this.bus.publish(new OrderPlaced());
        }
        @On(OrderPlaced)
        handle(): void {
          story.note('handled');
        }
      }
      await bootBoth([Eager]);
      expect(story.lines).toEqual(['handled']);
    });
  },

  'Request scope'() {
    it('before and after: a request-scoped handler is built for each event', async () => {
      let built = 0;
      @EventsHandler(OrderPlaced)
      @Injectable({ scope: Scope.REQUEST })
      class Before {
        readonly id = ++built;
        handle(): void {
          story.note(`before ${this.id}`);
        }
      }
      @Injectable({ scope: Scope.REQUEST })
      class After {
        constructor(@Inject(REQUEST) private readonly request: EventRequest | { readonly user: string }) {}
        @On(OrderPlaced)
        handle(): void {
          story.note(`after, ${this.request instanceof EventRequest ? 'nobody' : this.request.user}`);
        }
      }
      const { bus, cqrs } = await bootBoth([Before, After]);
      cqrs.publish(new OrderPlaced());
      cqrs.publish(new OrderPlaced());
      await afterMicrotasks();
      expect(story.take().sort()).toEqual(['before 1', 'before 2']);
      await bus.publish(new OrderPlaced());
      await runInRequest({ user: 'ann' }, () => bus.publish(new OrderPlaced()));
      expect(story.lines).toEqual(['after, nobody', 'after, ann']);
    });
  },

  'Observing all events, and other publishers'() {
    it('before: subscribe to the bus', async () => {
      const { cqrs } = await bootBoth([]);
      const subscription = cqrs.subscribe((event) => story.note(event.constructor.name));
      cqrs.publish(new OrderPlaced());
      expect(story.lines).toEqual(['OrderPlaced']);
      subscription.unsubscribe();
    });
    it('after: a handler of Object, which can hand events to a broker and be waited for', async () => {
      class Broker {
        @On(Object)
        async send(event: object): Promise<void> {
          await afterMicrotasks();
          story.note(event.constructor.name);
        }
      }
      const { bus } = await bootBoth([Broker]);
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['OrderPlaced']);
    });
  },
};

describe.each(Object.entries(sections))('%s', (_, section) => section());

it('each section of the page is tried here', () => {
  expect(Object.keys(sections)).toEqual(headingsOf('docs/migrating-from-nest-cqrs.md'));
});
