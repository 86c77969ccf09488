import { Controller, Inject, Injectable, Module } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { EventBus, On } from 'class-events';
import { EventBusModule, type EventBusModuleAsyncOptions, type EventBusModuleOptions } from 'class-events/nestjs';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';
import { boot, closeAll, create, moduleOf } from './application.js';

const story = new Recorder();
beforeEach(() => void story.take());
afterEach(closeAll);

@Injectable()
class Receipts {
  @On(OrderPlaced)
  send(): void {
    story.note('receipt');
  }
}

describe('the @On methods of', () => {
  it('providers and controllers are subscribed when init resolves', async () => {
    @Controller()
    class Orders {
      @On(OrderPlaced)
      placed(): void {
        story.note('controller');
      }
    }
    const { bus } = await boot({ providers: [Receipts], controllers: [Orders] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt', 'controller']);
    expect(bus.subscriptions().map(({ name }) => name)).toEqual(['Receipts.send', 'Orders.placed']);
  });

  it('a provider in a module that knows nothing of the bus are subscribed', async () => {
    const { bus } = await boot({ imports: [moduleOf({ providers: [Receipts] })] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });

  it('what a factory or a value provides are subscribed', async () => {
    const { bus } = await boot({
      providers: [
        { provide: 'made', useFactory: async () => new Receipts() },
        { provide: 'given', useValue: new Receipts() },
        { provide: 'text', useValue: 'no object' },
        { provide: 'nothing', useValue: null },
        { provide: 'bare', useValue: Object.create(null) },
      ],
    });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt', 'receipt']);
  });

  it('a module class are subscribed', async () => {
    @Module({})
    class ReceiptsModule {
      @On(OrderPlaced)
      placed(): void {
        story.note('module');
      }
    }
    const { bus } = await boot({ imports: [ReceiptsModule] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['module']);
  });

  it('an application context without a server are subscribed', async () => {
    const root = moduleOf({ imports: [EventBusModule.forRoot()], providers: [Receipts] });
    const context = await NestFactory.createApplicationContext(root, { logger: false });
    await context.get(EventBus).publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
    await context.close();
  });

  // nestjs/event-emitter#92
  it('a testing module are subscribed by its init', async () => {
    const testing = await Test.createTestingModule({
      imports: [EventBusModule.forRoot()],
      providers: [Receipts],
    }).compile();
    expect(testing.get(EventBus).subscriptions()).toEqual([]);
    await testing.init();
    await testing.get(EventBus).publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
    await testing.close();
  });

  // nestjs/cqrs#790, #98, #487
  it('two classes of one name are two subscribers of two event classes of one name', async () => {
    const domainOf = (line: string) => {
      class Closed {}
      class Listener {
        @On(Closed)
        react(): void {
          story.note(line);
        }
      }
      return { Closed, Listener };
    };
    const [account, shop] = [domainOf('account'), domainOf('shop')];
    const { bus } = await boot({ providers: [account.Listener, shop.Listener] });
    await bus.publish(new account.Closed());
    await bus.publish(new shop.Closed());
    expect(story.lines).toEqual(['account', 'shop']);
  });

  // nestjs/cqrs#17, #486
  it('a base class get events of a subclass, whoever else subscribes to the subclass', async () => {
    class Audit {
      @On(OrderEvent)
      any(): void {
        story.note('any');
      }
    }
    const without = await boot({ providers: [Audit] });
    await without.bus.publish(new OrderPlaced());
    const along = await boot({ providers: [Receipts, Audit] });
    await along.bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['any', 'receipt', 'any']);
  });

  // nestjs/event-emitter#538, #52
  it('one method with two stacked @On get both events', async () => {
    class Board {
      @On(OrderPlaced)
      @On(OrderShipped)
      show(event: OrderEvent): void {
        story.note(event.constructor.name);
      }
    }
    const { bus } = await boot({ providers: [Board] });
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(story.lines).toEqual(['OrderPlaced', 'OrderShipped']);
  });

  // nestjs/event-emitter#751
  it('a class with a decorator of the user that calls On are subscribed', async () => {
    const OnLate = () => On(OrderPlaced, { priority: -1 });
    class Board {
      @OnLate()
      show(): void {
        story.note('late');
      }
    }
    const { bus } = await boot({ providers: [Board, Receipts] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt', 'late']);
  });

  // nestjs/event-emitter#596, nestjs/cqrs#1370
  it('a class that names a list of events get each of them, with their union for a type', async () => {
    class Board {
      @On([OrderPlaced, OrderShipped])
      show(event: OrderPlaced | OrderShipped): void {
        story.note(event.constructor.name);
      }
    }
    const { bus } = await boot({ providers: [Board] });
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(story.lines).toEqual(['OrderPlaced', 'OrderShipped']);
  });

  // nestjs/event-emitter#401
  it('providers run by priority, over all modules', async () => {
    const subscriber = (line: string, priority: number) => {
      class Subscriber {
        @On(OrderPlaced, { priority })
        react(): void {
          story.note(line);
        }
      }
      return Subscriber;
    };
    const { bus } = await boot({
      imports: [moduleOf({ providers: [subscriber('third', -1)] }), moduleOf({ providers: [subscriber('first', 1)] })],
      providers: [subscriber('second', 0)],
    });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['first', 'second', 'third']);
  });

  // nestjs/nest#14823
  it('a class whose event class is undefined are refused when the class is defined, with the remedy', () => {
    expect(() => On(undefined as never)).toThrow('@On also takes () => TheClass');
  });

  it('a class whose late event class stays undefined make init fail, with the method named', async () => {
    class Board {
      @On(() => undefined as unknown as typeof OrderPlaced)
      show(): void {}
    }
    const { app } = await create({ providers: [Board] });
    await expect(app.init()).rejects.toThrow('The event class is undefined in @On of Board.show');
  });
});

describe('a handler runs once', () => {
  // nestjs/event-emitter#410, #493; nestjs/cqrs#1318, #449
  it('a handler runs once when its module is imported by several modules', async () => {
    const receipts = moduleOf({ providers: [Receipts], exports: [Receipts] });
    const { bus } = await boot({ imports: [receipts, moduleOf({ imports: [receipts] }), receipts] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });

  // nestjs/event-emitter#578
  it('a handler runs once when its provider has an alias', async () => {
    const { bus } = await boot({
      providers: [
        Receipts,
        { provide: 'alias', useExisting: Receipts },
        { provide: 'same', inject: [Receipts], useFactory: (receipts: Receipts) => receipts },
      ],
    });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });

  // nestjs/event-emitter#1186
  it('a handler runs once when modules import EventBusModule without forRoot as well', async () => {
    const { bus } = await boot({ imports: [moduleOf({ imports: [EventBusModule], providers: [Receipts] })] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });

  // nestjs/cqrs#1393
  it('a handler runs once when init is called again', async () => {
    const { app, bus } = await boot({ providers: [Receipts] });
    await app.init();
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });

  it('a handler runs once when its module is dynamic', async () => {
    const receipts = { module: moduleOf({}), providers: [Receipts] };
    const { bus } = await boot({ imports: [receipts, moduleOf({ imports: [receipts] })] });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });

  // fluo#2202
  it('a handler runs once for each object: a class that two modules provide is two subscribers', async () => {
    const { bus } = await boot({
      imports: [moduleOf({ providers: [Receipts] }), moduleOf({ providers: [Receipts] })],
    });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt', 'receipt']);
  });

  // nestjs/event-emitter PR#1411
  it('a handler runs once in each of two applications of one process: each has its own bus', async () => {
    const [first, second] = [await boot({ providers: [Receipts] }), await boot({ providers: [Receipts] })];
    expect(first.bus).not.toBe(second.bus);
    await first.bus.publish(new OrderPlaced());
    expect(story.take()).toEqual(['receipt']);
    await first.app.close();
    await second.bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });
});

describe('EventBusModule', () => {
  it('refuses a second forRoot, which would make a second bus', async () => {
    const second = moduleOf({ imports: [EventBusModule.forRoot()] });
    expect(await rejectionOf(create({ imports: [second] }))).toMatchObject({
      message: expect.stringContaining('EventBusModule.forRoot is imported 2 times') as string,
    });
  });

  it.each([
    [{ closeTimeout: 0 }, "The option 'closeTimeout' must be milliseconds, above 0"],
    [{ closeTimeOut: 5 }, "Unknown option 'closeTimeOut'. The options are name, "],
    [{ maxDepth: -1 }, "The option 'maxDepth' must be a whole number above 0"],
  ])('refuses the options %p before anything starts', async (options, message) => {
    expect(await rejectionOf(create({}, options as object))).toMatchObject({
      message: expect.stringContaining(message) as string,
    });
  });

  it('passes its options to the bus', async () => {
    const { bus } = await boot({}, { name: 'orders', inheritance: false });
    expect(bus.name).toBe('orders');
    bus.subscribe(OrderEvent, story.handler('base'));
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
  });

  it('has a line in the log of the start for each handler, unless it is told to have none', async () => {
    class Mails {
      @On(OrderPlaced, { phase: 'afterCommit', name: 'mails' })
      later(): void {}
      @On(OrderShipped)
      now(): void {}
    }
    const linesOf = async (options: EventBusModuleOptions): Promise<string[]> => {
      const { app, log } = await create({ providers: [Mails] }, options);
      const lines: string[] = [];
      log.log = (message?: unknown, context?: unknown): void =>
        void lines.push(`${String(context)}: ${String(message)}`);
      await app.init();
      return lines.filter((line) => line.includes('←'));
    };
    expect(await linesOf({ name: 'shop' })).toEqual([
      'shop: mails ← OrderPlaced, afterCommit',
      'shop: Mails.now ← OrderShipped',
    ]);
    expect(await linesOf({ logHandlers: false })).toEqual([]);
  });

  it('takes its options from other providers by forRootAsync', async () => {
    @Injectable()
    class Config {
      readonly name = 'from the configuration';
    }
    const options: EventBusModuleAsyncOptions = {
      imports: [moduleOf({ providers: [Config], exports: [Config] })],
      inject: [Config],
      useFactory: async ({ name }: Config) => ({ name }),
    };
    const root = moduleOf({ imports: [EventBusModule.forRootAsync(options)], providers: [Receipts] });
    const context = await NestFactory.createApplicationContext(root, { logger: false });
    expect(context.get(EventBus).name).toBe('from the configuration');
    await context.get(EventBus).publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
    await context.close();
  });

  it('gives EventBus to providers of every module', async () => {
    @Injectable()
    class Orders {
      constructor(@Inject(EventBus) readonly bus: EventBus) {}
    }
    const { app, bus } = await boot({ imports: [moduleOf({ providers: [Orders] })] });
    expect(app.get(Orders).bus).toBe(bus);
  });

  it('subscribes nothing to a bus that a test puts in the place of its own', async () => {
    const bus = new EventBus();
    const testing = await Test.createTestingModule({ imports: [EventBusModule.forRoot()], providers: [Receipts] })
      .overrideProvider(EventBus)
      .useValue(bus)
      .compile();
    await testing.init();
    expect(testing.get(EventBus)).toBe(bus);
    expect(bus.subscriptions()).toEqual([]);
    await testing.close();
  });

  it('leaves out what a lazy module brings, until it is registered by hand', async () => {
    const { app, bus } = await boot({});
    const lazy = moduleOf({ providers: [Receipts] });
    const loaded = await app.get(LazyModuleLoader).load(() => lazy);
    await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual([]);
    bus.register(loaded.get(Receipts));
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['receipt']);
  });
});
