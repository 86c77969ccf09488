import { BusClosedError, CloseTimeoutError, EventBus, HandlerFailed } from 'class-events';
import { CountingSignal } from '../../support/counting-signal.js';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPaid, OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf, rejectionOf, thrownBy } from '../../support/rejection.js';
import { stopClock } from '../../support/stopped-clock.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

describe('Close', () => {
  const uncaught = collectUncaughtErrors();
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus({ name: 'orders' });
    story = new Recorder();
  });

  /** A handler that stays in flight until the test resolves or rejects it. */
  function inFlight(name: string): Deferred {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, () => gate.promise, { mode: 'async', name });
    return gate;
  }

  describe('while work is in flight', () => {
    it('waits for it', async () => {
      const gate = inFlight('handler');
      bus.emit(new OrderPlaced());
      const closed = bus.close().then(() => story.note('closed'));
      await afterMicrotasks();
      expect(story.lines).toEqual([]);
      story.note('handler ends');
      gate.resolve();
      await closed;
      expect(story.lines).toEqual(['handler ends', 'closed']);
    });

    it('still accepts events and subscriptions, for handlers that go on after an await', async () => {
      const gate = new Deferred();
      bus.subscribe(OrderPaid, story.handler('paid'));
      bus.subscribe(OrderPlaced, async () => {
        await gate.promise;
        await bus.publish(new OrderPaid());
        bus.emit(new OrderPaid());
      });
      const published = bus.publish(new OrderPlaced());
      const closed = bus.close();
      await bus.publish(new OrderPaid());
      bus.subscribe(OrderPaid, story.handler('late subscriber'), { priority: -1 });
      gate.resolve();
      await Promise.all([closed, published]);
      expect(story.lines).toEqual(['paid', 'paid', 'late subscriber', 'paid', 'late subscriber']);
    });

    it('waits as well for what was published meanwhile', async () => {
      const first = new Deferred();
      const second = new Deferred();
      bus.subscribe(OrderPaid, () => second.promise.then(() => story.note('paid')));
      bus.subscribe(OrderPlaced, async () => {
        await first.promise;
        bus.emit(new OrderPaid());
      });
      bus.emit(new OrderPlaced());
      const closed = bus.close().then(() => story.note('closed'));
      first.resolve();
      await afterMicrotasks();
      expect(story.lines).toEqual([]);
      second.resolve();
      await closed;
      expect(story.lines).toEqual(['paid', 'closed']);
    });

    it('takes what a publisher does right after its publish has settled', async () => {
      const gate = inFlight('handler');
      bus.subscribe(OrderPaid, story.handler('paid'));
      const publisher = bus.publish(new OrderPlaced()).then(() => bus.publish(new OrderPaid()));
      const closed = bus.close();
      gate.resolve();
      await Promise.all([publisher, closed]);
      expect(story.lines).toEqual(['paid']);
    });

    it('lets a publishAll come to its end', async () => {
      bus.subscribe(OrderPlaced, story.asyncHandler('placed'));
      const published = bus.publishAll([new OrderPlaced(), new OrderPlaced(), new OrderPlaced()]);
      await bus.close();
      await published;
      expect(story.lines).toEqual(['placed', 'placed', 'placed']);
    });

    it('reports a failure of it as ever, and closes all the same', async () => {
      const failed: HandlerFailed[] = [];
      const gate = inFlight('handler');
      bus.subscribe(HandlerFailed, (failure) => failed.push(failure));
      bus.emit(new OrderPlaced());
      const closed = bus.close();
      const error = new Error('late');
      gate.reject(error);
      await closed;
      expect(failed.map((failure) => failure.error)).toEqual([error]);
    });

    it('called inside a handler, waits for that handler’s event and what it emits', async () => {
      let closed: Promise<void> | undefined;
      bus.subscribe(OrderPlaced, () => {
        closed = bus.close();
        bus.emit(new OrderPaid());
      });
      bus.subscribe(OrderPlaced, story.handler('next'));
      bus.subscribe(OrderPaid, story.handler('paid'));
      bus.emit(new OrderPlaced());
      await closed;
      expect(story.lines).toEqual(['next', 'paid']);
      expect(() => bus.emit(new OrderPlaced())).toThrow(BusClosedError);
    });
  });

  describe('when nothing is in flight any more', () => {
    it('is closed when the call returns', () => {
      void bus.close();
      expect(() => bus.emit(new OrderPlaced())).toThrow(BusClosedError);
    });

    it('refuses with BusClosedError, naming the bus', async () => {
      bus.subscribe(OrderPlaced, story.handler('never'));
      await bus.close();
      for (const call of [
        () => bus.emit(new OrderPlaced()),
        () => bus.subscribe(OrderPlaced, story.handler('never')),
        () => bus.register(new (class {})()),
        () => bus.stream(OrderPlaced),
      ]) {
        const error = thrownBy(call) as BusClosedError;
        expect(error).toBeInstanceOf(BusClosedError);
        expect(error.name).toBe('BusClosedError');
        expect(error.message).toMatch(/^orders is closed/);
      }
      for (const promise of [
        bus.publish(new OrderPlaced()),
        bus.publishSettled(new OrderPlaced()),
        bus.publishAll([new OrderPlaced()]),
        bus.publishAll([]),
        bus.waitFor(OrderPlaced),
      ]) {
        expect(await rejectionOf(promise)).toBeInstanceOf(BusClosedError);
      }
      expect(story.lines).toEqual([]);
    });

    it('holds no subscriptions any more', async () => {
      const subscription = bus.subscribe(OrderPlaced, story.handler('never'));
      await bus.close();
      await afterMicrotasks();
      expect(subscription.active).toBe(false);
      expect(bus.subscriptions()).toEqual([]);
      expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
      expect(bus.unsubscribe(OrderPlaced, story.handler('never'))).toBe(false);
      expect(() => subscription.unsubscribe()).not.toThrow();
    });

    it('holds no listeners on signals any more', async () => {
      const signal = new CountingSignal();
      bus.subscribe(OrderPlaced, story.handler('never'), { signal: signal.asSignal });
      const waiting = rejectionOf(bus.waitFor(OrderPlaced, { signal: signal.asSignal }));
      bus.stream(OrderPlaced, { signal: signal.asSignal });
      expect(signal.listeners).toBe(1);
      await bus.close();
      await waiting;
      await afterMicrotasks();
      expect(signal.listeners).toBe(0);
    });

    it('closes at the end of a block that declared it with await using', async () => {
      {
        await using scoped = new EventBus();
        scoped.subscribe(OrderPlaced, story.asyncHandler('placed'));
        scoped.emit(new OrderPlaced());
        bus = scoped;
      }
      expect(story.lines).toEqual(['placed']);
      expect(() => bus.emit(new OrderPlaced())).toThrow(BusClosedError);
    });
  });

  describe('on timeout', () => {
    stopClock();

    it('is closed at once and rejects, naming event and handler of each unfinished delivery', async () => {
      inFlight('sendReceipt');
      inFlight('reserveStock');
      const done = inFlight('done');
      const unrelated = new Deferred();
      bus.subscribe(OrderPaid, () => unrelated.promise, { name: 'bookPayment' });
      bus.emit(new OrderPlaced());
      bus.emit(new OrderPaid());
      done.resolve();
      const closing = rejectionOf(bus.close({ timeout: 1000 }));
      await jest.advanceTimersByTimeAsync(999);
      expect(() => bus.emit(new OrderPaid())).not.toThrow();
      await jest.advanceTimersByTimeAsync(1);
      const error = (await closing) as CloseTimeoutError;
      expect(error).toBeInstanceOf(CloseTimeoutError);
      expect(error.name).toBe('CloseTimeoutError');
      for (const delivery of ['OrderPlaced → sendReceipt', 'OrderPlaced → reserveStock', 'OrderPaid → bookPayment']) {
        expect(error.message).toContain(delivery);
      }
      expect(error.message).toMatch(/^orders .*1000 ms/);
      expect(error.message).not.toContain('done');
      expect(() => bus.emit(new OrderPaid())).toThrow(BusClosedError);
    });

    it('clears its timer when it was not needed', async () => {
      const gate = inFlight('handler');
      bus.emit(new OrderPlaced());
      const closed = bus.close({ timeout: 1000 });
      expect(jest.getTimerCount()).toBe(1);
      gate.resolve();
      await closed;
      expect(jest.getTimerCount()).toBe(0);
      const idle = new EventBus();
      await idle.close({ timeout: 1000 });
      expect(jest.getTimerCount()).toBe(0);
    });

    it('still tells HandlerFailed what fails later, and only then lets go of its subscriptions', async () => {
      const gate = inFlight('handler');
      bus.subscribe(HandlerFailed, ({ error }) => story.note(String(error)));
      bus.emit(new OrderPlaced());
      const closing = rejectionOf(bus.close({ timeout: 10 }));
      await jest.advanceTimersByTimeAsync(10);
      await closing;
      expect(bus.subscriptions()).toHaveLength(2);
      gate.reject(new Error('late'));
      await afterMicrotasks();
      expect(story.lines).toEqual(['Error: late']);
      expect(bus.subscriptions()).toEqual([]);
      expect(uncaught).toEqual([]);
    });

    it('settles the publish promises of late handlers as ever', async () => {
      const gate = inFlight('handler');
      const published = bus.publish(new OrderPlaced());
      const closing = rejectionOf(bus.close({ timeout: 10 }));
      await jest.advanceTimersByTimeAsync(10);
      await closing;
      gate.resolve();
      expect((await published).failures).toEqual([]);
    });

    it('refuses what late handlers publish', async () => {
      const gate = new Deferred();
      bus.subscribe(OrderPlaced, async () => {
        await gate.promise;
        await bus.publish(new OrderPaid());
      });
      const published = publishErrorOf(bus.publish(new OrderPlaced()));
      const closing = rejectionOf(bus.close({ timeout: 10 }));
      await jest.advanceTimersByTimeAsync(10);
      await closing;
      gate.resolve();
      expect((await published).errors).toEqual([expect.any(BusClosedError)]);
    });

    it('interrupts a publishAll, which loses no failure that came before', async () => {
      const gate = inFlight('handler');
      bus.subscribe(OrderPaid, () => {
        throw new Error('no money');
      });
      const published = publishErrorOf(bus.publishAll([new OrderPaid(), new OrderPlaced(), new OrderPaid()]));
      await afterMicrotasks();
      const closing = rejectionOf(bus.close({ timeout: 10 }));
      await jest.advanceTimersByTimeAsync(10);
      await closing;
      gate.resolve();
      const error = await published;
      expect(error.errors.map(String)).toEqual(['Error: no money']);
      expect(error.cause).toBeInstanceOf(BusClosedError);
    });
  });

  describe('those who wait', () => {
    it('are rejected with BusClosedError where a waitFor is pending', async () => {
      const waiting = rejectionOf(bus.waitFor(OrderPlaced));
      const another = rejectionOf(bus.waitFor(OrderPaid));
      await bus.close();
      expect(await waiting).toBeInstanceOf(BusClosedError);
      expect(await another).toBeInstanceOf(BusClosedError);
    });

    it('are given their buffer where a stream is open, and then its end', async () => {
      const stream = bus.stream(OrderPlaced);
      const event = new OrderPlaced();
      bus.emit(event);
      await bus.close();
      expect(await stream.next()).toEqual({ value: event, done: false });
      expect(await stream.next()).toEqual({ value: undefined, done: true });
    });

    it('keep neither close nor idle waiting', async () => {
      void rejectionOf(bus.waitFor(OrderPlaced));
      void bus.stream(OrderPlaced).next();
      await bus.idle();
      await bus.close();
    });

    it('wait on while the bus is closing', async () => {
      const gate = inFlight('handler');
      const event = new OrderPaid();
      const waiting = bus.waitFor(OrderPaid);
      bus.emit(new OrderPlaced());
      const closed = bus.close();
      bus.emit(event);
      expect(await waiting).toBe(event);
      gate.resolve();
      await closed;
    });
  });

  describe('twice', () => {
    it('is the same promise', async () => {
      const gate = inFlight('handler');
      bus.emit(new OrderPlaced());
      const closed = bus.close();
      expect(bus.close()).toBe(closed);
      gate.resolve();
      await closed;
      expect(bus.close()).toBe(closed);
    });

    it('has the same end, also when that is a timeout', async () => {
      inFlight('handler');
      bus.emit(new OrderPlaced());
      const errors = await Promise.all([rejectionOf(bus.close({ timeout: 1 })), rejectionOf(bus.close())]);
      expect(errors[0]).toBeInstanceOf(CloseTimeoutError);
      expect(errors[1]).toBe(errors[0]);
    });

    it('is harmless where close was refused for its options first', async () => {
      await rejectionOf(bus.close({ timeout: -1 }));
      expect(() => bus.emit(new OrderPlaced())).not.toThrow();
      await bus.close();
      expect(() => bus.emit(new OrderPlaced())).toThrow(BusClosedError);
    });
  });
});
