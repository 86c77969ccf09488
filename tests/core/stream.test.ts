import { BusClosedError, EventBus, StreamOverflowError } from 'class-events';
import { CountingSignal } from '../support/counting-signal.js';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';

/** Emits an order for each id. */
function place(bus: EventBus, ...ids: string[]): void {
  for (const id of ids) bus.emit(new OrderPlaced(id));
}

/** The ids of all that is left in a stream. */
async function idsOf(stream: AsyncIterable<OrderEvent>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { orderId } of stream) ids.push(orderId);
  return ids;
}

const end = { value: undefined, done: true };

describe('stream', () => {
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus();
  });

  it('subscribes at the call, not at the first next()', async () => {
    const stream = bus.stream(OrderPlaced);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
    place(bus, 'o-1', 'o-2');
    await bus.close();
    expect(await idsOf(stream)).toEqual(['o-1', 'o-2']);
  });

  it('gives the very events of the class and its subclasses, in the order in which they were published', async () => {
    const stream = bus.stream(OrderEvent);
    const events = [new OrderPlaced('o-1'), new OrderShipped('o-2'), new OrderPlaced('o-3')];
    await bus.publishAll(events);
    const taken = [await stream.next(), await stream.next(), await stream.next()].map(({ value }) => value as object);
    expect(taken).toHaveLength(3);
    for (const [index, event] of events.entries()) expect(taken[index]).toBe(event);
  });

  it('keeps the order when taking and publishing alternate', async () => {
    const stream = bus.stream(OrderPlaced);
    place(bus, 'o-1', 'o-2', 'o-3');
    expect((await stream.next()).value?.orderId).toBe('o-1');
    place(bus, 'o-4', 'o-5');
    expect((await stream.next()).value?.orderId).toBe('o-2');
    place(bus, 'o-6');
    await bus.close();
    expect(await idsOf(stream)).toEqual(['o-3', 'o-4', 'o-5', 'o-6']);
  });

  it('is a sync subscription of priority 0 that is named in maps and reports', () => {
    bus.stream(OrderPlaced);
    const [subscription] = bus.subscriptions();
    expect(subscription).toMatchObject({ name: 'stream(OrderPlaced)', mode: 'sync', priority: 0, phase: 'immediate' });
  });

  it('takes only events that pass the filter', async () => {
    const stream = bus.stream(OrderPlaced, { filter: ({ orderId }) => orderId !== 'o-2' });
    place(bus, 'o-1', 'o-2', 'o-3');
    await bus.close();
    expect(await idsOf(stream)).toEqual(['o-1', 'o-3']);
  });

  it('gives each of several streams all events', async () => {
    const streams = [bus.stream(OrderPlaced), bus.stream(OrderPlaced)];
    place(bus, 'o-1', 'o-2');
    await bus.close();
    expect(await Promise.all(streams.map(idsOf))).toEqual([
      ['o-1', 'o-2'],
      ['o-1', 'o-2'],
    ]);
  });

  it('is its own iterator', () => {
    const stream = bus.stream(OrderPlaced);
    expect(stream[Symbol.asyncIterator]()).toBe(stream);
  });

  it('serves several pending next() in their order', async () => {
    const stream = bus.stream(OrderPlaced);
    const pending = [stream.next(), stream.next(), stream.next()];
    place(bus, 'o-1', 'o-2');
    await stream.return?.();
    const results = await Promise.all(pending);
    expect(results.map(({ value }) => value?.orderId)).toEqual(['o-1', 'o-2', undefined]);
    expect(results.map(({ done }) => done)).toEqual([false, false, true]);
  });

  it('does not make a publisher wait for its consumer', async () => {
    const stream = bus.stream(OrderPlaced);
    const report = await bus.publish(new OrderPlaced());
    expect(report.deliveries.map(({ status }) => status)).toEqual(['fulfilled']);
    await bus.idle();
    expect((await stream.next()).done).toBe(false);
  });

  it('lets its consumer publish events of its own class', async () => {
    const stream = bus.stream(OrderPlaced);
    place(bus, 'o-1');
    const ids: string[] = [];
    for await (const { orderId } of stream) {
      ids.push(orderId);
      if (ids.length === 3) break;
      place(bus, `${orderId}+`);
    }
    expect(ids).toEqual(['o-1', 'o-1+', 'o-1++']);
  });

  describe('ends and unsubscribes', () => {
    it('a stream ends by break', async () => {
      const stream = bus.stream(OrderPlaced);
      place(bus, 'o-1', 'o-2');
      for await (const { orderId } of stream) {
        expect(orderId).toBe('o-1');
        expect(bus.subscriptions()).toHaveLength(1);
        break;
      }
      expect(bus.subscriptions()).toEqual([]);
      expect(await stream.next()).toEqual(end);
    });

    it('a stream ends by return in the loop, from the function around it', async () => {
      const first = async (): Promise<string> => {
        for await (const { orderId } of bus.stream(OrderPlaced)) return orderId;
        return 'none';
      };
      const result = first();
      place(bus, 'o-1');
      expect(await result).toBe('o-1');
      expect(bus.subscriptions()).toEqual([]);
    });

    it('a stream ends by an error that the loop throws, which reaches the caller', async () => {
      const failure = new Error('in the loop');
      const loop = async (): Promise<void> => {
        for await (const event of bus.stream(OrderPlaced)) throw Object.assign(failure, { event });
      };
      const result = loop();
      place(bus, 'o-1');
      expect(await rejectionOf(result)).toBe(failure);
      expect(bus.subscriptions()).toEqual([]);
    });

    it('a stream ends by return(), which drops the buffer, and is harmless twice', async () => {
      const stream = bus.stream(OrderPlaced);
      place(bus, 'o-1', 'o-2', 'o-3');
      await stream.next();
      expect(await stream.return?.()).toEqual(end);
      expect(await stream.return?.()).toEqual(end);
      expect(await stream.next()).toEqual(end);
      expect(bus.subscriptions()).toEqual([]);
    });

    it('a stream ends by return(), which ends a pending next()', async () => {
      const stream = bus.stream(OrderPlaced);
      const pending = [stream.next(), stream.next()];
      void stream.return?.();
      expect(await Promise.all(pending)).toEqual([end, end]);
    });

    it('a stream ends with a block that declared it with await using', async () => {
      const ids: unknown[] = [];
      {
        await using stream = bus.stream(OrderPlaced);
        place(bus, 'o-1');
        ids.push((await stream.next()).value?.orderId);
        expect(bus.subscriptions()).toHaveLength(1);
      }
      expect(ids).toEqual(['o-1']);
      expect(bus.subscriptions()).toEqual([]);
    });

    it('a stream ends by its signal, and lets the buffer be taken', async () => {
      const controller = new AbortController();
      const stream = bus.stream(OrderPlaced, { signal: controller.signal });
      place(bus, 'o-1', 'o-2');
      controller.abort(new Error('enough'));
      expect(bus.subscriptions()).toEqual([]);
      place(bus, 'o-3');
      expect(await idsOf(stream)).toEqual(['o-1', 'o-2']);
    });

    it('a stream ends by its signal, which ends a pending next()', async () => {
      const controller = new AbortController();
      const pending = bus.stream(OrderPlaced, { signal: controller.signal }).next();
      controller.abort();
      expect(await pending).toEqual(end);
    });

    it('a stream ends by a signal that was aborted before: it takes nothing', async () => {
      const stream = bus.stream(OrderPlaced, { signal: AbortSignal.abort() });
      expect(bus.subscriptions()).toEqual([]);
      place(bus, 'o-1');
      expect(await idsOf(stream)).toEqual([]);
    });

    it('a stream ends by the bus that closes, and lets the buffer be taken', async () => {
      const stream = bus.stream(OrderPlaced);
      place(bus, 'o-1', 'o-2');
      await bus.close();
      expect(bus.subscriptions()).toEqual([]);
      expect(await idsOf(stream)).toEqual(['o-1', 'o-2']);
      expect(await stream.next()).toEqual(end);
    });

    it('a stream ends by the bus that closes, which ends a pending next()', async () => {
      const pending = bus.stream(OrderPlaced).next();
      await bus.close();
      expect(await pending).toEqual(end);
    });

    it('a stream ends inside a handler, before the event reaches it', async () => {
      const stream = bus.stream(OrderPlaced);
      bus.subscribe(OrderPlaced, () => void stream.return?.(), { priority: 1 });
      const report = await bus.publish(new OrderPlaced());
      expect(report.deliveries[1]).toMatchObject({ status: 'skipped', reason: 'unsubscribed' });
      expect(await stream.next()).toEqual(end);
    });
  });

  it('leaves no listener on its signal, whichever way it ends', async () => {
    const ways: ((stream: AsyncIterableIterator<OrderPlaced> & AsyncDisposable, signal: CountingSignal) => unknown)[] =
      [
        (stream) => stream.return?.(),
        (stream) => stream[Symbol.asyncDispose](),
        (_, signal) => signal.abort(new Error('enough')),
        () => place(bus, 'o-1', 'o-2'),
        () => bus.close(),
      ];
    for (const endBy of ways) {
      const signal = new CountingSignal();
      const stream = bus.stream(OrderPlaced, { signal: signal.asSignal, capacity: 1 });
      expect(signal.listeners).toBeGreaterThan(0);
      await endBy(stream, signal);
      expect(signal.listeners).toBe(0);
    }
  });

  it('is refused on a bus that is closed', async () => {
    await bus.close();
    expect(thrownBy(() => bus.stream(OrderPlaced))).toBeInstanceOf(BusClosedError);
  });

  it.each([
    [
      'an unknown option',
      { once: true },
      /^Unknown option 'once'. The options are filter, signal, capacity, overflow\.$/,
    ],
    ['a capacity of 0', { capacity: 0 }, /^The option 'capacity' must be a whole number above 0, not 0/],
    ['a capacity that is not whole', { capacity: 1.5 }, /^The option 'capacity' must be/],
    ['a capacity without bound', { capacity: Number.POSITIVE_INFINITY }, /^The option 'capacity' must be/],
    [
      'an unknown overflow',
      { overflow: 'block' },
      /^The option 'overflow' must be one of throw, drop-oldest, drop-newest/,
    ],
    ['a filter that is no function', { filter: true }, /^The option 'filter' must be a function/],
    ['what are no options', 100, /^Options are a plain object, not 100/],
    ['null for options', null, /^Options are a plain object, not null/],
    ['a signal that is none', { signal: 'now' }, /^The option 'signal' must be an AbortSignal/],
  ])('refuses %s at the call', (_, options, message) => {
    const error = thrownBy(() => bus.stream(OrderPlaced, options as never));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('refuses at the call what is no class', () => {
    const circular = undefined as unknown as typeof OrderPlaced;
    expect(() => bus.stream(circular)).toThrow(/^The event class is undefined/);
  });

  describe('overflow', () => {
    it('throw, the default: the buffer is delivered, then next() rejects, then the stream has ended', async () => {
      const stream = bus.stream(OrderPlaced, { capacity: 2 });
      place(bus, 'o-1', 'o-2', 'o-3');
      expect(bus.subscriptions()).toEqual([]);
      const ids: string[] = [];
      const loop = async (): Promise<void> => {
        for await (const { orderId } of stream) ids.push(orderId);
      };
      const error = await rejectionOf(loop());
      expect(error).toBeInstanceOf(StreamOverflowError);
      expect(String(error)).toMatch(/^StreamOverflowError: .*2 events.*raise capacity/);
      expect(ids).toEqual(['o-1', 'o-2']);
      expect(await stream.next()).toEqual(end);
    });

    it('throw: the publisher is not touched', async () => {
      bus.stream(OrderPlaced, { capacity: 1, overflow: 'throw' });
      await bus.publish(new OrderPlaced());
      const report = await bus.publish(new OrderPlaced());
      expect(report.deliveries.map(({ status }) => status)).toEqual(['fulfilled']);
    });

    it('throw: return() forgets the error, for its consumer has left', async () => {
      const stream = bus.stream(OrderPlaced, { capacity: 1 });
      place(bus, 'o-1', 'o-2');
      await stream.return?.();
      expect(await stream.next()).toEqual(end);
    });

    it('drop-oldest: the newest events stay, in order', async () => {
      const stream = bus.stream(OrderPlaced, { capacity: 2, overflow: 'drop-oldest' });
      place(bus, 'o-1', 'o-2', 'o-3', 'o-4', 'o-5');
      expect((await stream.next()).value?.orderId).toBe('o-4');
      place(bus, 'o-6', 'o-7');
      await bus.close();
      expect(await idsOf(stream)).toEqual(['o-6', 'o-7']);
    });

    it('drop-newest: the oldest events stay, in order', async () => {
      const stream = bus.stream(OrderPlaced, { capacity: 2, overflow: 'drop-newest' });
      place(bus, 'o-1', 'o-2', 'o-3');
      expect((await stream.next()).value?.orderId).toBe('o-1');
      place(bus, 'o-4', 'o-5');
      await bus.close();
      expect(await idsOf(stream)).toEqual(['o-2', 'o-4']);
    });

    it('counts only what waits to be taken: a pending next() needs no room', async () => {
      const stream = bus.stream(OrderPlaced, { capacity: 1 });
      const pending = [stream.next(), stream.next()];
      place(bus, 'o-1', 'o-2', 'o-3');
      const results = await Promise.all([...pending, stream.next()]);
      expect(results.map(({ value }) => value?.orderId)).toEqual(['o-1', 'o-2', 'o-3']);
    });

    it('happens above 1000 events, unless told otherwise', async () => {
      const stream = bus.stream(OrderPlaced);
      for (let count = 0; count < 1000; count++) bus.emit(new OrderPlaced(`o-${count}`));
      expect(bus.subscriptions()).toHaveLength(1);
      bus.emit(new OrderPlaced('one too many'));
      expect(bus.subscriptions()).toHaveLength(0);
      for (let count = 0; count < 1000; count++) expect((await stream.next()).value?.orderId).toBe(`o-${count}`);
      expect(await rejectionOf(stream.next())).toBeInstanceOf(StreamOverflowError);
    });
  });

  it('keeps neither idle nor close waiting, with a next() pending', async () => {
    let settled = false;
    const pending = bus.stream(OrderPlaced).next();
    void pending.then(() => (settled = true));
    await bus.idle();
    await afterMicrotasks();
    expect(settled).toBe(false);
    await bus.close();
    expect(await pending).toEqual(end);
  });
});
