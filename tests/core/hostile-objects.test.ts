import { EventBus, HandlerFailed, type Handler, type HandlerOptions } from 'class-events';
import { assert, type Arbitrary, asyncProperty, boolean, constantFrom, record } from 'fast-check';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderPlaced } from '../support/orders.js';
import { publishErrorOf, rejectionOf, thrownBy } from '../support/rejection.js';
import { runs } from '../support/runs.js';
import { collectUncaughtErrors } from '../support/uncaught-errors.js';

const trap = (): never => {
  throw new Error('trap');
};
const traps: ProxyHandler<object> = { get: trap, has: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap };

function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Objects that throw when somebody looks at them, to find a name for instance. */
const hostileObjects: Record<string, () => unknown> = {
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of an error': () => revoked(new Error('gone')),
  'a revoked proxy of a function': () => revoked(() => undefined),
  'a proxy whose traps throw': () => new Proxy({}, traps),
  'an object whose constructor and text throw': () =>
    Object.defineProperties({}, { constructor: { get: trap }, toString: { value: trap } }),
  'an object whose text is an object': () => ({ toString: () => ({}), valueOf: () => ({}) }),
  'an object whose class has a name that throws': () =>
    new (class {
      static get name(): string {
        return trap();
      }
      toString = trap;
    })(),
  'an error whose message throws': () => Object.defineProperty(new Error('hidden'), 'message', { get: trap }),
  'an error whose name throws': () => Object.defineProperty(new Error('hidden'), 'name', { get: trap }),
  'an object without a prototype': () => Object.create(null),
  'a symbol': () => Symbol('thrown'),
  undefined: () => undefined,
  null: () => null,
};

/** Events that are published in good order, and throw when somebody looks at them later. */
const hostileEvents: Record<string, () => { event: object; turn: () => void }> = {
  'an event like any other': () => ({ event: new OrderPlaced(), turn: () => undefined }),
  'a draft that is revoked after the publish': () => {
    const { proxy, revoke } = Proxy.revocable(new OrderPlaced(), {});
    return { event: proxy, turn: revoke };
  },
  'a proxy that refuses to be read': () => ({
    event: new Proxy(new OrderPlaced(), { get: trap, has: trap }),
    turn: () => undefined,
  }),
  'an event whose constructor throws': () => ({
    event: Object.defineProperty(new OrderPlaced(), 'constructor', { get: trap }),
    turn: () => undefined,
  }),
};

/** Forms of a handler whose name cannot be read. */
const hostileHandlers: Record<string, (call: Handler) => Handler | { handle: Handler }> = {
  'a function': (call) => call,
  'a function whose name throws': (call) => Object.defineProperty(call, 'name', { get: trap }),
  'a function whose name is no text': (call) => Object.defineProperty(call, 'name', { value: { toString: trap } }),
  'an object whose constructor throws': (handle) => Object.defineProperty({ handle }, 'constructor', { get: trap }),
};

const run = (call: () => unknown): unknown => call();
/** The ways in which a handler may be called and fail. */
const modes: Record<string, { options: HandlerOptions; isLate: boolean }> = {
  sync: { options: {}, isLate: false },
  async: { options: { mode: 'async' }, isLate: true },
  'with a timeout': { options: { timeout: 60_000 }, isLate: true },
  'with an around': { options: { around: run }, isLate: false },
  'with an async around': { options: { around: async (call) => await call() }, isLate: true },
  'with an onFailure that fails as well': { options: { onFailure: trap }, isLate: false },
};

const nameIn = (names: object): Arbitrary<string> => constantFrom(...Object.keys(names));
const anyCase = record({
  thrown: nameIn(hostileObjects),
  event: nameIn(hostileEvents),
  handler: nameIn(hostileHandlers),
  mode: nameIn(modes),
});

describe('A name that cannot be read', () => {
  const uncaught = collectUncaughtErrors();

  function setUp(names: { thrown: string; event: string; handler: string; mode: string }, bus: EventBus) {
    const thrown = hostileObjects[names.thrown]!();
    const { options, isLate } = modes[names.mode]!;
    const fail: Handler = () => {
      throw thrown;
    };
    const failLater: Handler = async () => {
      await Promise.resolve();
      throw thrown;
    };
    bus.subscribe(OrderPlaced, hostileHandlers[names.handler]!(isLate ? failLater : fail), options);
    return { thrown, ...hostileEvents[names.event]!() };
  }

  it('keeps no failure from the publisher, whatever event, error and handler are', async () => {
    await assert(
      asyncProperty(anyCase, async (names) => {
        const bus = new EventBus();
        const { thrown, event, turn } = setUp(names, bus);
        const published = publishErrorOf(bus.publish(event));
        turn();
        const error = await published;
        expect(Object.is(error.errors[0], thrown)).toBe(true);
        expect(error.message).toMatch(/^A handler failed:\n {2}.* → .*: /);
        await bus.idle();
        await bus.close();
      }),
      runs(400),
    );
  });

  it('keeps no failure of an emit from onError and from the platform', async () => {
    await assert(
      asyncProperty(anyCase, boolean(), async (names, hasHook) => {
        uncaught.length = 0;
        const heard: unknown[] = [];
        const bus = new EventBus(hasHook ? { onError: ({ error }) => heard.push(error) } : {});
        const { thrown, event, turn } = setUp(names, bus);
        bus.emit(event);
        turn();
        await bus.close();
        await afterMicrotasks();
        expect((hasHook ? heard : uncaught).some((error) => Object.is(error, thrown))).toBe(true);
      }),
      runs(400),
    );
  });

  it('keeps no failure from the handlers of HandlerFailed', async () => {
    await assert(
      asyncProperty(anyCase, async (names) => {
        const heard: unknown[] = [];
        const bus = new EventBus();
        bus.subscribe(HandlerFailed, ({ error }) => heard.push(error));
        const { thrown, event, turn } = setUp(names, bus);
        bus.emit(event);
        turn();
        await bus.close();
        expect(heard.some((error) => Object.is(error, thrown))).toBe(true);
      }),
      runs(400),
    );
  });

  it('keeps no close with a timeout from ending', async () => {
    for (const event of Object.values(hostileEvents)) {
      for (const handler of Object.values(hostileHandlers)) {
        const bus = new EventBus();
        bus.subscribe(
          OrderPlaced,
          handler(() => new Promise(() => undefined)),
        );
        const hostile = event();
        bus.emit(hostile.event);
        hostile.turn();
        expect(String(await rejectionOf(bus.close({ timeout: 1 })))).toMatch(/unfinished deliveries: .* → /);
      }
    }
  });

  it('keeps no timeout from ending a delivery', async () => {
    for (const event of Object.values(hostileEvents)) {
      const bus = new EventBus();
      bus.subscribe(OrderPlaced, () => new Promise(() => undefined), { timeout: 1 });
      const hostile = event();
      const published = publishErrorOf(bus.publish(hostile.event));
      hostile.turn();
      expect(String((await published).errors[0])).toMatch(/^HandlerTimeoutError: /);
    }
  });

  it('keeps no handler from being called when another has returned a hostile object', async () => {
    for (const value of Object.values(hostileObjects)) {
      const bus = new EventBus();
      const called: string[] = [];
      bus.subscribe(OrderPlaced, () => (called.push('first'), value()));
      bus.subscribe(OrderPlaced, () => called.push('second'));
      await bus.publishSettled(new OrderPlaced());
      bus.emit(new OrderPlaced());
      await afterMicrotasks();
      expect(called).toEqual(['first', 'second', 'first', 'second']);
    }
  });

  it('keeps no mistake from being refused, wherever the bus takes a value', () => {
    const bus = new EventBus();
    for (const value of Object.values(hostileObjects)) {
      const mistakes = [
        () => bus.subscribe(value() as never, () => undefined),
        () => bus.subscribe(OrderPlaced, value() as never),
        () => bus.subscribe(OrderPlaced, () => undefined, { priority: value() ?? null } as never),
        () => bus.register(value() as never),
        () => bus.registerClass(value() as never, () => undefined as never),
        () => bus.observe(value() as never),
      ];
      for (const mistake of mistakes) expect(thrownBy(mistake)).toBeInstanceOf(Error);
    }
    expect(bus.subscriptions()).toEqual([]);
  });
});
