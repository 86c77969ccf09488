import { runInNewContext } from 'node:vm';
import { EventBus, type HandlerOptions } from 'class-events';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { rejectionOf, thrownBy } from '../../support/rejection.js';

function* receipts(): Generator {}
async function* laterReceipts(): AsyncGenerator {}
function withoutPrototype(): void {}

describe('Bad input fails at once, before any handler runs, and says what to do', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    bus.subscribe(Object, story.handler('all'), { name: 'catch-all' });
  });

  afterEach(() => {
    expect(story.lines).toEqual([]);
    // Nothing half-subscribed stays behind.
    expect(bus.subscriptions().map(({ name }) => name)).toEqual(['catch-all']);
  });

  describe('what is no event', () => {
    const mistakes: [string, unknown, RegExp][] = [
      ['null', null, /null/],
      ['undefined', undefined, /undefined/],
      ['a string', 'OrderPlaced', /'OrderPlaced'/],
      ['a number', 7, /7/],
      ['a boolean', true, /true/],
      ['a symbol', Symbol('order'), /Symbol\(order\)/],
      ['a bigint', 7n, /7/],
      ['a class instead of an instance', OrderPlaced, /OrderPlaced/],
      ['a subclass instead of an instance', class OrderPaid extends OrderPlaced {}, /OrderPaid/],
      ['an arrow function', () => undefined, /anonymous|function/],
      ['a plain object literal', { orderId: 7 }, /plain object/],
      // As structuredClone makes one under jest, or a message from a worker's realm.
      ['a plain object of another realm', runInNewContext('({ orderId: 7 })'), /plain object/],
      ['an object without a prototype', Object.create(null), /object/],
      ['an array', [new OrderPlaced()], /publishAll/],
      ['a promise of an event', Promise.resolve(new OrderPlaced()), /await/i],
    ];

    it.each(mistakes)('%s', async (_, event, named) => {
      for (const publish of [
        () => bus.publish(event as object),
        () => bus.publishSettled(event as object),
        () => bus.publishAll([new OrderPlaced(), event as object]),
      ]) {
        const error = await rejectionOf(publish());
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(named);
        expect((error as Error).message).toMatch(/publish an instance of a class|new OrderPlaced\(…\)|instance/i);
      }
      expect(thrownBy(() => bus.emit(event as object))).toBeInstanceOf(TypeError);
      expect(thrownBy(() => bus.explain(event as object))).toBeInstanceOf(TypeError);
    });

    it('is noticed at every publish, not only the first time', async () => {
      for (let attempt = 0; attempt < 3; attempt++) {
        expect(await rejectionOf(bus.publish({}))).toBeInstanceOf(TypeError);
        expect(await rejectionOf(bus.publish(OrderPlaced))).toBeInstanceOf(TypeError);
      }
    });

    it('names the list when the events of publishAll cannot be iterated', async () => {
      expect(await rejectionOf(bus.publishAll(new OrderPlaced() as never))).toBeInstanceOf(TypeError);
    });
  });

  it('a primitive, also where its wrapper object was published before', async () => {
    const other = new EventBus();
    other.subscribe(String, () => undefined);
    // eslint-disable-next-line no-new-wrappers -- strange as it is, it is an instance of a class
    await other.publish(new String('wrapped'));
    const error = (await rejectionOf(other.publish('bare' as never))) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain("'bare' cannot be published");
  });

  describe('a key that is no class', () => {
    const mistakes: [string, unknown, RegExp][] = [
      ['a string', 'OrderPlaced', /'OrderPlaced'.*Pass the class itself/],
      ['null', null, /null.*Pass the class itself/],
      ['an instance', new OrderPlaced(), /OrderPlaced.*Pass the class itself/],
      ['an arrow function', () => OrderPlaced, /Pass the class itself/],
      ['a symbol', Symbol('OrderPlaced'), /Symbol\(OrderPlaced\)/],
      ['undefined, named as a circular import', undefined, /undefined.*import each other/],
    ];

    it.each(mistakes)('%s', async (_, key, named) => {
      for (const call of [
        () => bus.subscribe(key as never, story.handler('never')),
        () => bus.unsubscribe(key as never, story.handler('never')),
        () => bus.hasSubscribers(key as never),
        () => bus.subscriptions(key as never),
        () => bus.stream(key as never),
      ]) {
        const error = thrownBy(call);
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(named);
      }
      expect(await rejectionOf(bus.waitFor(key as never))).toBeInstanceOf(TypeError);
    });

    it('a key that is no class is refused in a list, and nothing of that is subscribed', () => {
      for (const list of [[OrderPlaced, undefined], [OrderPlaced, 'OrderPaid'], []]) {
        expect(() => bus.subscribe(list as never, story.handler('never'))).toThrow(TypeError);
      }
      expect(() => bus.subscribe([OrderPlaced, undefined] as never, story.handler('never'))).toThrow(
        /import each other/,
      );
      expect(() => bus.subscribe([], story.handler('never'))).toThrow(/list.*empty/);
    });

    it('a list where only one class makes sense', () => {
      const list = [OrderPlaced] as never;
      expect(() => bus.unsubscribe(list, story.handler('never'))).toThrow(TypeError);
      expect(() => bus.hasSubscribers(list)).toThrow(TypeError);
    });

    it('a function whose prototype is null', () => {
      withoutPrototype.prototype = null;
      const error = thrownBy(() => bus.subscribe(withoutPrototype as never, story.handler('never')));
      expect((error as Error).message).toMatch(/withoutPrototype.*Pass the class itself/);
    });
  });

  describe('a handler that cannot be called', () => {
    const mistakes: [string, unknown, RegExp][] = [
      ['undefined', undefined, /undefined is no handler/],
      ['null', null, /null is no handler/],
      ['a string', 'sendReceipt', /'sendReceipt' is no handler/],
      ['an object without handle', {}, /is no handler.*handle\(event\)/],
      ['an object whose handle is no function', { handle: 'sendReceipt' }, /is no handler/],
      ['a class', class SendReceipt {}, /SendReceipt.* is no handler/],
      ['a generator', receipts, /receipts/],
      ['an async generator', laterReceipts, /laterReceipts/],
      ['an object whose handle is a generator', { *handle() {} }, /handle|Object/],
    ];

    it.each(mistakes)('%s', (_, handler, named) => {
      const error = thrownBy(() => bus.subscribe(OrderPlaced, handler as never));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(named);
    });
  });

  describe('an option that cannot work', () => {
    const mistakes: [keyof HandlerOptions, unknown][] = [
      ['priority', Number.NaN],
      ['priority', '10'],
      ['mode', 'parallel'],
      ['phase', 'later'],
      ['filter', /order/],
      ['once', 1],
      ['exact', 'yes'],
      ['durable', ''],
      ['durable', 7],
      ['transactional', 1],
      ['transactional', true],
      ['timeout', -1],
      ['timeout', 0],
      ['timeout', Number.NaN],
      ['timeout', Infinity],
      ['timeout', 2 ** 31],
      ['timeout', '10'],
      ['around', {}],
      ['onFailure', OrderPlaced.name],
      ['signal', {}],
      ['signal', null],
      ['signal', new AbortController()],
      ['name', ''],
      ['name', Symbol('name')],
    ];

    it.each(mistakes)('%s: %p', (name, value) => {
      const error = thrownBy(() => bus.subscribe([OrderPlaced], story.handler('never'), { [name]: value }));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain(`'${name}'`);
    });

    it('takes undefined for not given', () => {
      const names = ['mode', 'priority', 'filter', 'once', 'exact', 'phase', 'durable', 'transactional', 'timeout'];
      const options = Object.fromEntries([...names, 'around', 'onFailure', 'signal', 'name'].map((name) => [name]));
      const subscription = bus.subscribe(OrderPlaced, story.handler('never'), options);
      expect(subscription).toMatchObject({ mode: 'sync', priority: 0, phase: 'immediate', active: true });
      expect(subscription.name).toBe('handler of OrderPlaced');
      subscription.unsubscribe();
    });

    it('an option with a name that nobody knows is refused, and the message lists those that there are', () => {
      const error = thrownBy(() => bus.subscribe(OrderPlaced, story.handler('never'), { prioritty: 1 } as never));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/'prioritty'.*priority/);
      expect(
        thrownBy(() => bus.subscribe(OrderPlaced, story.handler('never'), { toString: 1 } as never)),
      ).toBeInstanceOf(TypeError);
    });

    it('an option of the bus that cannot work is refused', () => {
      for (const options of [
        { name: '' },
        { inheritance: 'yes' },
        { maxDepth: 0 },
        { maxDepth: 1.5 },
        { maxDepth: Infinity },
        { onError: 'log' },
        { onErorr: () => undefined },
      ]) {
        const error = thrownBy(() => new EventBus(options as never));
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toContain(`'${Object.keys(options)[0]}'`);
      }
    });

    it('an option of a publish, of a close or of waiting that cannot work is refused', async () => {
      for (const call of [
        () => bus.publish(new OrderPlaced(), { signl: undefined } as never),
        () => bus.publish(new OrderPlaced(), { signal: 'abort' } as never),
        () => bus.publishSettled(new OrderPlaced(), { timeout: 1 } as never),
        () => bus.publishAll([new OrderPlaced()], { signal: {} } as never),
        () => bus.close({ timeout: -1 }),
        () => bus.close({ timeuot: 1 } as never),
        () => bus.waitFor(OrderPlaced, { timeout: 1 } as never),
        () => bus.waitFor(OrderPlaced, { filter: 7 } as never),
      ]) {
        expect(await rejectionOf(call())).toBeInstanceOf(TypeError);
      }
      expect(() => bus.stream(OrderPlaced, { capacity: 0 })).toThrow(TypeError);
    });
  });

  it('an object without @On methods', () => {
    class Receipts {
      send(): void {}
    }
    expect(() => bus.register(new Receipts())).toThrow(/Receipts.*@On/s);
  });
});
