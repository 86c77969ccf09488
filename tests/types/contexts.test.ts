import type {
  ContextOf,
  DurableContext,
  EventBus,
  Handler,
  HandlerContext,
  HandlerOptions,
  Phase,
  UnitOfWorkContext,
} from 'class-events';
import { type Begin, domainEvents, transactional, type TransactionOf } from 'class-events/domain';
import { OrderPlaced, OrderShipped } from '../support/orders.js';
import type { Same } from './same.js';

// These tests are passed by compiling. What stands in `compiles` is never run.
function compiles(code: (bus: EventBus) => unknown): void {
  expect(code).toBeInstanceOf(Function);
}

class Client {
  async query(_text: string): Promise<void> {}
}

describe('the types of a context', () => {
  it('have the id and the attempt of a durable handler, whatever its other options are', () => {
    compiles((bus) => [
      bus.subscribe(
        OrderPlaced,
        (event, context) => {
          void (true satisfies Same<typeof event, OrderPlaced>);
          void (true satisfies Same<typeof context, DurableContext<undefined>>);
          return [context.id.length, context.attempt.toFixed()];
        },
        { durable: 'mail.receipt' },
      ),
      bus.subscribe(OrderPlaced, (event, { id, attempt }) => [event.total, id.length, attempt.toFixed()], {
        durable: 'mail.receipt',
        filter: (event) => event.total > 0,
        around: (run, event) => [run(), event.total],
        timeout: 5,
      }),
      bus.subscribe([OrderPlaced, OrderShipped], async (event, { id }) => [event.orderId, id.length], {
        durable: 'mail.receipt',
      }),
      bus.subscribe(OrderPlaced, { handle: (event, { id }) => [event.total, id.length] }, { durable: 'mail.receipt' }),
    ]);
  });

  it('have the transaction of a transactional handler, as it is named or unknown', () => {
    compiles((bus) => {
      const options = { durable: 'billing.invoice', transactional: true } as const;
      bus.subscribe(
        OrderPlaced,
        (_, { transaction }) => void (true satisfies Same<typeof transaction, unknown>),
        options,
      );
      bus.subscribe(OrderPlaced, (_, { transaction }: DurableContext<Client>) => transaction.query(''), options);
      bus.subscribe(
        OrderPlaced,
        (event, { id, transaction }: DurableContext<Client>) => transaction.query(`${id} ${event.total}`),
        { durable: 'billing.invoice', transactional: true, filter: (event) => event.total > 0 },
      );
      bus.subscribe(
        OrderPlaced,
        { handle: (_event: OrderPlaced, { transaction }: DurableContext<Client>) => transaction.query('') },
        options,
      );
    });
  });

  it('have the transaction of a unit of work: always before the commit, perhaps at the publish', () => {
    compiles((bus) => [
      bus.subscribe(OrderPlaced, (_, { transaction }: UnitOfWorkContext<Client>) => transaction.query(''), {
        phase: 'beforeCommit',
      }),
      bus.subscribe(OrderPlaced, (_, { transaction }: HandlerContext<Client>) => transaction?.query('')),
      bus.subscribe(OrderPlaced, (_, context) => void (true satisfies Same<typeof context, UnitOfWorkContext>), {
        phase: 'beforeCommit',
      }),
      bus.subscribe(OrderPlaced, (_, context) => void (true satisfies Same<typeof context, HandlerContext>), {
        phase: 'afterCommit',
      }),
    ]);
  });

  it('refuse a handler that relies on what its options do not give', () => {
    compiles((bus) => [
      // @ts-expect-error it is not durable
      bus.subscribe(OrderPlaced, (_, { id }: DurableContext) => id),
      // @ts-expect-error id may be undefined
      bus.subscribe(OrderPlaced, (_, { id }) => id.length),
      // @ts-expect-error it is not transactional, so there is no transaction
      bus.subscribe(OrderPlaced, (_, { transaction }: DurableContext<Client>) => transaction, {
        durable: 'mail.receipt',
      }),
      // @ts-expect-error there may be no unit of work
      bus.subscribe(OrderPlaced, (_, { transaction }: UnitOfWorkContext<Client>) => transaction),
      // @ts-expect-error it runs after the commit
      bus.subscribe(OrderPlaced, (_, { transaction }: UnitOfWorkContext<Client>) => transaction, {
        phase: 'afterCommit',
      }),
      // @ts-expect-error misspelt, beside a right one
      bus.subscribe(OrderPlaced, () => undefined, { durable: 'mail.receipt', transactionel: true }),
    ]);
  });

  it('leave open what options that were made elsewhere leave open', () => {
    compiles((bus) => {
      const options: HandlerOptions<OrderPlaced> = { durable: 'mail.receipt' };
      bus.subscribe(OrderPlaced, (_, { id }) => void (true satisfies Same<typeof id, string | undefined>), options);
      const handler: Handler<OrderPlaced> = (event) => event.total;
      bus.subscribe(OrderPlaced, handler, { durable: 'mail.receipt', transactional: true });
      const durable: Handler<OrderPlaced, DurableContext<Client>> = (_, { transaction }) => transaction.query('');
      bus.subscribe(OrderPlaced, durable, { durable: 'mail.receipt', transactional: true });
    });
  });

  it('are told apart by name', () => {
    compiles(() => {
      void (true satisfies Same<ContextOf<string, true, undefined, Client>, DurableContext<Client>>);
      void (true satisfies Same<ContextOf<string, boolean, undefined, Client>, DurableContext<Client | undefined>>);
      void (true satisfies Same<ContextOf<string | undefined, undefined, Phase, Client>, HandlerContext<Client>>);
      void (true satisfies Same<ContextOf<undefined, undefined, 'beforeCommit', Client>, UnitOfWorkContext<Client>>);
    });
  });
});

describe('the type of a transaction', () => {
  it('is taken from what begins it', () => {
    compiles((bus) => {
      const begin: Begin<Client> = (run) => run(new Client());
      const library = {
        transaction: <T>(run: (client: Client) => Promise<T>, _isolation?: string) => run(new Client()),
      };
      const unitOfWork = transactional(bus, begin);
      void (true satisfies Same<TransactionOf<typeof begin>, Client>);
      void (true satisfies Same<TransactionOf<typeof library.transaction>, Client>);
      void (true satisfies Same<TransactionOf<typeof unitOfWork>, Client>);
      type Transaction = TransactionOf<typeof unitOfWork>;
      bus.subscribe(OrderPlaced, (_, { transaction }: UnitOfWorkContext<Transaction>) => transaction.query(''), {
        phase: 'beforeCommit',
      });
    });
  });
});

describe('the types of the drop-in for DomainEvents', () => {
  it('take a handler of the class, and refuse a name in place of the class', () => {
    compiles((bus) => {
      const { register } = domainEvents(bus);
      register((event: OrderPlaced) => event.total, OrderPlaced);
      register({ handle: (event: OrderPlaced) => event.total }, OrderPlaced);
      class Receipts {
        send(_event: OrderPlaced): void {}
      }
      register(
        new Receipts().send.bind(new Receipts()),
        // @ts-expect-error the name is what is wrong, also behind a bound method
        OrderPlaced.name,
      );
      // @ts-expect-error another class
      register((event: OrderPlaced) => event.total, OrderShipped);
      register(
        (event: OrderPlaced) => event.total,
        // @ts-expect-error the name is what is wrong, and not the handler
        OrderPlaced.name,
      );
    });
  });
});
