import { getEventListeners } from 'node:events';
import { EventBus } from 'class-events';
import { CountingSignal } from '../../support/counting-signal.js';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf, rejectionOf, thrownBy } from '../../support/rejection.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

describe('The signal of a publish', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it.each(['publish', 'publishSettled'] as const)(
    'aborted already: %s rejects with its reason, and nothing runs',
    async (how) => {
      bus.subscribe(OrderPlaced, story.handler('never'));
      const reason = new Error('early');
      const signal = AbortSignal.abort(reason);
      expect(await rejectionOf(bus[how](new OrderPlaced(), { signal }))).toBe(reason);
      expect(story.lines).toEqual([]);
    },
  );

  it('aborted later: handlers that have not started are skipped', async () => {
    const controller = new AbortController();
    const first = bus.subscribe(
      OrderPlaced,
      story.handler('first', () => controller.abort()),
    );
    const second = bus.subscribe(OrderPlaced, story.handler('never'));
    const third = bus.subscribe(OrderPlaced, story.asyncHandler('never'));
    const { deliveries } = await bus.publish(new OrderPlaced(), { signal: controller.signal });
    expect(story.lines).toEqual(['first']);
    expect(deliveries).toEqual([
      { subscription: first, status: 'fulfilled' },
      { subscription: second, status: 'skipped', reason: 'aborted' },
      { subscription: third, status: 'skipped', reason: 'aborted' },
    ]);
  });

  it('aborted later: handlers that have started are awaited', async () => {
    const controller = new AbortController();
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, () => gate.promise, { mode: 'async' });
    const published = bus
      .publish(new OrderPlaced(), { signal: controller.signal })
      .then(({ deliveries }) => story.note(deliveries.map(({ status }) => status).join()));
    controller.abort();
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
    gate.resolve();
    await published;
    expect(story.lines).toEqual(['fulfilled']);
  });

  it('a handler that heeds it and rejects is a failure like any other', async () => {
    const controller = new AbortController();
    bus.subscribe(OrderPlaced, (_, { signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cancelled')));
      });
    });
    const published = publishErrorOf(bus.publish(new OrderPlaced(), { signal: controller.signal }));
    controller.abort();
    expect((await published).errors.map(String)).toEqual(['Error: cancelled']);
  });

  it('holds no listener of the bus when the publish has settled', async () => {
    const signal = new CountingSignal();
    bus.subscribe(OrderPlaced, story.handler('sync'));
    bus.subscribe(OrderPlaced, story.asyncHandler('async'), { around: (run) => run() });
    bus.subscribe(OrderPlaced, story.asyncHandler('timed'), { timeout: 1000 });
    await bus.publish(new OrderPlaced(), { signal: signal.asSignal });
    expect(signal.listeners).toBe(0);
  });

  it('does not reach what handlers publish', async () => {
    class OrderPaid {}
    const controller = new AbortController();
    bus.subscribe(OrderPaid, story.handler('paid'));
    bus.subscribe(OrderPlaced, () => {
      bus.emit(new OrderPaid());
      controller.abort();
      return bus.publish(new OrderPaid());
    });
    await bus.publish(new OrderPlaced(), { signal: controller.signal });
    expect(story.lines).toEqual(['paid', 'paid']);
  });
});

describe('The signal of a subscription', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('ends it when it aborts', async () => {
    const controller = new AbortController();
    const subscription = bus.subscribe(OrderPlaced, story.handler('handler'), { signal: controller.signal });
    await bus.publish(new OrderPlaced());
    controller.abort();
    expect(subscription.active).toBe(false);
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
    expect(story.lines).toEqual(['handler']);
  });

  it('ends all that share it', () => {
    const controller = new AbortController();
    const { signal } = controller;
    bus.subscribe(OrderPlaced, () => undefined, { signal });
    bus.subscribe([OrderPlaced, Object], () => undefined, { signal });
    controller.abort();
    expect(bus.subscriptions()).toEqual([]);
  });

  it('aborted already: an inactive subscription comes back, and nothing is subscribed', async () => {
    const signal = new CountingSignal();
    signal.abort('early');
    const subscription = bus.subscribe(OrderPlaced, story.handler('never'), { signal: signal.asSignal });
    expect(subscription.active).toBe(false);
    expect(subscription.eventClasses).toEqual([OrderPlaced]);
    expect(bus.subscriptions()).toEqual([]);
    expect(signal.listeners).toBe(0);
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
    expect(() => subscription.unsubscribe()).not.toThrow();
  });

  it('holds no listener any more when the subscription has ended, in whatever way', async () => {
    const signal = new CountingSignal();
    const options = { signal: signal.asSignal };
    const handler = story.handler('by pair');
    const byHandle = bus.subscribe(OrderPlaced, () => undefined, options);
    bus.subscribe(OrderPlaced, handler, options);
    bus.subscribe(OrderPlaced, () => undefined, { ...options, once: true });
    const list = bus.subscribe([OrderPlaced, Object], () => undefined, options);
    byHandle.unsubscribe();
    bus.unsubscribe(OrderPlaced, handler);
    await bus.publish(new OrderPlaced());
    expect(signal.listeners).toBe(1);
    list[Symbol.dispose]();
    expect(signal.listeners).toBe(0);
  });

  it('adds no second listener when the same pair subscribes again', () => {
    const signal = new CountingSignal();
    const handler = story.handler('handler');
    bus.subscribe(OrderPlaced, handler, { signal: signal.asSignal });
    bus.subscribe(OrderPlaced, handler, { signal: signal.asSignal });
    expect(signal.listeners).toBe(1);
  });

  it('is the end of a block that declared the subscription with using', () => {
    {
      using subscription = bus.subscribe(OrderPlaced, story.handler('handler'));
      bus.emit(new OrderPlaced());
      expect(subscription.active).toBe(true);
    }
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['handler']);
  });
});

describe('A signal with many uses', () => {
  const uncaught = collectUncaughtErrors();
  const { signal: never } = new AbortController();
  const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  it('has one listener, whatever uses it: subscriptions, waiters, streams, publishes, on several buses', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const gate = new Deferred();
    const published: Promise<unknown>[] = [];
    for (const bus of [new EventBus(), new EventBus()]) {
      for (let count = 0; count < 12; count++) {
        bus.subscribe(class {}, () => undefined, { signal });
        bus.subscribe([class {}, class {}], () => undefined, { signal });
        published.push(rejectionOf(bus.waitFor(class {}, { signal })));
        bus.stream(class {}, { signal });
        bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 60_000 });
        bus.subscribe(OrderPlaced, () => gate.promise, { around: (run) => run() });
      }
      published.push(bus.publish(new OrderPlaced(), { signal }), bus.publish(new OrderPlaced(), { signal }));
    }
    expect(listenersOf(signal)).toBe(1);
    gate.resolve();
    controller.abort();
    await Promise.all(published);
    expect(listenersOf(signal)).toBe(0);
  });

  it('has a listener again when it is used again', () => {
    const bus = new EventBus();
    const { signal } = new AbortController();
    for (let round = 0; round < 2; round++) {
      const subscription = bus.subscribe(OrderPlaced, () => undefined, { signal });
      expect(listenersOf(signal)).toBe(1);
      subscription.unsubscribe();
      subscription.unsubscribe();
      expect(listenersOf(signal)).toBe(0);
    }
  });

  it('ends those that are left when some have ended already', async () => {
    const bus = new EventBus();
    const controller = new AbortController();
    const { signal } = controller;
    const subscriptions = [1, 2, 3].map(() => bus.subscribe(OrderPlaced, () => undefined, { signal }));
    subscriptions[1]?.unsubscribe();
    controller.abort();
    expect(subscriptions.map(({ active }) => active)).toEqual([false, false, false]);
  });

  it('ends the others when one of them cannot be ended, and the error surfaces', async () => {
    const bus = new EventBus();
    const controller = new AbortController();
    const { signal } = controller;
    let hostile = false;
    const Hostile = new Proxy(class {}, {
      get(target, key, receiver) {
        if (hostile && key === 'prototype') throw new Error('no prototype any more');
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    bus.subscribe([Hostile, OrderPlaced], () => undefined, { signal });
    const other = bus.subscribe(OrderPlaced, () => undefined, { signal });
    hostile = true;
    controller.abort();
    await afterMicrotasks();
    expect(other.active).toBe(false);
    expect(uncaught.map(String)).toEqual(['Error: no prototype any more']);
  });

  it.each(['subscribe', 'stream'] as const)(
    'that throws when it is listened to leaves nothing behind: %s',
    async (how) => {
      const bus = new EventBus();
      const signal = Object.create(never, {
        aborted: { value: false },
        addEventListener: {
          value: () => {
            throw new Error('no listeners');
          },
        },
        removeEventListener: { value: () => undefined },
      }) as AbortSignal;
      const act = (): unknown =>
        how === 'subscribe'
          ? bus.subscribe(OrderPlaced, () => undefined, { signal })
          : bus.stream(OrderPlaced, { signal });
      expect(String(thrownBy(act))).toBe('Error: no listeners');
      expect(bus.subscriptions()).toEqual([]);
      expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
    },
  );
});
