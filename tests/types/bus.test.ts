import {
  CascadeError,
  CloseTimeoutError,
  type Delivery,
  type DeliveryProgress,
  EventBus,
  type EventBusOptions,
  type EventClass,
  type EventHandler,
  type EventOf,
  type Explanation,
  type Handler,
  type HandlerContext,
  HandlerFailed,
  type HandlerOptions,
  type Mode,
  type Phase,
  type PlannedDispatch,
  PublishError,
  type PublishReport,
  type Signal,
  type SkipReason,
  StoppableEvent,
  type Subscription,
  type SubscriptionGroup,
  UnhandledEvent,
} from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import type { Same } from './same.js';

// These tests are passed by compiling. What stands in `compiles` is never run.
function compiles(code: (bus: EventBus) => unknown): void {
  expect(code).toBeInstanceOf(Function);
}

class PrivatelyMade {
  readonly secret = 1;
  private constructor() {}
  static make(): PrivatelyMade {
    return new PrivatelyMade();
  }
}

class Changed<T> {
  constructor(
    readonly before: T,
    readonly after: T,
  ) {}
}

describe('the types of subscribe', () => {
  it('know the event of a list whose length the compiler does not know', () => {
    compiles((bus) => {
      const classes: readonly EventClass<OrderEvent>[] = [OrderPlaced, OrderShipped];
      bus.subscribe(classes, (event) => void (true satisfies Same<typeof event, OrderEvent>));
      const some = <E extends object>(list: readonly EventClass<E>[], handler: Handler<E>): Subscription =>
        bus.subscribe(list, handler);
      return some;
    });
  });

  it('fit an interface of the program that a bus is to satisfy, and wrappers that pass all on', () => {
    compiles((bus) => {
      interface Port {
        subscribe<E extends object>(eventClass: EventClass<E>, handler: (event: E) => unknown): unknown;
      }
      const port: Port = bus;
      const subscribe = <E extends object>(
        eventClass: EventClass<E>,
        handler: Handler<E> | EventHandler<E>,
        options?: HandlerOptions<E>,
      ): Subscription => bus.subscribe(eventClass, handler, options);
      class Wrapper<E extends object> {
        constructor(readonly eventClass: EventClass<E>) {}
        subscribe(handler: Handler<E>): Subscription {
          return bus.subscribe(this.eventClass, (event, context) => handler(event, context), { priority: 1 });
        }
      }
      return [port, subscribe, Wrapper];
    });
  });

  it('give the handler, the filter and the other options the event', () => {
    compiles((bus) =>
      bus.subscribe(
        OrderPlaced,
        (event, context) => {
          void (true satisfies Same<typeof event, OrderPlaced>);
          void (true satisfies Same<typeof context, HandlerContext>);
        },
        {
          filter: (event) => event.total > 0,
          around: (run, event) => [run(), event.total],
          onFailure: (error, event) => {
            void (true satisfies Same<typeof error, unknown>);
            return event.total > 0 ? new OrderShipped(event.orderId) : undefined;
          },
        },
      ),
    );
  });

  it('take abstract classes, classes with a private constructor, generic classes, Object and the classes of the bus', () => {
    compiles((bus) => [
      bus.subscribe(OrderEvent, (event) => event.orderId),
      bus.subscribe(PrivatelyMade, (event) => event.secret),
      bus.subscribe(Changed<number>, (event) => event.after.toFixed()),
      bus.subscribe(StoppableEvent, (event) => event.stopPropagation()),
      bus.subscribe(Object, (event) => event.constructor),
      bus.subscribe(HandlerFailed, ({ event, error, subscription }) => [event, error, subscription.name]),
      bus.subscribe(UnhandledEvent, ({ event }) => event),
      bus.subscribe(Error, (event) => event.message),
    ]);
  });

  it('take a handler of a base class or of less', () => {
    compiles((bus) => [
      bus.subscribe(OrderPlaced, (event: OrderEvent) => event.orderId),
      bus.subscribe(OrderPlaced, (event: { readonly total: number }) => event.total),
      bus.subscribe(OrderPlaced, (event: object) => event),
      bus.subscribe(OrderPlaced, () => 'any result'),
      bus.subscribe(OrderPlaced, async () => undefined),
    ]);
  });

  it('take a list, whose handler gets the union, without as const', () => {
    compiles((bus) => {
      bus.subscribe([OrderPlaced, OrderShipped], (event) => {
        void (true satisfies Same<typeof event, OrderPlaced | OrderShipped>);
        return event instanceof OrderPlaced ? event.total : event.carrier;
      });
      bus.subscribe([OrderPlaced, OrderShipped], (event: OrderEvent) => event.orderId, {
        filter: (event) => event instanceof OrderPlaced,
      });
      const classes = [OrderPlaced, OrderShipped];
      bus.subscribe(classes, (event) => void (true satisfies Same<typeof event, OrderPlaced | OrderShipped>));
      const readonly: readonly EventClass<OrderEvent>[] = classes;
      bus.subscribe(readonly, (event) => void (event satisfies OrderEvent));
    });
  });

  it('take an object with a handle method', () => {
    class SendReceipt implements EventHandler<OrderPlaced> {
      handle(event: OrderPlaced, { signal }: HandlerContext): unknown {
        return [event.total, signal.aborted];
      }
    }
    compiles((bus) => [
      bus.subscribe(OrderPlaced, new SendReceipt()),
      bus.subscribe(OrderPlaced, { handle: (event) => event.total }),
      bus.subscribe([OrderPlaced, OrderShipped], { handle: (event) => event.orderId }),
      // @ts-expect-error the handle method of another event
      bus.subscribe(OrderShipped, new SendReceipt()),
      // @ts-expect-error no handle method
      bus.subscribe(OrderPlaced, { handler: () => undefined }),
    ]);
  });

  it('refuse a handler that does not accept the event', () => {
    compiles((bus) => [
      // @ts-expect-error another class
      bus.subscribe(OrderPlaced, (event: OrderShipped) => event.carrier),
      // @ts-expect-error a subclass
      bus.subscribe(OrderEvent, (event: OrderPlaced) => event.total),
      // @ts-expect-error a primitive
      bus.subscribe(OrderPlaced, (event: string) => event),
      // @ts-expect-error one of two
      bus.subscribe([OrderPlaced, OrderShipped], (event: OrderPlaced) => event.total),
      // @ts-expect-error more parameters than there are
      bus.subscribe(OrderPlaced, (event: OrderPlaced, context: HandlerContext, more: string) => [event, context, more]),
      // @ts-expect-error another context
      bus.subscribe(OrderPlaced, (event: OrderPlaced, context: string) => [event, context]),
      // @ts-expect-error no handler
      bus.subscribe(OrderPlaced),
      // @ts-expect-error a class cannot be called
      bus.subscribe(OrderPlaced, OrderShipped),
    ]);
  });

  it('refuse what is no class', () => {
    compiles((bus) => [
      // @ts-expect-error a name
      bus.subscribe('OrderPlaced', () => undefined),
      // @ts-expect-error undefined
      bus.subscribe(undefined, () => undefined),
      // @ts-expect-error an instance
      bus.subscribe(new OrderPlaced(), () => undefined),
      // @ts-expect-error a name in a list
      bus.subscribe([OrderPlaced, 'OrderShipped'], () => undefined),
    ]);
  });

  it('refuse options that do not exist or do not fit', () => {
    compiles((bus) => [
      // @ts-expect-error misspelt
      bus.subscribe(OrderPlaced, () => undefined, { prioritty: 1 }),
      // @ts-expect-error no number
      bus.subscribe(OrderPlaced, () => undefined, { priority: 'high' }),
      // @ts-expect-error no mode
      bus.subscribe(OrderPlaced, () => undefined, { mode: 'parallel' }),
      // @ts-expect-error no phase
      bus.subscribe(OrderPlaced, () => undefined, { phase: 'afterAll' }),
      // @ts-expect-error the filter of another class
      bus.subscribe(OrderPlaced, () => undefined, { filter: (event: OrderShipped) => event.carrier === '' }),
      // @ts-expect-error a filter that does not answer
      bus.subscribe(OrderPlaced, () => undefined, { filter: (event) => event.orderId }),
      // @ts-expect-error onFailure makes an event, not a name
      bus.subscribe(OrderPlaced, () => undefined, { onFailure: () => 'failed' }),
      // @ts-expect-error an option of a list, for one of its classes alone
      bus.subscribe([OrderPlaced, OrderShipped], () => undefined, { filter: (event: OrderPlaced) => event.total > 0 }),
    ]);
  });

  it('take undefined for an option that is not given, and options that were made elsewhere', () => {
    compiles((bus) => {
      const general: HandlerOptions = { priority: 1, mode: undefined, filter: (event: object) => 'orderId' in event };
      const every = {
        mode: 'async',
        priority: -1,
        filter: (event: OrderPlaced) => event.total > 0,
        once: false,
        exact: true,
        phase: 'afterCommit',
        durable: 'receipts.send',
        transactional: true,
        timeout: 100,
        around: (run: () => unknown) => run(),
        onFailure: () => undefined,
        signal: AbortSignal.timeout(5),
        name: 'every',
      } satisfies HandlerOptions<OrderPlaced>;
      bus.subscribe(OrderPlaced, () => undefined, general);
      bus.subscribe(OrderPlaced, () => undefined, every);
    });
  });

  it('return a subscription that can be read, disposed of and not changed', () => {
    compiles((bus) => {
      using subscription = bus.subscribe(OrderPlaced, () => undefined);
      const { eventClasses, mode, priority, phase, name, active } = subscription;
      void (true satisfies Same<typeof subscription, Subscription>);
      void (true satisfies Same<typeof mode, Mode>);
      void (true satisfies Same<typeof phase, Phase>);
      void ([priority, name, active] satisfies [number, string, boolean]);
      void (eventClasses satisfies readonly EventClass[]);
      // @ts-expect-error read only
      subscription.priority = 1;
      // @ts-expect-error read only
      eventClasses.push(OrderShipped);
    });
  });

  it('let unsubscribe name one class and the same handlers', () => {
    compiles((bus) => [
      bus.unsubscribe(OrderPlaced, (event) => event.total),
      bus.unsubscribe(OrderPlaced, { handle: (event) => event.total }),
      // @ts-expect-error a list
      bus.unsubscribe([OrderPlaced, OrderShipped], () => undefined),
      // @ts-expect-error a handler of another class
      bus.unsubscribe(OrderPlaced, (event: OrderShipped) => event.carrier),
    ]);
  });
});

describe('the types of a handler', () => {
  it('let its signal be given to fetch, and to all else that takes the platform’s', () => {
    compiles((bus) =>
      bus.subscribe(OrderPlaced, (event, { signal }) => {
        void (true satisfies Same<typeof signal, AbortSignal>);
        void (true satisfies Same<Signal, AbortSignal>);
        signal.throwIfAborted();
        return [fetch(`/orders/${event.orderId}`, { signal }), AbortSignal.any([signal])];
      }),
    );
  });

  it('do not let the context be changed', () => {
    compiles((bus) =>
      bus.subscribe(OrderPlaced, (_, context) => {
        // @ts-expect-error read only
        context.signal = AbortSignal.abort();
      }),
    );
  });

  it('have handlers of a base class accept an event of a subclass, and not the other way round', () => {
    compiles(() => {
      const any: Handler<OrderEvent> = (event) => event.orderId;
      const placed: Handler<OrderPlaced> = any;
      // @ts-expect-error it needs more than every OrderEvent has
      const back: Handler<OrderEvent> = (event: OrderPlaced) => event.total;
      return [placed, back];
    });
  });

  it('have the instances of a class, or of each in a list, for an event', () => {
    compiles(() => {
      void (true satisfies Same<EventOf<typeof OrderPlaced>, OrderPlaced>);
      void (true satisfies Same<EventOf<typeof OrderEvent>, OrderEvent>);
      void (true satisfies Same<EventOf<typeof PrivatelyMade>, PrivatelyMade>);
      void (true satisfies Same<EventOf<typeof OrderPlaced | typeof OrderShipped>, OrderPlaced | OrderShipped>);
      const keys: EventClass<OrderEvent>[] = [OrderPlaced, OrderShipped, OrderEvent];
      // @ts-expect-error a class of other instances
      const key: EventClass<OrderPlaced> = OrderShipped;
      return [keys, key];
    });
  });
});

describe('the types of publish', () => {
  it('report the very class that was published', () => {
    compiles(async (bus) => {
      const report = await bus.publish(new OrderPlaced());
      void (true satisfies Same<typeof report, PublishReport<OrderPlaced>>);
      void (report.event.total satisfies number);
      const settled = await bus.publishSettled(new Changed(1, 2), { signal: AbortSignal.timeout(1) });
      void (true satisfies Same<typeof settled.event, Changed<number>>);
      const general: PublishReport = report;
      return general;
    });
  });

  it('report all events of publishAll, from any iterable', () => {
    compiles(async (bus) => {
      const reports = await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
      void (true satisfies Same<typeof reports, PublishReport<OrderPlaced | OrderShipped>[]>);
      await bus.publishAll(new Set([new OrderPlaced()]));
      const mixed: object[] = [];
      const [first] = await bus.publishAll(mixed);
      return first?.event;
    });
  });

  it('tell the reasons of a delivery by its status', () => {
    compiles(() => (delivery: Delivery) => {
      if (delivery.status === 'skipped') void (true satisfies Same<typeof delivery.reason, SkipReason>);
      if (delivery.status === 'rejected') void (true satisfies Same<typeof delivery.reason, unknown>);
      if (delivery.status === 'fulfilled') void (true satisfies Same<typeof delivery.reason, undefined>);
      void (delivery.subscription satisfies Subscription);
      // @ts-expect-error no such status
      return delivery.status === 'failed';
    });
  });

  it('do not let a report be changed', () => {
    compiles(() => (report: PublishReport<OrderPlaced>) => {
      // @ts-expect-error read only
      report.unhandled = true;
      // @ts-expect-error read only
      report.deliveries.push();
      // @ts-expect-error read only
      report.failures.length = 0;
      // @ts-expect-error read only
      report.event = new OrderPlaced();
    });
  });

  it('refuse what is no event', () => {
    compiles((bus) => [
      // @ts-expect-error a primitive
      bus.publish('OrderPlaced'),
      // @ts-expect-error null
      bus.publishSettled(null),
      // @ts-expect-error undefined
      bus.emit(undefined),
      // @ts-expect-error one event, not several
      bus.publishAll(new OrderPlaced()),
      // @ts-expect-error an option of subscribe
      bus.publish(new OrderPlaced(), { timeout: 1 }),
    ]);
  });

  it('have an error that says what failed', () => {
    compiles(() => (error: PublishError) => {
      void (error.errors satisfies unknown[]);
      void (true satisfies Same<typeof error.report, PublishReport>);
      void (true satisfies Same<typeof error.reports, readonly PublishReport[]>);
      void (error satisfies AggregateError);
      void (error.name satisfies 'PublishError');
      // @ts-expect-error only the bus makes one
      return new PublishError();
    });
  });
});

describe('the types of waiting', () => {
  it('give the event of the class', () => {
    compiles(async (bus) => {
      const event = await bus.waitFor(OrderPlaced, {
        filter: ({ total }) => total > 0,
        signal: AbortSignal.timeout(1),
      });
      void (true satisfies Same<typeof event, OrderPlaced>);
      void ((await bus.waitFor(OrderEvent)) satisfies OrderEvent);
      void ((await bus.waitFor(PrivatelyMade)).secret satisfies number);
      void ((await bus.waitFor(Changed<string>)).before satisfies string);
    });
  });

  it('give the events of the class, for for await and for await using', () => {
    compiles(async (bus) => {
      await using stream = bus.stream(OrderPlaced, {
        capacity: 1,
        overflow: 'drop-oldest',
        filter: (e) => e.total > 0,
      });
      void (stream satisfies AsyncIterableIterator<OrderPlaced> & AsyncDisposable);
      for await (const event of stream) void (true satisfies Same<typeof event, OrderPlaced>);
      const result = await bus.stream(OrderEvent).next();
      if (result.done !== true) void (result.value satisfies OrderEvent);
    });
  });

  it('refuse filters of another class, options that do not exist, and lists', () => {
    compiles((bus) => [
      // @ts-expect-error the filter of another class
      bus.waitFor(OrderPlaced, { filter: (event: OrderShipped) => event.carrier === '' }),
      // @ts-expect-error misspelt
      bus.waitFor(OrderPlaced, { timeout: 1 }),
      // @ts-expect-error an option of streams
      bus.waitFor(OrderPlaced, { capacity: 1 }),
      // @ts-expect-error no overflow
      bus.stream(OrderPlaced, { overflow: 'block' }),
      // @ts-expect-error no class
      bus.stream('OrderPlaced'),
      // @ts-expect-error a list
      bus.waitFor([OrderPlaced, OrderShipped]),
    ]);
  });
});

describe('the types of the bus', () => {
  it('have options that are checked', () => {
    compiles(() => [
      new EventBus(),
      new EventBus({ name: 'orders', inheritance: false, maxDepth: 3, onError: ({ event, error }) => [event, error] }),
      new EventBus({ onError: async ({ subscription }) => subscription.name } satisfies EventBusOptions),
      // @ts-expect-error misspelt
      new EventBus({ depth: 3 }),
      // @ts-expect-error a text
      new EventBus({ maxDepth: '3' }),
      // @ts-expect-error another parameter
      new EventBus({ onError: (error: Error) => error.message }),
    ]);
  });

  it('register objects, and hand back a group', () => {
    compiles((bus) => {
      using group = bus.register(new OrderPlaced(), { weak: true });
      void (true satisfies Same<typeof group, SubscriptionGroup>);
      void (group.subscriptions satisfies readonly Subscription[]);
      void ([group.name, group.active] satisfies [string, boolean]);
      // @ts-expect-error read only
      group.subscriptions.pop();
      // @ts-expect-error a primitive
      bus.register('Receipts');
      // @ts-expect-error misspelt
      bus.register(new OrderPlaced(), { weakly: true });
      return bus.unregister(new OrderPlaced()) satisfies boolean;
    });
  });

  it('can be read, and not changed', () => {
    compiles((bus) => {
      void (bus.subscriptions() satisfies readonly Subscription[]);
      void (bus.subscriptions(OrderEvent) satisfies readonly Subscription[]);
      void (bus.hasSubscribers(PrivatelyMade) satisfies boolean);
      const explanations = bus.explain(new OrderPlaced());
      void (true satisfies Same<typeof explanations, readonly Explanation[]>);
      // @ts-expect-error read only
      bus.subscriptions().pop();
      // @ts-expect-error read only
      bus.name = 'another';
      // @ts-expect-error no class
      bus.hasSubscribers('OrderPlaced');
      // @ts-expect-error a class instead of an event cannot be told by types, a primitive can
      bus.explain(1);
    });
  });

  it('show observers what happens', () => {
    compiles((bus) => {
      const stop = bus.observe({
        onPlan: (planned) => void (true satisfies Same<typeof planned, PlannedDispatch>),
        onDelivery: (progress) => void (true satisfies Same<typeof progress, DeliveryProgress>),
        onReport: (report) => void (true satisfies Same<typeof report, PublishReport>),
      });
      void (stop satisfies () => void);
      bus.observe({});
      // @ts-expect-error misspelt
      bus.observe({ onDeliverry: () => undefined });
    });
  });

  it('close by await using, and with a timeout', () => {
    compiles(async () => {
      await using bus = new EventBus();
      await bus.idle();
      await bus.close({ timeout: 1 }).catch((error: unknown) => error instanceof CloseTimeoutError);
      // @ts-expect-error misspelt
      await bus.close({ timeoutt: 1 });
      return new CascadeError('made by whoever wants to') satisfies Error;
    });
  });

  it('make StoppableEvent a base class, and nothing else', () => {
    class LoginAttempted extends StoppableEvent {}
    compiles(() => {
      void (new LoginAttempted().propagationStopped satisfies boolean);
      // @ts-expect-error abstract
      return new StoppableEvent();
    });
  });
});
