import { BusClosedError, EventBus, PublishError } from 'class-events';
import { CountingSignal } from '../support/counting-signal.js';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';

describe('waitFor', () => {
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus();
  });

  it('resolves with the next event of the class, the very object', async () => {
    const waiting = bus.waitFor(OrderPlaced);
    const event = new OrderPlaced();
    await bus.publish(event);
    await bus.publish(new OrderPlaced());
    expect(await waiting).toBe(event);
  });

  it('resolves with an event of a subclass, and of no other class', async () => {
    const waiting = bus.waitFor(OrderEvent);
    const other = bus.waitFor(OrderShipped);
    bus.emit(new OrderPlaced('o-1'));
    bus.emit(new OrderShipped('o-2'));
    expect([(await waiting).orderId, (await other).orderId]).toEqual(['o-1', 'o-2']);
  });

  it('subscribes at the call', async () => {
    expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    const waiting = bus.waitFor(OrderPlaced);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
    bus.emit(new OrderPlaced());
    await waiting;
  });

  it('is a sync subscription of priority 0 that is named in maps and reports', () => {
    void bus.waitFor(OrderPlaced);
    const [subscription] = bus.subscriptions();
    expect(subscription).toMatchObject({ name: 'waitFor(OrderPlaced)', mode: 'sync', priority: 0, phase: 'immediate' });
  });

  it('waits for an event that passes the filter, whatever is published meanwhile', async () => {
    const asked: string[] = [];
    const waiting = bus.waitFor(OrderPlaced, {
      filter: ({ orderId }) => (asked.push(orderId), orderId === 'o-3'),
    });
    await bus.publishAll(['o-1', 'o-2', 'o-3', 'o-4'].map((orderId) => new OrderPlaced(orderId)));
    expect((await waiting).orderId).toBe('o-3');
    expect(asked).toEqual(['o-1', 'o-2', 'o-3']);
  });

  it('waits on when its filter throws, which is a failed delivery of the publisher', async () => {
    const broken = new Error('broken filter');
    let isBroken = true;
    const waiting = bus.waitFor(OrderPlaced, {
      filter: () => {
        if (isBroken) throw broken;
        return true;
      },
    });
    const { errors, report } = await publishErrorOf(bus.publish(new OrderPlaced('o-1')));
    expect(errors).toEqual([broken]);
    expect(report.failures[0]?.subscription.name).toBe('waitFor(OrderPlaced)');
    isBroken = false;
    await bus.publish(new OrderPlaced('o-2'));
    expect((await waiting).orderId).toBe('o-2');
  });

  it('serves all who wait for one event', async () => {
    const waiting = [bus.waitFor(OrderPlaced), bus.waitFor(OrderPlaced)];
    const event = new OrderPlaced();
    await bus.publish(event);
    expect(await Promise.all(waiting)).toEqual([event, event]);
  });

  it('resolves once when a handler before it publishes another event of the class', async () => {
    const seen: OrderPlaced[] = [];
    bus.subscribe(
      OrderPlaced,
      ({ orderId }) => (orderId === 'outer' ? bus.publish(new OrderPlaced('inner')) : undefined),
      {
        priority: 1,
      },
    );
    const waiting = bus.waitFor(OrderPlaced);
    bus.subscribe(OrderPlaced, (event) => void seen.push(event));
    await bus.publish(new OrderPlaced('outer'));
    // Depth first: the inner event has fully run before it is the turn of the outer one.
    expect((await waiting).orderId).toBe('inner');
    expect(seen.map(({ orderId }) => orderId)).toEqual(['inner', 'outer']);
  });

  describe('leaves nothing behind', () => {
    it('waitFor leaves nothing behind when the event came', async () => {
      const signal = new CountingSignal();
      const waiting = bus.waitFor(OrderPlaced, { signal: signal.asSignal });
      expect(signal.listeners).toBeGreaterThan(0);
      bus.emit(new OrderPlaced());
      await waiting;
      expect(signal.listeners).toBe(0);
      expect(bus.subscriptions()).toEqual([]);
    });

    it('waitFor rejects with the very reason when its signal aborts, and leaves nothing behind', async () => {
      const signal = new CountingSignal();
      const reason = new Error('enough');
      const waiting = bus.waitFor(OrderPlaced, { signal: signal.asSignal });
      signal.abort(reason);
      expect(bus.subscriptions()).toEqual([]);
      expect(await rejectionOf(waiting)).toBe(reason);
      expect(signal.listeners).toBe(0);
    });

    it('waitFor rejects with a reason that is no error when its signal aborts with that', async () => {
      const signal = new CountingSignal();
      const waiting = bus.waitFor(OrderPlaced, { signal: signal.asSignal });
      signal.abort('because');
      expect(await rejectionOf(waiting)).toBe('because');
    });

    it('waitFor rejects with the very reason of a signal that was aborted before', async () => {
      const signal = new CountingSignal();
      const reason = new Error('too late');
      signal.abort(reason);
      expect(await rejectionOf(bus.waitFor(OrderPlaced, { signal: signal.asSignal }))).toBe(reason);
      expect(signal.listeners).toBe(0);
      expect(bus.subscriptions()).toEqual([]);
    });

    it('waitFor leaves nothing behind when a signal of the platform times out', async () => {
      const error = await rejectionOf(bus.waitFor(OrderPlaced, { signal: AbortSignal.timeout(1) }));
      expect(error).toMatchObject({ name: 'TimeoutError' });
      expect(bus.subscriptions()).toEqual([]);
    });

    it('waitFor rejects with BusClosedError when the bus closes', async () => {
      const signal = new CountingSignal();
      const waiting = bus.waitFor(OrderPlaced, { signal: signal.asSignal });
      const [error] = await Promise.all([rejectionOf(waiting), bus.close()]);
      expect(error).toBeInstanceOf(BusClosedError);
      expect(signal.listeners).toBe(0);
    });

    it('waitFor ends when its own subscription is ended by someone who found it: nothing waits for ever', async () => {
      const waiting = bus.waitFor(OrderPlaced);
      for (const subscription of bus.subscriptions()) subscription.unsubscribe();
      await bus.close();
      expect(await rejectionOf(waiting)).toBeInstanceOf(BusClosedError);
    });
  });

  it('resolves although the signal aborts right after the event came', async () => {
    const controller = new AbortController();
    const waiting = bus.waitFor(OrderPlaced, { signal: controller.signal });
    const event = new OrderPlaced();
    bus.emit(event);
    controller.abort();
    expect(await waiting).toBe(event);
  });

  it('rejects on a bus that is closed', async () => {
    await bus.close();
    expect(await rejectionOf(bus.waitFor(OrderPlaced))).toBeInstanceOf(BusClosedError);
  });

  it.each([
    ['an unknown option', { timeout: 100 }, /^Unknown option 'timeout'. The options are filter, signal\.$/],
    ['an option of streams', { capacity: 1 }, /^Unknown option 'capacity'/],
    ['a filter that is no function', { filter: 'all' }, /^The option 'filter' must be a function, not 'all'/],
    ['what are no options', 100, /^Options are a plain object, not 100/],
    ['null for options', null, /^Options are a plain object, not null/],
    ['a signal that is none', { signal: {} }, /^The option 'signal' must be an AbortSignal/],
  ])('rejects with a TypeError for %s', async (_, options, message) => {
    const error = await rejectionOf(bus.waitFor(OrderPlaced, options as never));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('rejects with a TypeError for what is no class', async () => {
    const circular = undefined as unknown as typeof OrderPlaced;
    const error = await rejectionOf(bus.waitFor(circular));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^The event class is undefined/);
  });

  it('keeps idle from nothing, nor does it make a publish wait', async () => {
    void bus.waitFor(OrderPlaced);
    await bus.idle();
    await bus.publish(new OrderShipped());
    expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
  });

  it('takes no failure from others: a publish still rejects for a handler that fails', async () => {
    const waiting = bus.waitFor(OrderPlaced);
    bus.subscribe(OrderPlaced, () => {
      throw new Error('failed');
    });
    expect(await rejectionOf(bus.publish(new OrderPlaced()))).toBeInstanceOf(PublishError);
    expect((await waiting).orderId).toBe('o-1');
  });

  it('may be called inside a handler, for an event that the handler leads to', async () => {
    const seen: string[] = [];
    bus.subscribe(OrderPlaced, async () => {
      const shipped = bus.waitFor(OrderShipped);
      bus.emit(new OrderShipped('o-9'));
      seen.push((await shipped).orderId);
    });
    await bus.publish(new OrderPlaced());
    expect(seen).toEqual(['o-9']);
  });
});
