import { runInNewContext } from 'node:vm';
import { EventBus, type HandlerOptions, On } from 'class-events';
import { OrderPaid, OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { rejectionOf, thrownBy } from '../../support/rejection.js';

function* receipts(): Generator {}
async function* laterReceipts(): AsyncGenerator {}
function withoutPrototype(): void {}

/** As a query builder: its class can be awaited. */
class LazyQuery {
  // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
  then(): void {}
}

/** As an older library's promise: each instance can be awaited. */
class Deferral {
  // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
  readonly then = (): void => undefined;
}

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
      ['an array of another realm', runInNewContext('[7]'), /an array.*publishAll/],
      ['a promise of an event', Promise.resolve(new OrderPlaced()), /await/i],
      ['a promise of another realm', runInNewContext('Promise.resolve(7)'), /await/i],
      ['an instance of a subclass of Promise', class extends Promise<unknown> {}.resolve(7), /await/i],
      ['a query that runs when it is awaited', new LazyQuery(), /LazyQuery.*await/i],
      ['an object with a then of its own', new Deferral(), /Deferral.*await/i],
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

  it('a second event is refused: it would be lost', async () => {
    const both = [new OrderPlaced(), new OrderPaid()] as const;
    for (const publish of [
      () => bus.publish(...(both as unknown as [object])),
      () => bus.publishSettled(...(both as unknown as [object])),
      () => bus.publishAll([both[0]], both[1] as never),
      () => bus.publishAll([], both[1] as never),
    ]) {
      expect(String(await rejectionOf(publish()))).toMatch(
        /^TypeError: .* OrderPaid\. For several events there is publishAll\./,
      );
    }
    expect(() => bus.emit(...(both as unknown as [object]))).toThrow(/one event.*publishAll/);
  });

  it('a number may come second to emit, as forEach gives it', () => {
    const other = new EventBus();
    const seen: object[] = [];
    other.subscribe(OrderPlaced, (event) => seen.push(event));
    const events = [new OrderPlaced(), new OrderPlaced()];
    for (const given of events.entries()) other.emit(...(given.reverse() as unknown as [object]));
    expect(seen).toEqual(events);
  });

  it.each([
    ['a single event', new OrderPlaced(), /OrderPlaced.*there is publish\./],
    ['a promise of a list', Promise.resolve([new OrderPlaced()]), /Promise.*Await it first/],
    ['an async iterable', (async function* () {})(), /publishAll takes a list/],
    ['undefined', undefined, /publishAll takes a list of events, not undefined/],
  ])('publishAll refuses what is no list: %s', async (_, events, message) => {
    const error = (await rejectionOf(bus.publishAll(events as never))) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(message);
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
      ['undefined', undefined, /^undefined is no handler of OrderPlaced\. Pass a function/],
      ['null', null, /null is no handler/],
      ['a string', 'sendReceipt', /'sendReceipt' is no handler/],
      ['an object without handle', {}, /is no handler.*handle\(event\)/],
      ['an object whose handle is no function', { handle: 'sendReceipt' }, /is no handler/],
      ['a class', class SendReceipt {}, /^SendReceipt is no handler of OrderPlaced: it is a class\. Pass an instance/],
      ['a class that is frozen', Object.freeze(class SendReceipt {}), /SendReceipt is no handler.*it is a class/],
      ['a class of the platform', Map, /^Map is no handler of OrderPlaced: it is a class/],
      ['a generator', receipts, /^receipts is no handler of OrderPlaced: it is a generator/],
      ['an async generator', laterReceipts, /^laterReceipts is no handler of OrderPlaced: it is a generator/],
      ['an object whose handle is a generator', { *handle() {} }, /is no handler of OrderPlaced: it is a generator/],
    ];

    it.each(mistakes)('%s', (_, handler, named) => {
      const error = thrownBy(() => bus.subscribe(OrderPlaced, handler as never));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(named);
    });
  });

  it('an event class whose method is a generator is refused when it is registered', () => {
    class Receipts {
      @On(OrderPlaced)
      send(): void {}
    }
    class LaterReceipts extends Receipts {
      override *send(): Generator {}
    }
    const refusal = /LaterReceipts\.send is no handler of OrderPlaced: it is a generator, and calling one runs nothing/;
    expect(() => bus.register(new LaterReceipts())).toThrow(refusal);
    expect(() => bus.registerClass(LaterReceipts, () => new LaterReceipts())).toThrow(refusal);
  });

  describe('what is no plain object of options', () => {
    class Options {
      get once(): boolean {
        return true;
      }
    }
    const values: [string, unknown][] = [
      ['an instance of a class', new Options()],
      ['an abort signal', AbortSignal.abort()],
      ['a map', new Map([['once', true]])],
      ['an array', [{ once: true }]],
      ['a date', new Date()],
      ['an event', new OrderPlaced()],
      ['a function', () => ({ once: true })],
      ['null', null],
      ['a text', 'once'],
    ];

    it.each(values)('%s is refused by every method that takes options', async (_, value) => {
      const options = value as never;
      class Receipts {
        @On(OrderPlaced)
        send(): void {}
      }
      for (const call of [
        () => new EventBus(options),
        () => bus.subscribe(OrderPlaced, story.handler('never'), options),
        () => bus.register(new Receipts(), options),
        () => bus.stream(OrderPlaced, options),
        () => On(OrderPlaced, options),
      ]) {
        expect(String(thrownBy(call))).toMatch(/^TypeError: Options are a plain object, not /);
      }
      for (const call of [
        () => bus.publish(new OrderPlaced(), options),
        () => bus.publishSettled(new OrderPlaced(), options),
        () => bus.publishAll([], options),
        () => bus.waitFor(OrderPlaced, options),
        () => bus.close(options),
        () => bus.idle(...([options] as unknown as [])),
      ]) {
        expect(String(await rejectionOf(call()))).toMatch(/^TypeError: Options are a plain object, not /);
      }
    });

    it('an object without a prototype and one of another realm are plain objects', () => {
      const handler = story.handler('never');
      const bare = Object.assign(Object.create(null) as object, { name: 'bare' });
      expect(bus.subscribe(OrderPlaced, handler, bare).name).toBe('bare');
      bus.unsubscribe(OrderPlaced, handler);
      expect(bus.subscribe(OrderPlaced, handler, runInNewContext('({ name: "far" })')).name).toBe('far');
      bus.unsubscribe(OrderPlaced, handler);
    });

    it('an option of idle is refused, because it takes none', async () => {
      const idle = bus.idle.bind(bus) as (options: object) => Promise<void>;
      expect(String(await rejectionOf(idle({ timeout: 5 })))).toBe(
        "TypeError: Unknown option 'timeout'. There are none.",
      );
    });
  });

  it.each([
    ['a misspelt method', { onPlann() {} }, /Unknown option 'onPlann'/],
    ['a method that is no function', { onPlan: 'log' }, /'onPlan' must be a function/],
    ['nothing to call', {}, /a plain object is no observer\. Give it onPlan, onDelivery, onReport/],
    ['a function', () => undefined, /is no observer/],
    ['an instance without such a method', new OrderPlaced(), /an object of OrderPlaced is no observer/],
  ])('an observer with %s is refused', (_, observer, message) => {
    expect(() => bus.observe(observer as never)).toThrow(message);
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
      ['signal', { aborted: false }],
      ['signal', { aborted: false, addEventListener() {} }],
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
