import { EventBus, PublishError } from 'class-events';
import { Deferred } from '../support/deferred.js';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';

/** What somebody reads on a bad day, word for word. */
describe('the message', () => {
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus();
  });

  function fail(name: string, thrown: unknown): void {
    bus.subscribe(
      OrderPlaced,
      () => {
        throw thrown;
      },
      { name },
    );
  }

  it('the message of one failure names event, handler and error', async () => {
    fail('Receipts.send', new TypeError('no address'));
    expect((await publishErrorOf(bus.publish(new OrderPlaced()))).message).toBe(
      'A handler failed:\n  OrderPlaced → Receipts.send: TypeError: no address',
    );
  });

  it('the message of several failures has a line for each, also for what cannot be written as text', async () => {
    fail('first', 'a text');
    fail('second', Object.create(null));
    expect((await publishErrorOf(bus.publish(new OrderPlaced()))).message).toBe(
      '2 handlers failed:\n  OrderPlaced → first: a text\n  OrderPlaced → second: an object without a prototype',
    );
  });

  it('the message of a close that took too long names each unfinished delivery, and a publishAll between two events', async () => {
    const never = new Deferred();
    bus.subscribe(OrderPlaced, () => never.promise, { name: 'Receipts.send' });
    bus.subscribe(OrderShipped, () => never.promise, { name: 'Parcels.track' });
    const dropped = [bus.publish(new OrderPlaced()), bus.publishAll([new OrderShipped()])];
    expect(String(await rejectionOf(bus.close({ timeout: 1 })))).toBe(
      'CloseTimeoutError: EventBus was closed after 1 ms with unfinished deliveries: ' +
        'OrderPlaced → Receipts.send, OrderShipped → Parcels.track, publishAll.',
    );
    never.resolve();
    await Promise.all(dropped);
  });

  it.each([
    [
      [new OrderPlaced()],
      'an array cannot be published. Publish an instance of a class, as in new OrderPlaced(…). For several events there is publishAll.',
    ],
    [
      Promise.resolve(),
      'an object of Promise cannot be published. Publish an instance of a class, as in new OrderPlaced(…). Await it first.',
    ],
    [{}, 'a plain object cannot be published. Publish an instance of a class, as in new OrderPlaced(…).'],
  ])('the message of what is no event says what to do: %p', (event, message) => {
    expect(() => bus.emit(event)).toThrow(new TypeError(message));
  });

  it('the message of a class with a static member called name names it (anonymous)', async () => {
    class Named {
      static name(): string {
        return 'not this';
      }
    }
    bus.subscribe(Named as never, () => Promise.reject(new Error('failed')));
    expect((await publishErrorOf(bus.publish(new Named()))).message).toBe(
      'A handler failed:\n  (anonymous) → handler of (anonymous): Error: failed',
    );
  });

  it('the message of a class that is undefined names the circular import, and the remedy', () => {
    expect(() => bus.subscribe(undefined as never, () => undefined)).toThrow(
      new TypeError(
        'The event class is undefined: most often a circular import, in which two files import each other. Break the circle; @On also takes () => TheClass.',
      ),
    );
  });

  it('the message of what is no observer names it', () => {
    expect(() => bus.observe('onPlan' as never)).toThrow(
      new TypeError("'onPlan' is no observer. Give it onPlan, onDelivery, onReport, or some of them."),
    );
  });

  it('the message of what is no event class names it, and no place where there is none', () => {
    expect(() => bus.subscribe(7 as never, () => undefined)).toThrow(
      new TypeError('7 is no event class. Pass the class itself, as in subscribe(OrderPlaced, handler).'),
    );
  });
});

it('An explanation calls a list that only partly names the lineage exact, not another class', () => {
  const bus = new EventBus();
  class Another {}
  bus.subscribe([OrderEvent, Another], () => undefined, { exact: true });
  expect(bus.explain(new OrderPlaced()).map(({ reason }) => reason)).toEqual(['exact']);
});

it('A PublishError is made of the reports, and of nothing else', async () => {
  const bus = new EventBus();
  bus.subscribe(OrderPlaced, () => Promise.reject(new Error('failed')));
  const error = await publishErrorOf(bus.publish(new OrderPlaced()));
  expect(error).toBeInstanceOf(PublishError);
  expect(Object.keys(error)).toEqual(['name']);
});
