import { EventBus, type Subscription } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderEvent, OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';

describe('Change during a dispatch', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('does not show that event to a handler that subscribed during the dispatch', async () => {
    const late = story.handler('late');
    const lateAsync = story.asyncHandler('late async');
    bus.subscribe(OrderPlaced, () => {
      bus.subscribe(OrderPlaced, late);
      bus.subscribe(OrderEvent, lateAsync);
    });
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual([]);
    expect(deliveries).toHaveLength(1);
    await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual(['late', 'late async']);
  });

  it('shows it the events that are published after it subscribed, nested ones and the next one', async () => {
    class OrderPaid {}
    bus.subscribe(
      OrderPlaced,
      () => {
        bus.subscribe(OrderPaid, story.handler('paid'));
        return bus.publish(new OrderPaid());
      },
      { once: true },
    );
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['paid']);
  });

  it.each(['sync', 'async'] as const)(
    'does not call a %s handler any more that was unsubscribed during the dispatch',
    async (mode) => {
      bus.subscribe(OrderPlaced, () => later.unsubscribe(), { priority: 1 });
      const later: Subscription = bus.subscribe(OrderPlaced, story.handler('later'), { mode });
      const { deliveries } = await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual([]);
      expect(deliveries[1]).toEqual({ subscription: later, status: 'skipped', reason: 'unsubscribed' });
    },
  );

  it('never runs the handler again after unsubscribe() returned, whichever way it was ended', async () => {
    const { signal, abort } = abortable();
    const byPair = story.handler('by pair');
    const subscriptions = [
      bus.subscribe(OrderPlaced, story.handler('by handle')),
      bus.subscribe(OrderPlaced, byPair),
      bus.subscribe(OrderPlaced, story.handler('by signal'), { signal }),
      bus.subscribe(OrderPlaced, story.handler('by dispose')),
    ];
    bus.subscribe(
      OrderPlaced,
      () => {
        subscriptions[0]?.unsubscribe();
        bus.unsubscribe(OrderPlaced, byPair);
        abort();
        subscriptions[3]?.[Symbol.dispose]();
      },
      { priority: 1 },
    );
    const { deliveries } = await bus.publish(new OrderPlaced());
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual([]);
    expect(deliveries.slice(1)).toEqual(
      subscriptions.map((subscription) => ({ subscription, status: 'skipped', reason: 'unsubscribed' })),
    );
    expect(subscriptions.map(({ active }) => active)).toEqual([false, false, false, false]);
  });

  it('does not call a handler of a list any more when the pair that this event needs was ended', async () => {
    class OrderPaid {}
    const handler = story.handler('list');
    bus.subscribe([OrderPlaced, OrderPaid], handler, { priority: -1 });
    bus.subscribe(OrderPlaced, () => bus.unsubscribe(OrderPlaced, handler));
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual([]);
    expect(deliveries[1]).toMatchObject({ status: 'skipped', reason: 'unsubscribed' });
    await bus.publish(new OrderPaid());
    expect(story.take()).toEqual(['list']);
  });

  it('still calls a handler of a list when another pair of it lets the event through', async () => {
    const handler = story.handler('list');
    bus.subscribe([OrderPlaced, OrderEvent], handler, { priority: -1 });
    bus.subscribe(OrderPlaced, () => bus.unsubscribe(OrderPlaced, handler));
    await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual(['list']);
  });

  it('does not let the base class of a list stand in for an ended pair when the list is exact', async () => {
    const handler = story.handler('list');
    bus.subscribe([OrderPlaced, OrderEvent], handler, { priority: -1, exact: true });
    bus.subscribe(OrderPlaced, () => bus.unsubscribe(OrderPlaced, handler));
    await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual([]);
  });

  it('does not let the base class of a list stand in for an ended pair when the bus knows no inheritance', async () => {
    bus = new EventBus({ inheritance: false });
    const handler = story.handler('list');
    bus.subscribe([OrderPlaced, OrderEvent], handler, { priority: -1 });
    bus.subscribe(OrderPlaced, () => bus.unsubscribe(OrderPlaced, handler));
    await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual([]);
  });

  it('makes no other handler miss the event when one removes itself', () => {
    const self = bus.subscribe(OrderPlaced, () => {
      story.note('self');
      self.unsubscribe();
    });
    bus.subscribe(OrderPlaced, story.handler('next'));
    bus.emit(new OrderPlaced());
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['self', 'next', 'next']);
  });

  it('lets a handler that is running already run to its end', async () => {
    const gate = new Deferred();
    const subscription = bus.subscribe(OrderPlaced, async () => {
      await gate.promise;
      story.note('ended');
    });
    const published = bus.publish(new OrderPlaced());
    subscription.unsubscribe();
    gate.resolve();
    expect((await published).deliveries).toEqual([{ subscription, status: 'fulfilled' }]);
    expect(story.lines).toEqual(['ended']);
  });

  it('does not start a handler any more that was unsubscribed while its around made it wait', async () => {
    const slot = new Deferred();
    const subscription = bus.subscribe(OrderPlaced, story.handler('handler'), {
      around: async (run) => {
        await slot.promise;
        return run();
      },
    });
    const published = bus.publish(new OrderPlaced());
    subscription.unsubscribe();
    slot.resolve();
    expect((await published).deliveries).toEqual([{ subscription, status: 'skipped', reason: 'unsubscribed' }]);
    expect(story.lines).toEqual([]);
  });

  it('does not start another attempt of a handler that was unsubscribed between two', async () => {
    const pause = new Deferred();
    const subscription = bus.subscribe(
      OrderPlaced,
      story.handler('attempt', () => {
        throw new Error('not yet');
      }),
      {
        around: async (run) => {
          try {
            return run();
          } catch {
            await pause.promise;
            return run();
          }
        },
      },
    );
    const published = bus.publishSettled(new OrderPlaced());
    await afterMicrotasks();
    subscription.unsubscribe();
    pause.resolve();
    await published;
    expect(story.lines).toEqual(['attempt']);
  });

  it('runs a once handler once', async () => {
    const subscription = bus.subscribe(OrderPlaced, story.handler('once'), { once: true });
    await bus.publish(new OrderPlaced());
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['once']);
    expect(subscription.active).toBe(false);
    expect(bus.subscriptions()).toEqual([]);
  });

  it.each(['publish', 'emit'] as const)('runs a once handler once, also re-entrantly by %s', async (how) => {
    bus.subscribe(
      OrderPlaced,
      story.handler('once', () => bus[how](new OrderPlaced())),
      { once: true },
    );
    bus.subscribe(OrderPlaced, story.handler('always'));
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['once', 'always', 'always']);
  });

  it('runs a once handler once when an earlier handler publishes the same event', async () => {
    bus.subscribe(
      OrderPlaced,
      story.handler('republish', () => bus.publish(new OrderPlaced())),
      { once: true },
    );
    const subscription = bus.subscribe(OrderPlaced, story.handler('once'), { once: true });
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['republish', 'once']);
    expect(deliveries[1]).toEqual({ subscription, status: 'skipped', reason: 'unsubscribed' });
  });

  it('uses up once also when the handler fails', async () => {
    bus.subscribe(
      OrderPlaced,
      story.handler('once', () => {
        throw new Error('failed');
      }),
      { once: true },
    );
    await publishErrorOf(bus.publish(new OrderPlaced()));
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['once']);
  });

  it('lets a once handler subscribe itself again while it runs', async () => {
    const again = (): void => {
      story.note('again');
      bus.subscribe(OrderPlaced, again, { once: true });
    };
    bus.subscribe(OrderPlaced, again, { once: true });
    await bus.publish(new OrderPlaced());
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['again', 'again']);
    expect(bus.subscriptions()).toHaveLength(1);
  });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
