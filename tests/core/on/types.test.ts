import {
  type DurableContext,
  EventBus,
  type EventClass,
  type HandlerContext,
  type HandlerOptions,
  On,
  type OnDecorator,
  type UnitOfWorkContext,
} from 'class-events';
import { OrderEvent, OrderPlaced, OrderShipped } from '../../support/orders.js';

// These tests are passed by compiling, in each dialect with its own checks. What stands in `compiles` is never run.
function compiles(code: () => unknown): void {
  expect(code).toBeInstanceOf(Function);
}

class Changed<T> {
  constructor(
    readonly before: T,
    readonly after: T,
  ) {}
}

abstract class Abstract {
  protected constructor(readonly secret: string) {}
}

describe('the types of @On', () => {
  it('refuse static methods', () => {
    compiles(() => {
      class Receipts {
        // @ts-expect-error -- it belongs on a method of the instance
        @On(OrderPlaced)
        static send(_event: OrderPlaced): void {}
      }
      return Receipts;
    });
  });

  it('accept methods whose parameter accepts the event, whatever they return', () => {
    compiles(() => {
      class Receipts {
        @On(OrderPlaced)
        exact(_event: OrderPlaced): void {}

        @On(OrderPlaced)
        base(_event: OrderEvent, _context: HandlerContext): string {
          return 'any result';
        }

        @On(OrderPlaced)
        less(_event: { readonly total: number }): void {}

        @On(OrderPlaced)
        async none(): Promise<number> {
          return 1;
        }

        @On(OrderPlaced)
        optional(_event?: OrderPlaced): void {}

        @On([OrderPlaced, OrderShipped])
        either(_event: OrderPlaced | OrderShipped): void {}

        @On([OrderPlaced, OrderShipped])
        both(_event: OrderEvent): void {}

        @On(() => OrderPlaced)
        late(_event: OrderPlaced): void {}

        @On(Abstract)
        abstractClass(event: Abstract): string {
          return event.secret;
        }

        @On(Changed<number>)
        generic(event: Changed<number>): number {
          return event.after;
        }

        @On(Object)
        all(_event: object): void {}

        @On(OrderPlaced)
        protected hidden(_event: OrderPlaced): void {}

        @On(OrderPlaced)
        @On(OrderShipped, { priority: 1 })
        stacked(_event: OrderPlaced | OrderShipped): void {}
      }
      return Receipts;
    });
  });

  it('accept methods that use this, generic classes of subscribers and generic event classes', () => {
    const subscriberFor = <E extends object>(eventClass: EventClass<E>): object => {
      class Recorder<T> {
        readonly seen: (E | T)[] = [];

        @On(eventClass)
        note(this: Recorder<T>, event: E): void {
          this.seen.push(event);
        }
      }
      return new Recorder<string>();
    };
    expect(new EventBus().register(subscriberFor(OrderPlaced)).active).toBe(true);
  });

  it('refuse methods whose parameter does not accept the event', () => {
    compiles(() => {
      class Receipts {
        // @ts-expect-error another class
        @On(OrderPlaced)
        another(_event: OrderShipped): void {}

        // @ts-expect-error a subclass
        @On(OrderEvent)
        subclass(_event: OrderPlaced): void {}

        // @ts-expect-error a primitive
        @On(OrderPlaced)
        primitive(_event: string): void {}

        // @ts-expect-error one of two
        @On([OrderPlaced, OrderShipped])
        oneOfTwo(_event: OrderPlaced): void {}

        // @ts-expect-error another class, named late
        @On(() => OrderPlaced)
        late(_event: OrderShipped): void {}

        // @ts-expect-error one of the stacked
        @On(OrderPlaced)
        @On(OrderShipped)
        stacked(_event: OrderShipped): void {}

        // @ts-expect-error another context
        @On(OrderPlaced)
        context(_event: OrderPlaced, _context: string): void {}

        // @ts-expect-error more parameters than there are
        @On(OrderPlaced)
        more(_event: OrderPlaced, _context: HandlerContext, _more: string): void {}
      }
      return Receipts;
    });
  });

  it('refuse fields and accessors', () => {
    compiles(() => {
      class Receipts {
        // @ts-expect-error a field
        @On(OrderPlaced)
        field = (_event: OrderPlaced): void => {};

        // @ts-expect-error a getter
        @On(OrderPlaced)
        get getter(): string {
          return '';
        }

        // @ts-expect-error a setter
        @On(OrderPlaced)
        set setter(_event: OrderPlaced) {}
      }
      return Receipts;
    });
  });

  it('accept classes whose handle accepts the event, abstract ones and such with dependencies too', () => {
    compiles(() => {
      @On(OrderPlaced)
      class Notify {
        constructor(readonly mailer: { send(text: string): void }) {}

        handle(event: OrderPlaced): void {
          this.mailer.send(event.orderId);
        }
      }
      @On([OrderPlaced, OrderShipped], { mode: 'async' })
      abstract class NotifyAll {
        abstract handle(event: OrderEvent): Promise<void>;
      }
      return [Notify, NotifyAll];
    });
  });

  it('accept the contexts that the options give, with any transaction, without a cast', () => {
    class Client {
      async query(_text: string): Promise<void> {}
    }
    compiles(() => {
      class Invoices {
        @On(OrderPlaced, { durable: 'billing.invoice', transactional: true })
        async book(_event: OrderPlaced, { id, attempt, transaction }: DurableContext<Client>): Promise<void> {
          await transaction.query(`${id.length} ${attempt.toFixed()}`);
        }

        @On(OrderPlaced, { durable: 'mail.receipt' })
        send(_event: OrderPlaced, { id, attempt }: DurableContext): string {
          return `${id.length} ${attempt.toFixed()}`;
        }

        @On(OrderPlaced, { phase: 'beforeCommit' })
        async note(_event: OrderPlaced, { transaction }: UnitOfWorkContext<Client>): Promise<void> {
          await transaction.query('');
        }

        @On(OrderPlaced)
        async now(_event: OrderPlaced, { transaction }: HandlerContext<Client>): Promise<void> {
          await transaction?.query('');
        }
      }
      @On(OrderPlaced, { durable: 'stock.reserve', transactional: true })
      class Reserve {
        async handle(_event: OrderPlaced, { transaction }: DurableContext<Client>): Promise<void> {
          await transaction.query('');
        }
      }
      return [Invoices, Reserve];
    });
  });

  it('refuse a context that the options do not give', () => {
    compiles(() => {
      class Invoices {
        // @ts-expect-error it is not durable
        @On(OrderPlaced)
        notDurable(_event: OrderPlaced, _context: DurableContext): void {}

        // @ts-expect-error it is not transactional
        @On(OrderPlaced, { durable: 'mail.receipt' })
        notTransactional(_event: OrderPlaced, _context: DurableContext<{ query(): void }>): void {}

        // @ts-expect-error after the commit there is no transaction
        @On(OrderPlaced, { phase: 'afterCommit' })
        tooLate(_event: OrderPlaced, _context: UnitOfWorkContext): void {}
      }
      return Invoices;
    });
  });

  it('refuse classes whose handle is missing or does not accept the event', () => {
    compiles(() => {
      // @ts-expect-error no handle
      @On(OrderPlaced)
      class Without {}
      // @ts-expect-error the handle of another event
      @On(OrderPlaced)
      class Another {
        handle(_event: OrderShipped): void {}
      }
      return [Without, Another];
    });
  });

  it('refuse what is no class, and options that do not exist or do not fit', () => {
    compiles(() => [
      // @ts-expect-error a name
      On('OrderPlaced'),
      // @ts-expect-error undefined
      On(undefined),
      // @ts-expect-error an instance
      On(new OrderPlaced()),
      // @ts-expect-error a name in a list
      On([OrderPlaced, 'OrderShipped']),
      // @ts-expect-error misspelt
      On(OrderPlaced, { prioritty: 1 }),
      // @ts-expect-error no mode
      On(OrderPlaced, { mode: 'parallel' }),
      // @ts-expect-error the filter of another class
      On(OrderPlaced, { filter: (event: OrderShipped) => event.carrier === '' }),
      // @ts-expect-error the filter of another class, for a late name
      On(() => OrderPlaced, { filter: (event: OrderShipped) => event.carrier === '' }),
    ]);
  });

  it('give filters and the other options the event', () => {
    compiles(() => [
      On(OrderPlaced, { filter: (event) => event.total > 0, around: (run, event) => [run(), event.total] }),
      On(() => OrderPlaced, { filter: (event) => event.total > 0 }),
      On([OrderPlaced, OrderShipped], { filter: (event) => event instanceof OrderPlaced || event.carrier === 'post' }),
    ]);
  });

  it('have names, for decorators of your own', () => {
    compiles(() => {
      const OnPlaced = (options?: HandlerOptions<OrderPlaced>): OnDecorator<OrderPlaced> => On(OrderPlaced, options);
      class Receipts {
        @OnPlaced({ priority: 1 })
        good(_event: OrderPlaced): void {}

        // @ts-expect-error another class
        @OnPlaced()
        bad(_event: OrderShipped): void {}
      }
      return Receipts;
    });
  });
});
