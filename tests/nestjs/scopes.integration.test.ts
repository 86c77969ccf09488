import {
  Body,
  type CallHandler,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Post,
  Scope,
} from '@nestjs/common';
import {
  APP_INTERCEPTOR,
  type ContextId,
  ContextIdFactory,
  type ContextIdResolverFn,
  type ContextIdStrategy,
  INQUIRER,
  REQUEST,
} from '@nestjs/core';
import { EventBus, On } from 'class-events';
import { EventRequest, runInRequest } from 'class-events/nestjs';
import type { IncomingMessage } from 'node:http';
import { OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';
import { boot, closeAll, create, listen, moduleOf } from './application.js';

const story = new Recorder();
let built = 0;
beforeEach(() => {
  story.take();
  built = 0;
});
afterEach(closeAll);

@Injectable({ scope: Scope.REQUEST })
class Receipts {
  readonly id = ++built;

  @On(OrderPlaced)
  placed(): void {
    story.note(`placed ${this.id}`);
  }

  @On(OrderPlaced)
  @On(OrderShipped)
  either(): void {
    story.note(`either ${this.id}`);
  }
}

// nestjs/event-emitter#8, PR#544; nestjs/cqrs#60, #1656, #1195
describe.each([
  ['request-scoped', Scope.REQUEST],
  ['transient', Scope.TRANSIENT],
])('a %s provider', (_, scope) => {
  const receipts = { provide: Receipts, useClass: Receipts, scope };

  it('is built for each event, and once for all of its methods', async () => {
    const { bus } = await boot({ providers: [receipts] });
    expect(built).toBe(0);
    await bus.publish(new OrderPlaced());
    await bus.publish(new OrderShipped());
    expect(story.lines).toEqual(['placed 1', 'either 1', 'either 2']);
  });

  it('is built anew for an event that is published again', async () => {
    const { bus } = await boot({ providers: [receipts] });
    const event = new OrderShipped();
    await bus.publish(event);
    await bus.publish(event);
    expect(story.lines).toEqual(['either 1', 'either 2']);
  });

  it('is not built for an event that its filter refuses', async () => {
    class Choosy {
      readonly id = ++built;
      @On(OrderPlaced, { filter: () => false })
      react(): void {}
    }
    const { bus } = await boot({ providers: [{ provide: Choosy, useClass: Choosy, scope }] });
    await bus.publish(new OrderPlaced());
    expect(built).toBe(0);
  });

  it('is async: its deliveries settle with the async ones', async () => {
    const { bus } = await boot({ providers: [receipts] });
    expect(bus.subscriptions().map(({ mode }) => mode)).toEqual(['async', 'async', 'async']);
  });

  it('cannot have a handler that is to be sync, and the start says so', async () => {
    class Sync {
      @On(OrderPlaced, { mode: 'sync' })
      react(): void {}
    }
    const { app } = await create({ providers: [{ provide: Sync, useClass: Sync, scope }] });
    await expect(app.init()).rejects.toThrow("Sync.react cannot be 'sync'");
  });

  // fluo#2202
  it('a scoped provider that two modules provide is two subscribers, each with the dependencies of its module', async () => {
    class Greeter {
      constructor(@Inject('greeting') private readonly greeting: string) {}
      @On(OrderPlaced)
      greet(): void {
        story.note(this.greeting);
      }
    }
    const host = (greeting: string) =>
      moduleOf({
        providers: [
          { provide: Greeter, useClass: Greeter, scope },
          { provide: 'greeting', useValue: greeting },
        ],
      });
    const { bus } = await boot({ imports: [host('good morning'), host('good evening')] });
    await bus.publish(new OrderPlaced());
    expect(story.lines.sort()).toEqual(['good evening', 'good morning']);
    expect(bus.subscriptions().map(({ name }) => name)).toEqual(['Greeter.greet', 'Greeter.greet']);
  });

  it('a scoped provider with an alias is built once for an event', async () => {
    const { bus } = await boot({ providers: [receipts, { provide: 'alias', useExisting: Receipts }] });
    built = 0; // Nest makes one for the alias of a transient provider at the start; it is no subscriber.
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['placed 1', 'either 1']);
  });

  it('a scoped provider under a token of its own is found by its class', async () => {
    const { bus } = await boot({ providers: [{ provide: 'receipts', useClass: Receipts, scope }] });
    await bus.publish(new OrderShipped());
    expect(story.lines).toEqual(['either 1']);
  });

  it('a scoped provider that a factory makes is found when its token is the class, and not otherwise', async () => {
    const made = { useFactory: () => new Receipts(), scope };
    const { bus } = await boot({
      providers: [
        { provide: Receipts, ...made },
        { provide: 'hidden', ...made },
      ],
    });
    await bus.publish(new OrderShipped());
    expect(story.lines).toEqual(['either 1']);
  });

  it('whose constructor fails is a failure of its deliveries, which reaches the publisher', async () => {
    const failure = new Error('no connection');
    class Broken {
      constructor() {
        throw failure;
      }
      @On(OrderPlaced)
      react(): void {}
    }
    const { bus } = await boot({ providers: [{ provide: Broken, useClass: Broken, scope }] });
    expect((await publishErrorOf(bus.publish(new OrderPlaced()))).errors).toEqual([failure]);
  });
});

describe('within one request', () => {
  it.each([
    ['a request-scoped provider is built once for all events', Scope.REQUEST, ['either 1', 'either 1']],
    ['a transient provider is built for each event', Scope.TRANSIENT, ['either 1', 'either 2']],
  ])('%s', async (_, scope, lines) => {
    const { bus } = await boot({ providers: [{ provide: Receipts, useClass: Receipts, scope }] });
    await runInRequest({}, () => bus.publishAll([new OrderShipped(), new OrderShipped()]));
    expect(story.lines).toEqual(lines);
  });
});

describe('a provider that depends on a request-scoped one', () => {
  it('is built for each event as well', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Session {
      readonly id = ++built;
    }
    @Injectable()
    class Log {
      constructor(@Inject(Session) private readonly session: Session) {}
      @On(OrderPlaced)
      react(): void {
        story.note(`session ${this.session.id}`);
      }
    }
    const { bus } = await boot({ providers: [Session, Log] });
    await bus.publishAll([new OrderPlaced(), new OrderPlaced()]);
    expect(story.lines).toEqual(['session 1', 'session 2']);
  });
});

describe('a transient dependency', () => {
  it('knows its inquirer', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Label {
      constructor(@Inject(INQUIRER) readonly inquirer: object) {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class Log {
      constructor(@Inject(Label) private readonly label: Label) {}
      @On(OrderPlaced)
      react(): void {
        story.note(this.label.inquirer.constructor.name);
      }
    }
    const { bus } = await boot({ providers: [Label, Log] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['Log']);
  });
});

describe('REQUEST in a request-scoped subscriber', () => {
  @Injectable({ scope: Scope.REQUEST })
  class Session {
    readonly id = ++built;
  }
  @Injectable({ scope: Scope.REQUEST })
  class Log {
    constructor(
      @Inject(REQUEST) private readonly request: IncomingMessage | EventRequest,
      @Inject(Session) private readonly session: Session,
    ) {}

    @On([OrderPlaced, OrderShipped])
    note(event: OrderPlaced | OrderShipped): void {
      const { request, session } = this;
      const who = request instanceof EventRequest ? request.event === event && 'event' : request.headers['x-user'];
      story.note(`${event.constructor.name} of ${String(who)} in session ${session.id}`);
    }
  }

  it('is an EventRequest with the event, where there is no other request', async () => {
    const { bus } = await boot({ providers: [Session, Log] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['OrderPlaced of event in session 1']);
  });

  @Controller()
  class StaticOrders {
    constructor(@Inject(EventBus) private readonly bus: EventBus) {}

    @Post('orders')
    async place(@Body('id') id: string): Promise<string> {
      await this.bus.publish(new OrderPlaced(id));
      await this.bus.publish(new OrderShipped(id));
      return 'thanks';
    }
  }
  @Controller()
  class ScopedOrders {
    constructor(
      @Inject(EventBus) private readonly bus: EventBus,
      @Inject(Session) private readonly session: Session,
    ) {}

    @Post('orders')
    async place(@Body('id') id: string): Promise<string> {
      story.note(`controller in session ${this.session.id}`);
      await this.bus.publish(new OrderPlaced(id));
      return 'thanks';
    }
  }
  const post = (url: string, user: string) =>
    fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'x-user': user, 'content-type': 'application/json' },
      body: '{"id":"o-1"}',
    });
  const inRequest = (request: IncomingMessage, _: unknown, next: () => void) => runInRequest(request, next);

  // nestjs/event-emitter PR#1715
  it('is the HTTP request of the publisher when it runs in it, and its providers are shared', async () => {
    const { app } = await create({ providers: [Session, Log], controllers: [StaticOrders] });
    app.use(inRequest);
    const url = await listen(app);
    await post(url, 'ann');
    await post(url, 'bob');
    expect(story.lines).toEqual([
      'OrderPlaced of ann in session 1',
      'OrderShipped of ann in session 1',
      'OrderPlaced of bob in session 2',
      'OrderShipped of bob in session 2',
    ]);
  });

  it('shares the providers of a request-scoped controller', async () => {
    const { app } = await create({ providers: [Session, Log], controllers: [ScopedOrders] });
    app.use(inRequest);
    await post(await listen(app), 'ann');
    expect(story.lines).toEqual(['controller in session 1', 'OrderPlaced of ann in session 1']);
  });

  it('is no HTTP request without runInRequest', async () => {
    const { app } = await create({ providers: [Session, Log], controllers: [StaticOrders] });
    await post(await listen(app), 'ann');
    expect(story.lines).toEqual(['OrderPlaced of event in session 1', 'OrderShipped of event in session 2']);
  });

  it('stays with each of two requests that overlap', async () => {
    const { app } = await create({ providers: [Session, Log], controllers: [StaticOrders] });
    app.use(inRequest);
    const url = await listen(app);
    await Promise.all([post(url, 'ann'), post(url, 'bob')]);
    const sessions = new Set(story.lines.map((line) => line.replace(/.* of /, '')));
    expect(story.lines).toHaveLength(4);
    expect(sessions.size).toBe(2);
  });

  it('is given by an interceptor as well', async () => {
    class InRequest implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): ReturnType<NestInterceptor['intercept']> {
        return runInRequest(context.switchToHttp().getRequest<IncomingMessage>(), () => next.handle());
      }
    }
    const interceptor = { provide: APP_INTERCEPTOR, useClass: InRequest };
    const { app } = await create({ providers: [Session, Log, interceptor], controllers: [StaticOrders] });
    await post(await listen(app), 'ann');
    expect(story.lines).toEqual(['OrderPlaced of ann in session 1', 'OrderShipped of ann in session 1']);
  });

  it('is whatever a transport calls its request', async () => {
    const { bus } = await boot({ providers: [Session, Log] });
    const message = { headers: { 'x-user': 'queue' } };
    const report = await runInRequest(message, () => bus.publish(new OrderPlaced()));
    expect(report.failures).toEqual([]);
    expect(story.lines).toEqual(['OrderPlaced of queue in session 1']);
  });
});

describe('a durable provider', () => {
  /** One context for each tenant, as in Nest's documentation. */
  class TenantStrategy implements ContextIdStrategy<EventRequest<OrderPlaced>> {
    readonly #tenants = new Map<string, ContextId>();
    attach(
      contextId: ContextId,
      { event }: EventRequest<OrderPlaced>,
    ): ContextIdResolverFn | { resolve: ContextIdResolverFn; payload: object } {
      const tenant = this.#tenants.get(event.orderId) ?? ContextIdFactory.create();
      this.#tenants.set(event.orderId, tenant);
      return {
        resolve: ({ isTreeDurable }) => (isTreeDurable ? tenant : contextId),
        payload: { tenant: event.orderId },
      };
    }
  }
  afterEach(() => ContextIdFactory.apply(undefined as unknown as ContextIdStrategy));

  @Injectable({ scope: Scope.REQUEST, durable: true })
  class Connection {
    readonly id = ++built;
    constructor(@Inject(REQUEST) readonly request: { readonly tenant: string }) {}
  }
  @Injectable()
  class Durable {
    constructor(@Inject(Connection) private readonly connection: Connection) {}
    @On(OrderPlaced)
    react(): void {
      story.note(`${this.connection.request.tenant} over connection ${this.connection.id}`);
    }
  }

  it('is shared by the events of one tenant', async () => {
    ContextIdFactory.apply(new TenantStrategy());
    const { bus } = await boot({ providers: [Connection, Durable] });
    await bus.publishAll([new OrderPlaced('acme'), new OrderPlaced('zeta'), new OrderPlaced('acme')]);
    expect(story.lines).toEqual(['acme over connection 1', 'zeta over connection 2', 'acme over connection 1']);
  });

  it('leaves its payload for others on the request, as for HTTP', async () => {
    ContextIdFactory.apply(new TenantStrategy());
    @Injectable({ scope: Scope.REQUEST })
    class Log {
      constructor(@Inject(REQUEST) private readonly request: EventRequest & { readonly tenant: string }) {}
      @On(OrderPlaced)
      react(event: OrderPlaced): void {
        story.note(`${this.request.tenant}, ${this.request.event === event}`);
      }
    }
    const { bus } = await boot({ providers: [Log] });
    await bus.publish(new OrderPlaced('acme'));
    expect(story.lines).toEqual(['acme, true']);
  });

  it('fails its delivery when the strategy fails', async () => {
    const failure = new Error('no tenant');
    ContextIdFactory.apply({
      attach() {
        throw failure;
      },
    });
    const { bus } = await boot({ providers: [Connection, Durable] });
    expect(await rejectionOf(bus.publish(new OrderPlaced()))).toMatchObject({ errors: [failure] });
  });
});
