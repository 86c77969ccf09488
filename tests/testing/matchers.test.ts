import { EventBus, HandlerFailed, UnhandledEvent } from 'class-events';
import { type EventRecorder, recordEvents } from 'class-events/testing';
import { eventMatchers } from 'class-events/testing/jest';
import { Deferred } from '../support/deferred.js';
import { thrownBy } from '../support/rejection.js';
import { DomainEvent, orderBus, OrderPlaced, OrderShipped, StockReserved } from './orders.js';
import { recordedOrders, recordedTree } from './published.js';

expect.extend(eventMatchers);

function messageOf(call: () => unknown): string {
  return (thrownBy(call) as Error).message;
}

describe('expect(recorder)', () => {
  let recorder: EventRecorder;
  beforeEach(async () => {
    recorder = await recordedOrders();
  });

  describe('.toHavePublished', () => {
    it('holds for an event of the class or of a subclass', () => {
      expect(recorder).toHavePublished(OrderPlaced);
      expect(recorder).toHavePublished(DomainEvent);
      expect(recorder).toHavePublished(Object);
    });

    it('compares the fields that are named, by values and by matchers', () => {
      expect(recorder).toHavePublished(OrderPlaced, { orderId: 'o-1' });
      expect(recorder).toHavePublished(OrderPlaced, { orderId: expect.stringMatching(/^o-/), total: 10 });
      expect(recorder).toHavePublished(StockReserved, { items: [] });
      expect(recorder).not.toHavePublished(OrderPlaced, { orderId: 'o-2' });
      expect(recorder).not.toHavePublished(OrderPlaced, { orderId: 'o-1', total: 11 });
      expect(recorder).not.toHavePublished(OrderPlaced, { total: expect.any(String) });
      expect(recorder).not.toHavePublished(StockReserved, { items: ['book'] });
    });

    it('lists what was published instead, and what became of it', () => {
      expect(messageOf(() => expect(recorder).toHavePublished(OrderShipped, { orderId: 'o-2' }))).toBe(
        `OrderShipped { orderId: 'o-2' } was not published. What was:\n${recordedTree}`,
      );
    });

    it('names the matchers that nothing has matched', () => {
      const fields = { orderId: expect.stringContaining('x-') as string, carrier: expect.any(String) as string };
      expect(messageOf(() => expect(recorder).toHavePublished(OrderShipped, fields))).toMatch(
        /^OrderShipped \{ orderId: StringContaining 'x-', carrier: Any<String> \} was not published\./,
      );
      const pattern: string = expect.stringMatching(/^x-/);
      expect(messageOf(() => expect(recorder).toHavePublished(OrderShipped, { orderId: pattern }))).toMatch(
        /^OrderShipped \{ orderId: StringMatching \/\^x-\/ \} was not published\./,
      );
    });

    it('says so when nothing was published', () => {
      recorder.clear();
      expect(messageOf(() => expect(recorder).toHavePublished(OrderPlaced))).toBe(
        'OrderPlaced was not published. Nothing was.',
      );
    });

    it('shows, with not, what should not have been', () => {
      expect(messageOf(() => expect(recorder).not.toHavePublished(OrderShipped))).toBe(
        `OrderShipped was published, and should not have been:

  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }
    thank: skipped: filter`,
      );
    });

    it('uses the equality that the user has added', () => {
      class Money {
        readonly #amount: number;
        constructor(amount: number) {
          this.#amount = amount;
        }
        equals(other: Money): boolean {
          return this.#amount === other.#amount;
        }
      }
      class OrderPaid {
        constructor(readonly price: Money) {}
      }
      // @types/jest does not know it.
      (expect as unknown as { addEqualityTesters(testers: unknown[]): void }).addEqualityTesters([
        (left: unknown, right: unknown) =>
          left instanceof Money && right instanceof Money ? left.equals(right) : undefined,
      ]);
      const bus = new EventBus();
      const paid = recordEvents(bus);
      bus.emit(new OrderPaid(new Money(1)));
      expect(paid).toHavePublished(OrderPaid, { price: new Money(1) });
      expect(paid).not.toHavePublished(OrderPaid, { price: new Money(2) });
    });
  });

  describe('.toHavePublishedInOrder', () => {
    it('holds for a subsequence, by class or base class', () => {
      expect(recorder).toHavePublishedInOrder([OrderPlaced, OrderShipped]);
      expect(recorder).toHavePublishedInOrder([OrderPlaced, OrderPlaced, StockReserved, DomainEvent]);
      expect(recorder).toHavePublishedInOrder([]);
      expect(recorder).not.toHavePublishedInOrder([OrderShipped, OrderPlaced]);
      expect(recorder).not.toHavePublishedInOrder([OrderShipped, OrderShipped]);
    });

    const order = `In order:

  OrderPlaced { version: 1, orderId: 'o-1', total: 10 }
  StockReserved { version: 1, orderId: 'o-1', items: [0] }
  OrderPlaced { version: 1, orderId: 'no-address', total: 10 }
  StockReserved { version: 1, orderId: 'no-address', items: [0] }
  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }`;

    it('says which event was missing, after which others, and lists all', () => {
      expect(messageOf(() => expect(recorder).toHavePublishedInOrder([OrderPlaced, OrderShipped, StockReserved]))).toBe(
        `There was no StockReserved after OrderPlaced, OrderShipped. ${order}`,
      );
      recorder.clear();
      expect(messageOf(() => expect(recorder).toHavePublishedInOrder([OrderPlaced]))).toBe(
        'There was no OrderPlaced. Nothing was.',
      );
    });

    it('lists all, with not', () => {
      expect(messageOf(() => expect(recorder).not.toHavePublishedInOrder([OrderPlaced, OrderShipped]))).toBe(
        `OrderPlaced, OrderShipped were published in this order, and should not have been. ${order}`,
      );
    });
  });

  describe('.toHaveHandled', () => {
    it('holds for a handler that was called and fulfilled', () => {
      expect(recorder).toHaveHandled(OrderPlaced);
      expect(recorder).toHaveHandled(DomainEvent, 'Receipts.send');
      expect(recorder).not.toHaveHandled(OrderPlaced, 'thank');
    });

    it('does not hold for one that was skipped, and says why', () => {
      expect(messageOf(() => expect(recorder).toHaveHandled(OrderShipped, 'thank'))).toBe(
        `OrderShipped was not handled by thank:

  OrderShipped { version: 1, orderId: 'o-1', carrier: 'pigeon' }
    thank: skipped: filter`,
      );
    });

    it('does not hold when nobody is subscribed, and says so', () => {
      expect(messageOf(() => expect(recorder).toHaveHandled(StockReserved))).toMatch(
        /^StockReserved was not handled:\n\n {2}StockReserved \{.*\}: nobody is subscribed/,
      );
    });

    it('does not hold for one that failed', async () => {
      const bus = new EventBus();
      const failing = recordEvents(bus);
      bus.subscribe(OrderPlaced, function charge() {
        throw new Error('card refused\nby the bank');
      });
      await bus.publishSettled(new OrderPlaced('o-1'));
      expect(messageOf(() => expect(failing).toHaveHandled(OrderPlaced))).toContain(
        '\n    charge: rejected: Error: card refused …',
      );
    });

    it('says that it was not published at all, and lists what was', () => {
      class OrderCancelled {}
      expect(messageOf(() => expect(recorder).toHaveHandled(OrderCancelled, 'thank'))).toBe(
        `OrderCancelled was not handled by thank, for it was not published. What was:\n${recordedTree}`,
      );
    });

    it('gives a hint when it is asked too early', async () => {
      const bus = new EventBus();
      const early = recordEvents(bus);
      const gate = new Deferred();
      bus.subscribe(OrderPlaced, () => gate.promise, { name: 'pack', mode: 'async' });
      bus.emit(new OrderPlaced('o-1'));
      expect(messageOf(() => expect(early).toHaveHandled(OrderPlaced))).toMatch(
        /pack: executing for \d+ ms\n\nNot all of it has settled: await the publish, or bus\.idle\(\), before you ask\.$/,
      );
      gate.resolve();
      await bus.idle();
      expect(early).toHaveHandled(OrderPlaced);
    });

    it('shows, with not, who has handled it', () => {
      expect(messageOf(() => expect(recorder).not.toHaveHandled(OrderPlaced, 'Receipts.send'))).toMatch(
        /^OrderPlaced was handled by Receipts\.send, and should not have been:\n\n {2}OrderPlaced .*'o-1'(?:.|\n)*fulfilled/,
      );
    });
  });

  it('refuses what is no recorder and what is no event class', () => {
    const undefinedClass = undefined as unknown as typeof OrderPlaced;
    expect(messageOf(() => expect(new EventBus()).toHavePublished(OrderPlaced))).toMatch(
      'is no recorder. Pass what recordEvents(bus) or scenario(…) returned.',
    );
    expect(messageOf(() => expect(recorder).not.toHavePublished(undefinedClass))).toBe(
      'undefined is no event class. Pass the class itself, as in toHavePublished(OrderPlaced).',
    );
    expect(messageOf(() => expect(recorder).not.toHavePublishedInOrder([OrderPlaced, undefinedClass]))).toMatch(
      'undefined is no event class.',
    );
  });
});

describe('the events of the bus itself', () => {
  it('are found by their class, and do not count as any event', async () => {
    const bus = orderBus();
    bus.subscribe(HandlerFailed, () => undefined);
    const recorder = await recordedOrders(bus);
    expect(recorder).toHavePublished(HandlerFailed);
    expect(recorder).toHavePublishedInOrder([OrderPlaced, HandlerFailed, OrderShipped]);
    expect(recorder).toHaveHandled(HandlerFailed);
    recorder.clear();
    bus.subscribe(UnhandledEvent, () => undefined);
    bus.emit(new StockReserved('o-1'));
    expect(recorder).toHavePublishedInOrder([StockReserved, UnhandledEvent]);
    expect(recorder).not.toHavePublishedInOrder([StockReserved, Object]);
  });
});

describe('the matchers of an expect that lends them no comparison', () => {
  it('compare by themselves', async () => {
    const recorder = await recordedOrders();
    const compare = (context: object, orderId: string): boolean =>
      eventMatchers.toHavePublished.call(context, recorder, OrderPlaced, { orderId }).pass;
    expect(compare({}, 'o-1')).toBe(true);
    expect(compare({ utils: {} }, 'o-2')).toBe(false);
  });
});
