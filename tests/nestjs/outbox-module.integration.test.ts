/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { Controller, Get, Inject, type ModuleMetadata, Post, SetMetadata } from '@nestjs/common';
import { EventBus, On } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import {
  InUnitOfWork,
  OutboxModule,
  type OutboxModuleOptions,
  type OutboxOptionsFactory,
  UnitOfWork,
} from 'class-events/nestjs';
import { Outbox } from 'class-events/outbox';
import { pglite } from 'class-events/outbox/postgres';
import { Deferred } from '../support/deferred.js';
import { OrderPlaced } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';
import { boot, closeAll, create, listen, moduleOf } from './application.js';

declare global {
  // Given by the environment.
  var PGlite: { create(): Promise<PGlite> };
}

const story = new Recorder();
let db: PGlite;
let handled: Deferred;
beforeAll(async () => {
  db = await globalThis.PGlite.create();
});
beforeEach(async () => {
  story.take();
  handled = new Deferred();
  await db.exec(
    'drop schema if exists class_events cascade; drop table if exists orders; create table orders (id text)',
  );
});
afterEach(closeAll);
afterAll(() => db.close());

const catalog = new EventCatalog().add(OrderPlaced, {
  name: 'order.placed',
  key: ({ orderId }) => orderId,
  read: ({ orderId }) => new OrderPlaced(orderId),
});
const options = (more?: Partial<OutboxModuleOptions>): OutboxModuleOptions => ({
  catalog,
  store: pglite(db, { begin: (run) => db.transaction(run) }),
  ...more,
});

class Receipts {
  @On(OrderPlaced, { durable: 'mail.receipt' })
  async send({ orderId }: OrderPlaced): Promise<void> {
    story.note(`receipt ${orderId}`);
    handled.resolve();
  }
}

class Checkout {
  constructor(
    @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork<Transaction>,
    @Inject(EventBus) private readonly bus: EventBus,
  ) {}

  place(orderId: string): Promise<void> {
    return this.unitOfWork(async (transaction) => {
      await transaction.query('insert into orders values ($1)', [orderId]);
      await this.bus.publish(new OrderPlaced(orderId));
    });
  }

  @InUnitOfWork()
  async placeDecorated(orderId: string, fails = false): Promise<string> {
    await this.unitOfWork.transaction!.query('insert into orders values ($1)', [orderId]);
    await this.bus.publish(new OrderPlaced(orderId));
    if (fails) throw new Error('out of stock');
    return orderId;
  }
}

const orders = async (): Promise<unknown[]> => (await db.query('select id from orders order by id')).rows;
const withOutbox = (more?: Partial<OutboxModuleOptions>, metadata: ModuleMetadata = {}): ModuleMetadata => ({
  ...metadata,
  imports: [OutboxModule.forRoot(options(more)), ...(metadata.imports ?? [])],
  providers: [Checkout, Receipts, ...(metadata.providers ?? [])],
});

describe('the outbox of an application', () => {
  it('delivers to a durable handler what an injected unit of work has committed', async () => {
    const { app, log } = await boot(withOutbox());
    await app.get(Checkout).place('o-1');
    await handled.promise;
    expect(await orders()).toEqual([{ id: 'o-1' }]);
    expect(log.lines).toEqual([]);
  });

  it('commits what a method in a unit of work has written, and returns what it returned', async () => {
    const { app } = await boot(withOutbox());
    expect(await app.get(Checkout).placeDecorated('o-2')).toBe('o-2');
    await handled.promise;
    expect(await orders()).toEqual([{ id: 'o-2' }]);
  });

  it('keeps nothing of a method in a unit of work that fails', async () => {
    const { app } = await boot(withOutbox());
    const checkout = app.get(Checkout);
    expect(await rejectionOf(checkout.placeDecorated('o-3', true))).toEqual(new Error('out of stock'));
    await checkout.placeDecorated('o-4');
    await handled.promise;
    expect(await orders()).toEqual([{ id: 'o-4' }]);
    expect(story.lines).toEqual(['receipt o-4']);
  });

  it('has no transaction outside of a unit of work', async () => {
    const { app } = await boot(withOutbox());
    expect(app.get<UnitOfWork>(UnitOfWork).transaction).toBeUndefined();
  });

  it('keeps the route of a controller method in a unit of work, whichever decorator is above', async () => {
    @Controller()
    class Orders {
      constructor(@Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork<Transaction>) {}

      @InUnitOfWork()
      @Post('below')
      @SetMetadata('kept', true)
      async below(): Promise<string> {
        return typeof this.unitOfWork.transaction;
      }

      @Get('above')
      @InUnitOfWork()
      async above(): Promise<string> {
        return typeof this.unitOfWork.transaction;
      }
    }
    const { app } = await create(withOutbox({}, { controllers: [Orders] }));
    const address = await listen(app);
    const answers = [await fetch(`${address}/below`, { method: 'POST' }), await fetch(`${address}/above`)];
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['object', 'object']);
    expect(Reflect.getMetadata('kept', Reflect.get(Orders.prototype, 'below') as object)).toBe(true);
  });

  it('gives each of two applications its own units of work', async () => {
    const [{ app: first }, { app: second }] = [
      await boot(withOutbox({ relay: false })),
      await boot(withOutbox({ relay: false, store: pglite(db, { begin: (run) => db.transaction(run) }) })),
    ];
    await first.get(Checkout).placeDecorated('first');
    await second.get(Checkout).placeDecorated('second');
    expect(await orders()).toEqual([{ id: 'first' }, { id: 'second' }]);
  });

  it('starts its relay after all other hooks of the start, and stops it before all those of the end', async () => {
    class Probe {
      onApplicationBootstrap(): void {
        story.note('bootstrapped');
      }
      onModuleDestroy(): void {
        story.note('destroyed');
      }
    }
    const { app } = await create(
      withOutbox(
        {},
        { providers: [Probe], imports: [moduleOf({ providers: [{ provide: 'other', useClass: Probe }] })] },
      ),
    );
    const outbox = app.get(Outbox);
    for (const method of ['start', 'stop'] as const) {
      const original = outbox[method].bind(outbox);
      outbox[method] = async (): Promise<void> => {
        await original();
        story.note(method);
      };
    }
    await app.init();
    await app.close();
    expect(story.lines).toEqual(['bootstrapped', 'bootstrapped', 'start', 'stop', 'destroyed', 'destroyed', 'stop']);
  });

  it('only publishes in a process without a relay', async () => {
    const { app } = await boot(withOutbox({ relay: false }));
    await app.get(Checkout).place('o-5');
    const status = await app.get(Outbox).status();
    expect(status.relays).toBe(0);
    expect(status.handlers).toMatchObject([{ handler: 'mail.receipt', pending: 1 }]);
  });

  it('is refused at the start where the tables are missing and must not be made', async () => {
    for (const relay of [true, false]) {
      const refused = await rejectionOf(boot(withOutbox({ migrate: false, relay })));
      expect(refused).toMatchObject({ name: 'OutboxError' });
    }
  });

  it('makes no tables in production unless it is told', async () => {
    const { NODE_ENV } = process.env;
    process.env['NODE_ENV'] = 'production';
    try {
      expect(await rejectionOf(boot(withOutbox()))).toMatchObject({ name: 'OutboxError' });
      await boot(withOutbox({ migrate: true }));
    } finally {
      process.env['NODE_ENV'] = NODE_ENV;
    }
  });

  it('is refused at the start where the store cannot begin units of work', async () => {
    expect(await rejectionOf(boot(withOutbox({ store: pglite(db) })))).toEqual(
      new TypeError(
        'OutboxModule has no function that begins transactions. Give it to the store: postgres(pool, { begin: (run) => dataSource.transaction(run) }).',
      ),
    );
  });

  it('tells the log of a failed attempt, and of a dead letter', async () => {
    class Broken {
      @On(OrderPlaced, { durable: 'mail.broken' })
      async send(): Promise<void> {
        throw new Error('no mail server');
      }
    }
    const dead = new Deferred();
    const { app, log } = await create(withOutbox({ defaults: { maxAttempts: 1 } }, { providers: [Broken] }));
    const error = log.error.bind(log);
    log.error = (message, ...rest) => {
      error(message, ...rest);
      if (String(message).includes('dead letter')) dead.resolve();
    };
    await app.init();
    await app.get(Checkout).place('o-6');
    await dead.promise;
    expect(log.lines.filter((line) => line.includes('dead letter'))).toEqual([
      'error [EventBus] Broken.send failed for OrderPlaced (attempt 1 of 1, a dead letter now): Error: no mail server',
      expect.stringContaining('error [Outbox] order.placed'),
    ]);
  });
});

describe('the options of the outbox of an application', () => {
  class Config implements OutboxOptionsFactory {
    createOutboxOptions(): OutboxModuleOptions {
      return options({ relay: false });
    }
  }
  const configModule = moduleOf({ providers: [Config], exports: [Config] });

  it.each([
    ['a factory', { inject: [Config], useFactory: (config: Config) => config.createOutboxOptions() }],
    ['an existing provider', { useExisting: Config }],
    ['a class', { useClass: Config }],
  ])('are taken from %s', async (_, from) => {
    const { app } = await boot({
      imports: [OutboxModule.forRootAsync({ imports: [configModule], ...from })],
      providers: [Checkout, Receipts],
    });
    await app.get(Checkout).place('o-7');
    expect((await app.get(Outbox).status()).handlers).toMatchObject([{ pending: 1 }]);
  });

  it('are refused where they come from nowhere, or from two places', () => {
    expect(() => OutboxModule.forRootAsync({})).toThrow(
      new TypeError('OutboxModule.forRootAsync takes one of useFactory, useClass and useExisting, not 0.'),
    );
    expect(() => OutboxModule.forRootAsync({ useClass: Config, useExisting: Config })).toThrow('not 2.');
  });

  it('are refused where they are impossible', async () => {
    expect(await rejectionOf(boot(withOutbox({ stopTimeout: -1 })))).toMatchObject({ name: 'TypeError' });
    expect(await rejectionOf(boot(withOutbox({ migrate: 'always' as never })))).toMatchObject({ name: 'TypeError' });
    expect(await rejectionOf(boot(withOutbox({ retries: 3 } as never)))).toMatchObject({ name: 'TypeError' });
  });
});

describe('a method in a unit of work', () => {
  it('says what is missing where its object was not made by Nest', async () => {
    const checkout = new Checkout(undefined as never, undefined as never);
    expect(await rejectionOf(checkout.placeDecorated('o-8'))).toEqual(
      new Error(
        'Checkout.placeDecorated has no unit of work: Checkout was not made by Nest. Provide it in a module, and import OutboxModule.forRoot.',
      ),
    );
  });

  it('is no static method, and no property', () => {
    expect(() => InUnitOfWork()(class {}, 'place', { value: () => undefined })).toThrow(TypeError);
    expect(() => InUnitOfWork()({}, 'place', undefined as never)).toThrow(TypeError);
  });
});
