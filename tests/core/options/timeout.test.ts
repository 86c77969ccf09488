import { EventBus, HandlerFailed, HandlerTimeoutError, type HandlerContext } from 'class-events';
import { CountingSignal } from '../../support/counting-signal.js';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';
import { stopClock } from '../../support/stopped-clock.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

describe('A timeout', () => {
  const uncaught = collectUncaughtErrors();
  let bus: EventBus;
  let story: Recorder;
  let gate: Deferred;
  stopClock();

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    gate = new Deferred();
  });

  it('rejects the delivery with HandlerTimeoutError, naming handler, event and time', async () => {
    const subscription = bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 50, name: 'callService' });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await jest.advanceTimersByTimeAsync(50);
    const { errors, report } = await published;
    const error = errors[0] as HandlerTimeoutError;
    expect(error).toBeInstanceOf(HandlerTimeoutError);
    expect(error.name).toBe('HandlerTimeoutError');
    expect(error.message).toMatch(/^callService .*OrderPlaced.* 50 ms/);
    expect(report.deliveries).toEqual([{ subscription, status: 'rejected', reason: error }]);
  });

  it.each(['sync', 'async'] as const)('counts for the promise of a %s handler', async (mode) => {
    bus.subscribe(OrderPlaced, () => gate.promise, { mode, timeout: 50 });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await jest.advanceTimersByTimeAsync(50);
    expect((await published).errors).toEqual([expect.any(HandlerTimeoutError)]);
  });

  it('counts for promises only: what returns no promise needs no timer', async () => {
    bus.subscribe(OrderPlaced, story.handler('sync'), { timeout: 50 });
    await bus.publish(new OrderPlaced());
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when the handler was in time', async () => {
    bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 50 });
    const published = bus.publish(new OrderPlaced());
    expect(jest.getTimerCount()).toBe(1);
    gate.resolve();
    expect((await published).deliveries).toMatchObject([{ status: 'fulfilled' }]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when the handler failed in time, with its own error', async () => {
    const error = new Error('in time');
    bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 50 });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    gate.reject(error);
    expect((await published).errors).toEqual([error]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('settles the delivery: a late success changes nothing', async () => {
    const failures: unknown[] = [];
    bus.subscribe(HandlerFailed, (failure) => failures.push(failure));
    bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 50 });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await jest.advanceTimersByTimeAsync(50);
    const { report } = await published;
    gate.resolve();
    await afterMicrotasks();
    expect(report.deliveries).toMatchObject([{ status: 'rejected' }]);
    expect(failures).toHaveLength(1);
  });

  it('settles the delivery: a late rejection changes nothing and is not an unhandled one', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const failures: unknown[] = [];
    bus.subscribe(HandlerFailed, (failure) => failures.push(failure));
    bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 50 });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await jest.advanceTimersByTimeAsync(50);
    await published;
    gate.reject(new Error('late'));
    await afterMicrotasks();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(uncaught).toEqual([]);
    expect(failures).toHaveLength(1);
  });

  it('lets idle and close go on without the late handler', async () => {
    bus = new EventBus({ onError: () => story.note('onError') });
    bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 50 });
    bus.emit(new OrderPlaced());
    const closed = bus.close().then(() => story.note('closed'));
    await jest.advanceTimersByTimeAsync(50);
    await closed;
    expect(story.lines).toEqual(['onError', 'closed']);
  });

  it('aborts the signal of the context, with the error as its reason', async () => {
    let context: HandlerContext | undefined;
    bus.subscribe(OrderPlaced, (_, given) => ((context = given), gate.promise), { timeout: 50 });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    expect(context?.signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(50);
    expect(context?.signal.aborted).toBe(true);
    expect((await published).errors[0]).toBe(context?.signal.reason);
  });

  it('gives one signal, aborted with the error even when it is first read after that', async () => {
    let context: HandlerContext | undefined;
    bus.subscribe(OrderPlaced, (_, given) => ((context = given), gate.promise), { timeout: 50 });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await jest.advanceTimersByTimeAsync(50);
    expect(context?.signal.reason).toBe((await published).errors[0]);
    expect(context?.signal).toBe(context?.signal);
  });

  it('does not abort the signal of a handler that was in time', async () => {
    let context: HandlerContext | undefined;
    bus.subscribe(OrderPlaced, (_, given) => ((context = given), gate.promise), { timeout: 50 });
    const published = bus.publish(new OrderPlaced());
    gate.resolve();
    await published;
    await jest.advanceTimersByTimeAsync(100);
    expect(context?.signal.aborted).toBe(false);
  });

  it('lets the signal of the context follow that of the publisher too, and leaves no listener on it', async () => {
    const publisher = new CountingSignal();
    let context: HandlerContext | undefined;
    bus.subscribe(OrderPlaced, (_, given) => ((context = given), gate.promise), { timeout: 50 });
    const published = bus.publish(new OrderPlaced(), { signal: publisher.asSignal });
    expect(publisher.listeners).toBe(1);
    publisher.abort('enough');
    expect(context?.signal.aborted).toBe(true);
    expect(context?.signal.reason).toBe('enough');
    gate.resolve();
    await published;
    expect(publisher.listeners).toBe(0);
  });

  it.each(['fails at once', 'returns at once', 'times out'])(
    'leaves no listener on the publisher’s signal when the handler %s',
    async (how) => {
      const publisher = new CountingSignal();
      bus.subscribe(
        OrderPlaced,
        () => {
          if (how === 'fails at once') throw new Error(how);
          return how === 'times out' ? gate.promise : undefined;
        },
        { timeout: 50 },
      );
      const published = bus.publishSettled(new OrderPlaced(), { signal: publisher.asSignal });
      await jest.advanceTimersByTimeAsync(50);
      await published;
      expect(publisher.listeners).toBe(0);
    },
  );

  it('counts the time that around makes the handler wait; the handler is not started after it', async () => {
    const slot = new Deferred();
    bus.subscribe(OrderPlaced, story.handler('handler'), {
      timeout: 50,
      around: async (run) => {
        await slot.promise;
        return run();
      },
    });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await jest.advanceTimersByTimeAsync(50);
    expect((await published).errors).toEqual([expect.any(HandlerTimeoutError)]);
    slot.resolve();
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
  });

  it('is each handler’s own', async () => {
    const quick = bus.subscribe(OrderPlaced, () => gate.promise, { timeout: 10, mode: 'async' });
    bus.subscribe(OrderPlaced, () => gate.promise.then(() => story.note('patient')), { mode: 'async' });
    const published = publishErrorOf(bus.publish(new OrderPlaced()));
    await jest.advanceTimersByTimeAsync(10);
    gate.resolve();
    const { report } = await published;
    expect(report.failures.map(({ subscription }) => subscription)).toEqual([quick]);
    expect(story.lines).toEqual(['patient']);
  });
});

describe('The context of a handler', () => {
  it('has a signal that never aborts where nothing can abort the delivery, and keeps no listener for the next', async () => {
    const bus = new EventBus();
    const signals: AbortSignal[] = [];
    bus.subscribe(OrderPlaced, (_, { signal }) => signals.push(signal));
    bus.subscribe(OrderPlaced, async (_, { signal }) => signals.push(signal));
    await bus.publish(new OrderPlaced());
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    expect(signals[0]).not.toBe(signals[1]);
    expect(signals[0]).toBeInstanceOf(AbortSignal);
  });

  it('has the publisher’s own signal where there is one', async () => {
    const bus = new EventBus();
    const controller = new AbortController();
    let given: AbortSignal | undefined;
    bus.subscribe(OrderPlaced, (_, { signal }) => (given = signal));
    await bus.publish(new OrderPlaced(), { signal: controller.signal });
    expect(given).toBe(controller.signal);
  });
});
