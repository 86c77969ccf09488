import { AsyncLocalStorage } from 'node:async_hooks';
import { EventBus, HandlerFailed, On, PublishError } from 'class-events';
import { transactional } from 'class-events/domain';
import { isolate, type Scenario, scenario, ScenarioTimeoutError } from 'class-events/testing';
import { afterMicrotasks, Deferred } from '../support/deferred.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf } from '../support/rejection.js';
import { DomainEvent, orderBus, OrderPlaced, OrderShipped, Receipts, StockReserved } from './orders.js';

/** What a scenario's message says, with all times made equal. */
async function messageOf(played: Promise<unknown>): Promise<string> {
  const { message } = (await rejectionOf(played)) as Error;
  return message.replaceAll(/for \d+ ms/g, 'for … ms');
}

describe('a scenario', () => {
  let bus: EventBus;
  let story: Recorder;
  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('publishes what is given, does what is tested, and compares what was published and handled by that', async () => {
    const receipts = new Receipts();
    const orders = orderBus(receipts);
    const recorder = await scenario(orders, {
      given: [new OrderPlaced('o-1')],
      when: async () => orders.publishAll([new OrderPlaced('o-2'), new OrderShipped('o-1')]),
      published: [OrderPlaced, new StockReserved('o-2'), new OrderShipped('o-1', 'post')],
      handled: ['thank', 'Receipts.send'],
    });
    expect(receipts.sent).toEqual(['o-1', 'o-2']);
    expect(recorder.of(OrderPlaced)).toEqual([new OrderPlaced('o-2')]);
  });

  it('waits for emitted events, for async handlers, and for what these publish', async () => {
    bus.subscribe(OrderPlaced, async ({ orderId }) => {
      await afterMicrotasks();
      bus.emit(new StockReserved(orderId));
    });
    bus.subscribe(StockReserved, async ({ orderId }) => {
      await afterMicrotasks();
      void bus.publish(new OrderShipped(orderId)).then(() => bus.emit(new OrderShipped('and another one')));
    });
    bus.subscribe(OrderShipped, async ({ orderId }) => {
      // More turns than a scenario takes that does not ask again.
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve));
      story.note(orderId);
    });
    await scenario(bus, {
      when: () => bus.emit(new OrderPlaced('o-1')),
      published: [OrderPlaced, StockReserved, OrderShipped, OrderShipped],
    });
    expect(story.lines).toEqual(['o-1', 'and another one']);
  });

  it('waits for the whole cascade of one given event before the next, and before what is tested', async () => {
    bus.subscribe(OrderPlaced, ({ orderId }) => bus.emit(new StockReserved(orderId)));
    bus.subscribe(StockReserved, async ({ orderId }) => {
      await afterMicrotasks();
      story.note(orderId);
    });
    const given = [new OrderPlaced('first'), new OrderPlaced('second')];
    await scenario(bus, { given, when: () => story.note('tested'), published: [] });
    expect(story.lines).toEqual(['first', 'second', 'tested']);
  });

  it('a scenario neither waits for nor looks at what runs beside it', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderShipped, () => gate.promise, { mode: 'async' });
    bus.emit(new OrderShipped('before'));
    const beside = (async () => {
      await Promise.resolve();
      await bus.publish(new OrderShipped('beside'));
    })();
    const played = scenario(bus, {
      when: async () => {
        await afterMicrotasks();
        await bus.publish(new OrderPlaced('o-1'));
      },
      published: [new OrderPlaced('o-1')],
    });
    await played;
    gate.resolve();
    await beside;
  });

  it('waits for the handlers of all phases of a transaction', async () => {
    const unitOfWork = transactional(bus, (run: (transaction: object) => Promise<unknown>) => run({}));
    bus.subscribe(OrderPlaced, ({ orderId }) => bus.emit(new OrderShipped(orderId)), {
      phase: 'afterCommit',
      name: 'ship',
    });
    await scenario(bus, {
      when: () => unitOfWork(() => bus.publish(new OrderPlaced('o-1'))),
      published: [OrderPlaced, OrderShipped],
      handled: ['ship'],
    });
  });

  it('leaves the async context of the tested code as it is', async () => {
    const storage = new AsyncLocalStorage<string>();
    bus.subscribe(OrderPlaced, async () => story.note(String(storage.getStore())));
    await storage.run('request 1', () => scenario(bus, { when: () => bus.emit(new OrderPlaced('o-1')) }));
    expect(story.lines).toEqual(['request 1']);
  });

  it('leaves nothing behind on the bus', async () => {
    await scenario(bus, { when: () => bus.publish(new OrderPlaced('o-1')) });
    await rejectionOf(scenario(bus, { when: () => Promise.reject(new Error('no')) }));
    expect(bus.subscriptions()).toEqual([]);
    expect(bus.hasSubscribers(HandlerFailed)).toBe(false);
  });

  describe('whose outcome differs', () => {
    it('lists what was expected and what was published', async () => {
      const orders = orderBus();
      const error = (await rejectionOf(
        scenario(orders, {
          when: () => orders.publish(new OrderPlaced('o-1')),
          published: [OrderPlaced, new StockReserved('o-2')],
        }),
      )) as Error;
      expect(error.name).toBe('EventAssertionError');
      expect(error.message).toBe(`Other events were published than expected.

Expected:

  OrderPlaced
  StockReserved { version: 1, orderId: 'o-2', items: [0] }

Published, in order:

  OrderPlaced { version: 1, orderId: 'o-1', total: 10 }
  StockReserved { version: 1, orderId: 'o-1', items: [0] }`);
    });

    it.each<[what: string, published: Scenario['published']]>([
      ['one more event', []],
      ['one less event', [OrderPlaced, OrderPlaced]],
      ['an event of another class', [OrderShipped]],
      ['an event of the base class', [Object.assign(new DomainEvent(), { orderId: 'o-1', total: 10 })]],
      ['an event with other fields', [new OrderPlaced('o-1', 11)]],
    ])('fails for %s', async (_, published) => {
      const played = scenario(bus, { when: () => bus.publish(new OrderPlaced('o-1')), published });
      expect(await messageOf(played)).toMatch(/^Other events were published than expected\./);
    });

    it('takes events without fields for the same', async () => {
      class DayEnded {}
      await scenario(bus, { when: () => bus.emit(new DayEnded()), published: [new DayEnded()] });
    });

    it('says so when nothing was published or expected', async () => {
      expect(await messageOf(scenario(bus, { when: () => undefined, published: [OrderPlaced] }))).toContain(
        'Published, in order:\n\n  (nothing)',
      );
      const played = scenario(bus, { when: () => bus.emit(new OrderPlaced('o-1')), published: [] });
      expect(await messageOf(played)).toContain('Expected:\n\n  (nothing)');
    });

    it('shows what became of each handler', async () => {
      const orders = orderBus();
      const when = (): unknown => orders.publish(new OrderShipped('o-1', 'pigeon'));
      expect(await messageOf(scenario(orders, { when, handled: ['thank', 'Receipts.send'] }))).toBe(
        `No event was handled by thank, Receipts.send:

  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }
    thank: skipped: filter`,
      );
      expect(await messageOf(scenario(orders, { when: () => undefined, handled: ['thank'] }))).toBe(
        'No event was handled by thank:\n\n  (nothing was published)',
      );
    });
  });

  describe('with a failing handler', () => {
    const failure = new Error('no stock');
    let uncaught: unknown[];
    let orders: EventBus;
    beforeEach(() => {
      uncaught = [];
      orders = new EventBus({ onError: ({ error }) => uncaught.push(error) });
      orders.subscribe(OrderPlaced, ({ orderId }) => orders.emit(new StockReserved(orderId)));
      orders.subscribe(
        StockReserved,
        async () => {
          await afterMicrotasks();
          throw failure;
        },
        { name: 'reserve' },
      );
    });
    const place = (): unknown => orders.publish(new OrderPlaced('o-1'));

    it('rejects with PublishError, also for an event that nobody awaits, when all has settled', async () => {
      const error = (await rejectionOf(scenario(orders, { when: place }))) as PublishError;
      expect(error).toBeInstanceOf(PublishError);
      expect(error.errors).toEqual([failure]);
      expect(error.report.event).toEqual(new StockReserved('o-1'));
    });

    it('has the failure in place of onError, and beside handlers of HandlerFailed', async () => {
      await rejectionOf(scenario(orders, { when: place }));
      expect(uncaught).toEqual([]);
      orders.subscribe(HandlerFailed, ({ error }) => story.note(String(error)));
      await rejectionOf(scenario(orders, { when: place }));
      expect(story.lines).toEqual(['Error: no stock']);
      expect(uncaught).toEqual([]);
    });

    it('leaves to onError what fails beside it', async () => {
      const gate = new Deferred();
      orders.subscribe(OrderShipped, () => gate.promise, { mode: 'async' });
      orders.emit(new OrderShipped('beside'));
      await scenario(orders, {
        when: async () => {
          gate.reject(failure);
          await afterMicrotasks();
        },
      });
      expect(uncaught).toEqual([failure]);
    });

    it('a scenario has the failure also when the handlers are isolated', async () => {
      class Stock {
        @On(StockReserved)
        reserve(): void {
          throw failure;
        }
      }
      const stock = new Stock();
      const isolated = new EventBus({ onError: ({ error }) => uncaught.push(error) });
      isolated.register(stock);
      using isolation = isolate(isolated, [stock]);
      void isolation;
      await rejectionOf(scenario(isolated, { when: () => isolated.emit(new StockReserved('o-1')) }));
      expect(uncaught).toEqual([]);
    });

    it('keeps it in the reports when told to', async () => {
      orders.subscribe(OrderPlaced, () => {
        throw failure;
      });
      const recorder = await scenario(orders, {
        when: place,
        failures: 'keep',
        published: [OrderPlaced, StockReserved],
      });
      expect(recorder.reports.flatMap(({ failures }) => failures.map(({ reason }) => reason))).toEqual([
        failure,
        failure,
      ]);
    });

    it('fails for a given event as well', async () => {
      const played = scenario(orders, { given: [new OrderPlaced('o-1')], when: () => story.note('tested') });
      expect(await rejectionOf(played)).toBeInstanceOf(PublishError);
      expect(story.lines).toEqual([]);
    });

    it('rejects with what the tested code throws, as it is, when all has settled', async () => {
      const error = new Error('of the service');
      const settled = new Deferred();
      orders.subscribe(OrderShipped, async () => {
        await afterMicrotasks();
        settled.resolve();
      });
      for (const failures of ['rethrow', 'keep'] as const) {
        const when = (): never => {
          orders.emit(new OrderShipped('o-1'));
          throw error;
        };
        expect(await rejectionOf(scenario(orders, { when, failures }))).toBe(error);
      }
      await settled.promise;
    });
  });

  describe('that does not settle in time', () => {
    it('shows the tree of events and handlers, with their states', async () => {
      const gate = new Deferred();
      bus.subscribe(OrderPlaced, ({ orderId }) => bus.emit(new StockReserved(orderId)), { name: 'reserve' });
      bus.subscribe(OrderPlaced, () => gate.promise, { name: 'charge', mode: 'async' });
      bus.subscribe(OrderPlaced, () => undefined, { name: 'discount', filter: ({ total }) => total > 100 });
      bus.subscribe(StockReserved, () => Promise.reject(new Error('no stock')), { name: 'pick', mode: 'async' });
      bus.subscribe(StockReserved, () => bus.emit(new OrderShipped('o-1')), { name: 'ship' });
      bus.subscribe(OrderShipped, () => undefined, { name: 'queue', mode: 'async', around: () => gate.promise });
      const played = scenario(bus, { when: () => bus.emit(new OrderPlaced('o-1')), timeout: 20 });
      expect(await messageOf(played)).toBe(`The scenario did not settle within 20 ms. Published were:

  OrderPlaced { version: 1, orderId: 'o-1', total: 10 }
    reserve: fulfilled
    discount: skipped: filter
    charge: executing for … ms
    → StockReserved { version: 1, orderId: 'o-1', items: [0] }
        ship: fulfilled
        pick: rejected: Error: no stock
        → OrderShipped { version: 1, orderId: 'o-1', carrier: 'post' }
            queue: waiting`);
      expect(await rejectionOf(played)).toBeInstanceOf(ScenarioTimeoutError);
      gate.resolve();
      await bus.idle();
    });

    it('shows deliveries that wait for a phase', async () => {
      const unitOfWork = transactional(bus, (run: (transaction: object) => Promise<unknown>) => run({}));
      const gate = new Deferred();
      bus.subscribe(OrderPlaced, () => undefined, { name: 'mail', phase: 'afterCommit' });
      const when = (): unknown =>
        unitOfWork(async () => {
          await bus.publish(new OrderPlaced('o-1'));
          await gate.promise;
        });
      expect(await messageOf(scenario(bus, { when, timeout: 20 }))).toBe(
        `The scenario did not settle within 20 ms. What when returned is still pending; no handler is. Published were:

  OrderPlaced { version: 1, orderId: 'o-1', total: 10 }
    mail: deferred`,
      );
      gate.resolve();
      await bus.idle();
    });

    it('says so when the tested code has published nothing', async () => {
      expect(await messageOf(scenario(bus, { when: () => new Promise(() => {}), timeout: 20 }))).toBe(
        'The scenario did not settle within 20 ms. What when returned is still pending; no handler is. Nothing was published.',
      );
    });

    it('does not depend on a clock that the test has stopped', async () => {
      jest.useFakeTimers();
      try {
        const played = scenario(bus, { when: () => new Promise(() => {}), timeout: 20 });
        expect(await rejectionOf(played)).toBeInstanceOf(ScenarioTimeoutError);
      } finally {
        jest.useRealTimers();
      }
    });
  });

  it.each<[what: string, options: object, message: string]>([
    ['a misspelt option', { when: () => 1, publishes: [] }, "Unknown option 'publishes'."],
    ['a missing when', {}, 'A scenario needs when: a function that does what is tested.'],
    ['an impossible timeout', { when: () => 1, timeout: 0 }, "The option 'timeout' must be milliseconds, above 0"],
    ['events that are no list', { when: () => 1, published: OrderPlaced }, "The option 'published' must be a list"],
  ])('refuses %s', async (_, options, message) => {
    expect(await messageOf(scenario(bus, options as Scenario))).toContain(message);
  });
});
