import { EventBus } from 'class-events';
import {
  assertHandled,
  assertNotHandled,
  assertNotPublished,
  assertPublished,
  assertPublishedInOrder,
  type EventRecorder,
  recordEvents,
} from 'class-events/testing';
import { thrownBy } from '../support/rejection.js';
import { DomainEvent, OrderPlaced, OrderShipped, StockReserved } from './orders.js';
import { recordedOrders, recordedTree } from './published.js';

describe('an assertion', () => {
  let recorder: EventRecorder;
  beforeEach(async () => {
    recorder = await recordedOrders();
  });

  it('passes where it is right', () => {
    assertPublished(recorder, DomainEvent);
    assertPublished(recorder, OrderPlaced, { orderId: 'o-1', total: 10 });
    assertNotPublished(recorder, OrderPlaced, { orderId: 'o-2' });
    assertPublishedInOrder(recorder, [OrderPlaced, OrderShipped]);
    assertHandled(recorder, OrderPlaced, 'Receipts.send');
    assertNotHandled(recorder, OrderShipped);
  });

  it.each<[name: string, assert: (recorder: EventRecorder) => void, message: string]>([
    [
      'assertPublished',
      (recorder) => assertPublished(recorder, OrderShipped, { carrier: 'post' }),
      `OrderShipped { carrier: 'post' } was not published. What was:\n${recordedTree}`,
    ],
    [
      'assertNotPublished',
      (recorder) => assertNotPublished(recorder, OrderShipped, { carrier: 'pigeon' }),
      `OrderShipped { carrier: 'pigeon' } was published, and should not have been:`,
    ],
    [
      'assertPublishedInOrder',
      (recorder) => assertPublishedInOrder(recorder, [OrderShipped, OrderPlaced]),
      'There was no OrderPlaced after OrderShipped. In order:',
    ],
    [
      'assertHandled',
      (recorder) => assertHandled(recorder, OrderShipped, 'thank'),
      'OrderShipped was not handled by thank:',
    ],
    [
      'assertNotHandled',
      (recorder) => assertNotHandled(recorder, OrderPlaced),
      'OrderPlaced was handled, and should not have been:',
    ],
  ])('%s throws an EventAssertionError with the message of the matcher', (_, assert, message) => {
    const error = thrownBy(() => assert(recorder)) as Error;
    expect(error.name).toBe('EventAssertionError');
    expect(error).not.toHaveProperty('code');
    expect(error.message.slice(0, message.length)).toBe(message);
  });
});

describe('assertPublished compares', () => {
  class Snapshot {
    readonly absent = undefined;
    constructor(readonly value: unknown) {}
  }
  class Amount {
    readonly #cents: number;
    constructor(cents: number) {
      this.#cents = cents;
    }
    toString(): string {
      return `${this.#cents} cents`;
    }
  }
  class Opaque {
    readonly #secret: unknown = 1;
    get secret(): unknown {
      return this.#secret;
    }
  }
  const at = new Date(0);
  const opaque = new Opaque();
  const { assign } = Object;
  const [sameShape, otherShape] = [assign(Object.create(null) as object, { a: 1 }), { a: 1 }];

  it.each<[what: string, actual: unknown, expected: unknown, equal: boolean]>([
    ['equal numbers', 1, 1, true],
    ['NaN', Number.NaN, Number.NaN, true],
    ['a number and its text', 1, '1', false],
    ['null and an object', null, {}, false],
    ['an object and null', {}, null, false],
    ['objects with more fields than expected', { a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } }, true],
    ['objects with fewer fields than expected', { b: {} }, { b: { c: undefined } }, false],
    ['objects without a prototype', sameShape, otherShape, true],
    ['any object with an empty one', { a: 1 }, {}, true],
    ['lists of objects', [{ a: 1, b: 2 }], [{ a: 1 }], true],
    ['lists that are longer than expected', [1, 2], [1], false],
    ['a list and an object', { 0: 1 }, [1], false],
    ['equal sets', new Set([1]), new Set([1]), true],
    ['sets that differ', new Set([1]), new Set([2]), false],
    ['equal maps', new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]]), true],
    ['maps that differ', new Map([['a', 1]]), new Map([['a', 2]]), false],
    ['equal dates', new Date(0), at, true],
    ['dates that differ', new Date(1), at, false],
    ['a date and its time', 0, at, false],
    ['equal URLs', new URL('a:b'), new URL('a:b'), true],
    ['URLs that differ', new URL('a:b'), new URL('a:c'), false],
    ['values with private fields and equal texts', new Amount(1), new Amount(1), true],
    ['values with private fields and texts that differ', new Amount(1), new Amount(2), false],
    ['one object of which nothing can be seen', opaque, opaque, true],
    ['two objects of which nothing can be seen', new Opaque(), new Opaque(), false],
    ['what a matcher accepts', 5, { asymmetricMatch: (value: unknown) => value === 5 }, true],
    ['what a matcher refuses', 6, { asymmetricMatch: (value: unknown) => value === 5 }, false],
  ])('%s', (_, actual, expected, equal) => {
    const bus = new EventBus();
    const recorder = recordEvents(bus);
    bus.emit(new Snapshot(actual));
    const assert = equal ? assertPublished : assertNotPublished;
    assert<Snapshot>(recorder, Snapshot, { value: expected });
  });

  it('fields that are there, though undefined', () => {
    const bus = new EventBus();
    const recorder = recordEvents(bus);
    bus.emit(new Snapshot(1));
    assertPublished(recorder, Snapshot, { absent: undefined });
    const missing: object = { missing: undefined };
    assertNotPublished(recorder, Snapshot, missing);
  });
});

describe('a message', () => {
  it('shows a matcher that has nothing but its text', () => {
    const matcher = { asymmetricMatch: () => false, toString: () => 'an order of today' };
    expect(() => assertPublished(recordEvents(new EventBus()), OrderPlaced, { orderId: matcher })).toThrow(
      'OrderPlaced { orderId: an order of today } was not published. Nothing was.',
    );
  });

  it('shows fields in short', () => {
    class Everything {
      readonly text = 'x'.repeat(50);
      readonly big = 10n;
      readonly nothing = null;
      readonly at = new Date(0);
      readonly list = [1, 2];
      readonly more = 'not shown';
    }
    class Others {
      readonly never = new Date(Number.NaN);
      readonly plain = {};
      readonly order = new OrderPlaced('o-1');
      readonly run = (): void => undefined;
      readonly key = Symbol('key');
    }
    const bus = new EventBus();
    const recorder = recordEvents(bus);
    bus.emit(new Everything());
    bus.emit(new Others());
    expect((thrownBy(() => assertPublished(recorder, StockReserved)) as Error).message).toBe(
      `StockReserved was not published. What was:

  Everything { text: '${'x'.repeat(39)}…', big: 10n, nothing: null, at: 1970-01-01T00:00:00.000Z, list: [2], … }: nobody is subscribed
  Others { never: Invalid Date, plain: {…}, order: OrderPlaced, run: run, key: Symbol(key) }: nobody is subscribed`,
    );
  });
});
