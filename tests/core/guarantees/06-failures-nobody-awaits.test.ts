import { EventBus, HandlerFailed, type HandlerOptions, HandlerTimeoutError } from 'class-events';
import { afterMicrotasks } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf, rejectionOf } from '../../support/rejection.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

describe('Failures nobody awaits', () => {
  const uncaught = collectUncaughtErrors();
  const failure = new Error('no stock');
  let story: Recorder;
  let heard: HandlerFailed[];

  beforeEach(() => {
    story = new Recorder();
    heard = [];
  });

  const fail = (): never => {
    throw failure;
  };
  const failLater = async (): Promise<void> => {
    await Promise.resolve();
    throw failure;
  };

  function busWith({ onError = false, subscribed = false }): EventBus {
    const bus = new EventBus(
      onError
        ? {
            onError: (failed) => {
              story.note('onError');
              heard.push(failed);
            },
          }
        : {},
    );
    if (subscribed) {
      bus.subscribe(HandlerFailed, (failed) => {
        story.note('HandlerFailed');
        heard.push(failed);
      });
    }
    return bus;
  }

  describe.each([
    ['sync', fail],
    ['async', failLater],
  ] as const)('of a handler that is %s', (mode, handler) => {
    it('are dispatched as HandlerFailed if anyone subscribed to it', async () => {
      const bus = busWith({ onError: true, subscribed: true });
      const event = new OrderPlaced();
      const subscription = bus.subscribe(OrderPlaced, handler);
      expect(subscription.mode).toBe(mode);
      bus.emit(event);
      await bus.idle();
      expect(story.lines).toEqual(['HandlerFailed']);
      expect(heard).toHaveLength(1);
      expect(heard[0]?.event).toBe(event);
      expect(heard[0]?.error).toBe(failure);
      expect(heard[0]?.subscription).toBe(subscription);
      expect(uncaught).toEqual([]);
    });

    it('failures of a handler go to onError if no HandlerFailed handler is there', async () => {
      const bus = busWith({ onError: true });
      const event = new OrderPlaced();
      const subscription = bus.subscribe(OrderPlaced, handler);
      bus.emit(event);
      await bus.idle();
      expect(heard).toEqual([{ event, error: failure, subscription }]);
      expect(heard[0]).toBeInstanceOf(HandlerFailed);
      expect(uncaught).toEqual([]);
    });

    it('failures of a handler surface as the very object that was thrown if there is no onError', async () => {
      const bus = busWith({});
      bus.subscribe(OrderPlaced, handler);
      bus.emit(new OrderPlaced());
      await bus.idle();
      await afterMicrotasks();
      expect(uncaught).toEqual([failure]);
      expect(uncaught[0]).toBe(failure);
    });
  });

  it('are as many as handlers failed', async () => {
    const bus = busWith({ subscribed: true });
    bus.subscribe(OrderPlaced, failLater);
    bus.subscribe(OrderPlaced, fail);
    bus.subscribe(OrderPlaced, () => {
      throw new TypeError('another');
    });
    bus.emit(new OrderPlaced());
    await bus.idle();
    expect(heard.map(({ error }) => String(error))).toEqual([
      'Error: no stock',
      'TypeError: another',
      'Error: no stock',
    ]);
  });

  it('failures of an event that was emitted in a handler go their own way, not to the publisher of the cause', async () => {
    class OrderPaid {}
    const bus = busWith({ onError: true });
    bus.subscribe(OrderPaid, fail);
    bus.subscribe(OrderPlaced, () => bus.emit(new OrderPaid()));
    const { failures } = await bus.publish(new OrderPlaced());
    expect(failures).toEqual([]);
    expect(story.lines).toEqual(['onError']);
  });

  describe('a failing HandlerFailed handler', () => {
    it('is not wrapped again: its failure goes to onError, and the one that it was told as well', async () => {
      const bus = busWith({ onError: true });
      const second = new Error('the logger is broken');
      const logger = bus.subscribe(HandlerFailed, () => {
        story.note('logger');
        throw second;
      });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await bus.idle();
      expect(story.lines).toEqual(['logger', 'onError', 'onError']);
      expect(heard.map(({ error }) => error)).toEqual([second, failure]);
      expect(heard[0]?.subscription).toBe(logger);
      expect(heard[0]?.event).toBeInstanceOf(HandlerFailed);
      expect(uncaught).toEqual([]);
    });

    it.each(['sync', 'async', 'in time', 'in its around', 'in its filter'])(
      'surfaces where there is no onError, and the failure that it was told as well: %s',
      async (how) => {
        const bus = busWith({});
        const second = new Error('the logger is broken');
        const logger = (): never => {
          throw second;
        };
        const options: Record<string, HandlerOptions<HandlerFailed>> = {
          'in time': { timeout: 1 },
          'in its around': { around: logger },
          'in its filter': { filter: logger },
        };
        const handler =
          how === 'async' ? async () => logger() : how === 'in time' ? () => new Promise(() => undefined) : logger;
        bus.subscribe(HandlerFailed, handler, options[how]);
        bus.subscribe(OrderPlaced, fail);
        bus.emit(new OrderPlaced());
        await bus.idle();
        await afterMicrotasks();
        expect(uncaught).toEqual([how === 'in time' ? expect.any(HandlerTimeoutError) : second, failure]);
      },
    );

    it('hides no failure when a module that was to take it over throws', async () => {
      const bus = busWith({});
      const second = new Error('the outbox is broken');
      bus.ports.deferrals.add({
        accepts: () => true,
        accept() {
          throw second;
        },
      });
      bus.subscribe(HandlerFailed, () => undefined, { durable: 'log.failures' });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await afterMicrotasks();
      expect(uncaught).toEqual([second, failure]);
    });

    it('tells a publisher of its own failure alone', async () => {
      const bus = busWith({ onError: true });
      const second = new Error('the logger is broken');
      bus.subscribe(HandlerFailed, () => Promise.reject(second));
      bus.subscribe(OrderPlaced, fail);
      expect((await publishErrorOf(bus.publish(new OrderPlaced()))).errors).toEqual([failure]);
      await afterMicrotasks();
      expect(heard.map(({ error }) => error)).toEqual([second]);
    });

    it('does not keep the other HandlerFailed handlers from being told', async () => {
      const bus = busWith({ onError: true });
      bus.subscribe(HandlerFailed, () => {
        throw new Error('the logger is broken');
      });
      bus.subscribe(HandlerFailed, story.handler('next'));
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await bus.idle();
      expect(story.lines).toEqual(['onError', 'next']);
    });
  });

  describe('of a publish', () => {
    it.each(['publish', 'publishSettled'] as const)(
      'failures of a publish by %s are dispatched as HandlerFailed too',
      async (how) => {
        const bus = busWith({ onError: true, subscribed: true });
        bus.subscribe(OrderPlaced, fail);
        const published = bus[how](new OrderPlaced());
        expect(heard.map(({ error }) => error)).toEqual([failure]);
        await published.catch(() => story.note('rejected'));
        expect(story.lines).toEqual(how === 'publish' ? ['HandlerFailed', 'rejected'] : ['HandlerFailed']);
      },
    );

    it('failures of a publish by publishAll are dispatched as HandlerFailed too', async () => {
      const bus = busWith({ subscribed: true });
      bus.subscribe(OrderPlaced, failLater);
      await publishErrorOf(bus.publishAll([new OrderPlaced(), new OrderPlaced()]));
      expect(heard).toHaveLength(2);
    });

    it('reach HandlerFailed before the promise rejects', async () => {
      const bus = busWith({ subscribed: true });
      bus.subscribe(OrderPlaced, failLater);
      await rejectionOf(bus.publish(new OrderPlaced()));
      expect(story.lines).toEqual(['HandlerFailed']);
    });

    it('are the publisher’s: neither onError nor the platform is told', async () => {
      const bus = busWith({ onError: true });
      bus.subscribe(OrderPlaced, fail);
      bus.subscribe(OrderPlaced, failLater);
      await publishErrorOf(bus.publish(new OrderPlaced()));
      await bus.publishSettled(new OrderPlaced());
      await afterMicrotasks();
      expect(heard).toEqual([]);
      expect(uncaught).toEqual([]);
    });
  });

  describe('and onError', () => {
    it('an onError that throws makes its error surface, and the failure too', async () => {
      const second = new Error('onError is broken');
      const bus = new EventBus({
        onError: () => {
          throw second;
        },
      });
      bus.subscribe(OrderPlaced, fail);
      bus.subscribe(OrderPlaced, story.handler('next'));
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['next']);
      await afterMicrotasks();
      expect(uncaught).toEqual([second, failure]);
    });

    it('an onError that rejects makes its reason surface, and the failure too', async () => {
      const second = new Error('onError is broken');
      const bus = new EventBus({ onError: () => Promise.reject(second) });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await afterMicrotasks();
      expect(uncaught).toEqual([second, failure]);
    });

    it('an onError that throws the failure itself again makes it surface once', async () => {
      const bus = new EventBus({
        onError: ({ error }) => {
          throw error;
        },
      });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await afterMicrotasks();
      expect(uncaught).toEqual([failure]);
    });

    it('an onError that answers with a thenable whose then cannot be read makes that surface, and the failure too', async () => {
      const second = new Error('no then');
      const answer = {
        // eslint-disable-next-line unicorn/no-thenable -- the case that is tested
        get then(): never {
          throw second;
        },
      };
      const bus = new EventBus({ onError: () => answer });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await afterMicrotasks();
      expect(uncaught).toEqual([second, failure]);
    });

    it('an onError that resolves later makes nothing surface', async () => {
      const bus = new EventBus({ onError: () => afterMicrotasks() });
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      await afterMicrotasks();
      expect(uncaught).toEqual([]);
    });

    it('may publish and emit', async () => {
      class Alarm {}
      const bus: EventBus = new EventBus({
        onError: () => {
          bus.emit(new Alarm());
          return bus.publish(new Alarm());
        },
      });
      bus.subscribe(Alarm, story.handler('alarm'));
      bus.subscribe(OrderPlaced, fail);
      bus.emit(new OrderPlaced());
      expect(story.lines).toEqual(['alarm', 'alarm']);
    });
  });
});
