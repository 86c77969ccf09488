import { EventBus, HandlerFailed, On } from 'class-events';
import { isolate } from 'class-events/testing';
import { collectUntil, gc, nextTask } from '../support/garbage.js';
import { OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';

const story = new Recorder();

class Window {
  // Large, so that a leak shows.
  readonly pixels = new Uint8Array(1024);

  @On(OrderPlaced)
  show(event: OrderPlaced): void {
    story.note(`show ${event.orderId}`);
  }

  @On([OrderPlaced, OrderShipped], { name: 'log' })
  async log(event: OrderPlaced | OrderShipped): Promise<void> {
    await Promise.resolve();
    story.note(`log ${event.orderId}`);
  }
}

it.each(['FinalizationRegistry', 'WeakRef'] as const)(
  'Without %s all works but holding weakly, which is refused with the remedy',
  async (name) => {
    const present = globalThis[name];
    Reflect.deleteProperty(globalThis, name);
    try {
      const bus = new EventBus();
      const window = new Window();
      expect(() => bus.register(window, { weak: true })).toThrow(
        new TypeError(
          'an object of Window cannot be held weakly without WeakRef and FinalizationRegistry. Register it without weak.',
        ),
      );
      bus.register(window);
      await bus.publish(new OrderPlaced('o-1'));
      expect(story.take()).toEqual(['show o-1', 'log o-1']);
      expect(bus.unregister(window)).toBe(true);
    } finally {
      Object.assign(globalThis, { [name]: present });
    }
  },
);

// Functions of their own: what a test function names may stay alive for as long as it runs.
function registerWindow(bus: EventBus, weak: boolean): WeakRef<Window> {
  const window = new Window();
  bus.register(window, { weak });
  return new WeakRef(window);
}

describe('register(subscriber, { weak: true })', () => {
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus();
    story.take();
  });

  it('calls the subscriber like any other as long as somebody holds it', async () => {
    const window = new Window();
    const group = bus.register(window, { weak: true });
    gc();
    await nextTask();
    gc();
    await bus.publish(new OrderPlaced('o-1'));
    expect(story.take()).toEqual(['show o-1', 'log o-1']);
    expect(group.subscriptions.map(({ name, mode, active }) => [name, mode, active])).toEqual([
      ['Window.show', 'sync', true],
      ['log', 'async', true],
    ]);
    expect(window.pixels).toHaveLength(1024);
  });

  it('does not keep it alive', async () => {
    const reference = registerWindow(bus, true);
    expect(await collectUntil(() => reference.deref() === undefined)).toBe(true);
  });

  it('does not keep it alive after it has handled events either, published, emitted, awaited or failed', async () => {
    class Failing {
      @On(OrderPlaced)
      fail(): void {
        throw new Error('failed');
      }
    }
    const register = (): WeakRef<Failing> => {
      const failing = new Failing();
      bus.register(failing, { weak: true });
      return new WeakRef(failing);
    };
    const failures: string[] = [];
    bus.subscribe(HandlerFailed, ({ error }) => void failures.push(String(error)));
    const references = [registerWindow(bus, true), register()];
    bus.emit(new OrderShipped('o-1'));
    await bus.publishSettled(new OrderPlaced('o-2'));
    await bus.publish(new OrderShipped('o-3'));
    bus.explain(new OrderPlaced());
    await bus.idle();
    expect(story.take()).toEqual(['show o-2', 'log o-1', 'log o-2', 'log o-3']);
    expect(failures).toEqual(['Error: failed']);
    expect(await collectUntil(() => references.every((reference) => reference.deref() === undefined))).toBe(true);
  });

  it('does not keep it alive by the group that register returned', async () => {
    const windows = new Set([new Window()]);
    const groups = [...windows].map((window) => bus.register(window, { weak: true }));
    windows.clear();
    expect(await collectUntil(() => !groups.some(({ active }) => active))).toBe(true);
    expect(groups.flatMap(({ subscriptions }) => subscriptions.map(({ active }) => active))).toEqual([false, false]);
  });

  it('ends its subscriptions when it is collected: the bus is as if it had never been there', async () => {
    registerWindow(bus, true);
    // explain shows what the bus still holds, a collected subscriber included.
    expect(await collectUntil(() => bus.explain(new OrderPlaced()).length === 0)).toBe(true);
    expect(bus.subscriptions()).toEqual([]);
    expect(bus.subscriptions(OrderPlaced)).toEqual([]);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
    expect(story.take()).toEqual([]);
  });

  it('counts it as gone as soon as it is collected, before the platform has told the bus', async () => {
    const reference = registerWindow(bus, true);
    await bus.publish(new OrderPlaced());
    story.take();
    await nextTask();
    gc();
    // No task has run since: the finalizer of the platform has not been called yet.
    expect(reference.deref()).toBeUndefined();
    expect(bus.explain(new OrderPlaced()).map(({ runs, reason }) => [runs, reason])).toEqual([
      [false, 'unsubscribed'],
      [false, 'unsubscribed'],
    ]);
    expect(bus.subscriptions()).toEqual([]);
    expect(bus.subscriptions(OrderPlaced)).toEqual([]);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(deliveries.map(({ status, reason }) => [status, reason])).toEqual([
      ['skipped', 'unsubscribed'],
      ['skipped', 'unsubscribed'],
    ]);
    expect(story.take()).toEqual([]);
  });

  it('does not refuse a publish for a handler of a later phase whose subscriber has been collected', async () => {
    class Receipts {
      @On(OrderPlaced, { phase: 'afterCommit' })
      send(): void {
        story.note('send');
      }
    }
    const register = (): WeakRef<Receipts> => {
      const receipts = new Receipts();
      bus.register(receipts, { weak: true });
      return new WeakRef(receipts);
    };
    const reference = register();
    await expect(bus.publish(new OrderPlaced())).rejects.toThrow('no unit of work is open for Receipts.send');
    await nextTask();
    gc();
    expect(reference.deref()).toBeUndefined();
    expect(bus.subscriptions()).toEqual([]);
    const explained = bus.explain(new OrderPlaced());
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(deliveries.map(({ reason }) => reason)).toEqual(['unsubscribed']);
    expect(explained.map(({ reason }) => reason)).toEqual(['unsubscribed']);
  });

  it('is explained as it is published when a test silences a collected subscriber', async () => {
    registerWindow(bus, true);
    using _ = isolate(bus, []);
    await nextTask();
    gc();
    expect(bus.subscriptions()).toEqual([]);
    expect(bus.explain(new OrderPlaced()).map(({ reason }) => reason)).toEqual(['unsubscribed', 'unsubscribed']);
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(deliveries.map(({ reason }) => reason)).toEqual(['unsubscribed', 'unsubscribed']);
  });

  it('lets a failure reach somebody else when its HandlerFailed handler has been collected', async () => {
    class Alarms {
      @On(HandlerFailed)
      ring(): void {
        story.note('ring');
      }
    }
    const errors: unknown[] = [];
    bus = new EventBus({ onError: ({ error }) => errors.push(error) });
    const failure = new Error('failed');
    bus.subscribe(OrderPlaced, () => {
      throw failure;
    });
    const register = (): WeakRef<Alarms> => {
      const alarms = new Alarms();
      bus.register(alarms, { weak: true });
      return new WeakRef(alarms);
    };
    const reference = register();
    await nextTask();
    gc();
    expect(reference.deref()).toBeUndefined();
    bus.emit(new OrderPlaced());
    expect(errors).toEqual([failure]);
    expect(story.take()).toEqual([]);
  });

  it('is undone by its group, by unregister and by close like any other', async () => {
    const windows = [new Window(), new Window(), new Window()] as const;
    const [group] = windows.map((window) => bus.register(window, { weak: true }));
    group?.unsubscribe();
    expect(bus.unregister(windows[1])).toBe(true);
    expect(bus.subscriptions()).toHaveLength(2);
    await bus.close();
    await nextTask();
    expect(bus.subscriptions()).toEqual([]);
  });

  it('returns the same group again', () => {
    const window = new Window();
    expect(bus.register(window, { weak: true })).toBe(bus.register(window, { weak: true }));
  });

  it.each([
    [true, false],
    [false, true],
  ])('throws when it is registered already with weak %s, and now %s', (first, second) => {
    const window = new Window();
    const group = bus.register(window, { weak: first });
    expect(() => bus.register(window, { weak: second })).toThrow(
      "Window is registered already, with another 'weak'. Unregister it first.",
    );
    expect(group.active).toBe(true);
    bus.unregister(window);
    expect(bus.register(window, { weak: second }).active).toBe(true);
  });

  it.each([
    [{ weak: 'yes' }, "The option 'weak' must be a boolean, not 'yes'."],
    [{ weakly: true }, "Unknown option 'weakly'. The options are weak."],
  ])('refuses the options %j', (options, message) => {
    expect(() => bus.register(new Window(), options as never)).toThrow(message);
    expect(bus.subscriptions()).toEqual([]);
  });
});

describe('register without weak', () => {
  it('keeps the subscriber alive for as long as the bus', async () => {
    const bus = new EventBus();
    const strong = registerWindow(bus, false);
    // When a weak one that came later has been collected, the strong one would have been too.
    const weak = registerWindow(bus, true);
    expect(await collectUntil(() => weak.deref() === undefined)).toBe(true);
    expect(strong.deref()).toBeInstanceOf(Window);
    expect(bus.subscriptions()).toHaveLength(2);
  });

  it('lets go of it when it is unregistered, at the latest with the next event of the classes that it has handled', async () => {
    const bus = new EventBus();
    const reference = await registerPublishUnregister(bus);
    await bus.publish(new OrderPlaced());
    expect(await collectUntil(() => reference.deref() === undefined)).toBe(true);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('lets go of it with the bus', async () => {
    const reference = registerWindow(new EventBus(), false);
    expect(await collectUntil(() => reference.deref() === undefined)).toBe(true);
  });
});

async function registerPublishUnregister(bus: EventBus): Promise<WeakRef<Window>> {
  const window = new Window();
  bus.register(window);
  await bus.publish(new OrderPlaced());
  bus.unregister(window);
  return new WeakRef(window);
}
