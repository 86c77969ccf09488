import { CascadeError, EventBus, HandlerFailed } from 'class-events';
import { afterMicrotasks } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf, rejectionOf } from '../../support/rejection.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

class ReceiptFailed {
  constructor(
    readonly orderId: string,
    readonly why: unknown,
  ) {}
}

describe('onFailure', () => {
  const uncaught = collectUncaughtErrors();
  const error = new Error('no mail');
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus({ onError: (failure) => story.note(`onError: ${String(failure.error)}`) });
    story = new Recorder();
  });

  const fail = (): never => {
    throw error;
  };

  it.each([
    ['sync', fail],
    ['async', async () => fail()],
  ] as const)('publishes an event of the subscriber’s own when its %s handler fails', async (_, handler) => {
    const seen: ReceiptFailed[] = [];
    bus.subscribe(ReceiptFailed, (event) => seen.push(event));
    bus.subscribe(OrderPlaced, handler, { onFailure: (why, { orderId }) => new ReceiptFailed(orderId, why) });
    await publishErrorOf(bus.publish(new OrderPlaced('o-7')));
    expect(seen).toEqual([new ReceiptFailed('o-7', error)]);
  });

  it('comes besides HandlerFailed, and after it', async () => {
    bus.subscribe(HandlerFailed, story.handler('HandlerFailed'));
    bus.subscribe(ReceiptFailed, story.handler('ReceiptFailed'));
    bus.subscribe(OrderPlaced, fail, { onFailure: () => new ReceiptFailed('o-1', error) });
    bus.subscribe(OrderPlaced, story.handler('next'));
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['next', 'HandlerFailed', 'ReceiptFailed']);
  });

  it('does not take the failure from the publisher or from onError', async () => {
    bus.subscribe(ReceiptFailed, story.handler('ReceiptFailed'));
    bus.subscribe(OrderPlaced, fail, { onFailure: () => new ReceiptFailed('o-1', error) });
    bus.emit(new OrderPlaced());
    expect(story.take()).toEqual(['onError: Error: no mail', 'ReceiptFailed']);
    expect((await publishErrorOf(bus.publish(new OrderPlaced()))).errors).toEqual([error]);
  });

  it('may return nothing', async () => {
    bus.subscribe(Object, story.handler('all'), { exact: true });
    bus.subscribe(OrderPlaced, fail, { onFailure: () => undefined });
    await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(story.lines).toEqual([]);
  });

  it('is not called for a handler that succeeds or is skipped', async () => {
    const onFailure = (): undefined => story.note('onFailure') as undefined;
    bus.subscribe(OrderPlaced, () => undefined, { onFailure });
    bus.subscribe(OrderPlaced, fail, { onFailure, filter: () => false });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual([]);
  });

  it('is called for a filter and an around that throw too, and for a timeout', async () => {
    const onFailure = (why: unknown): undefined => story.note((why as Error).name) as undefined;
    bus.subscribe(OrderPlaced, () => undefined, { onFailure, filter: fail });
    bus.subscribe(OrderPlaced, () => undefined, { onFailure, around: fail });
    bus.subscribe(OrderPlaced, () => new Promise(() => undefined), { onFailure, timeout: 1 });
    await rejectionOf(bus.publish(new OrderPlaced()));
    expect(story.lines).toEqual(['Error', 'Error', 'HandlerTimeoutError']);
  });

  it('counts for maxDepth: a circle of failures ends, and says so', async () => {
    const failures: HandlerFailed[] = [];
    bus = new EventBus({ maxDepth: 3, onError: (failure) => void failures.push(failure) });
    let attempts = 0;
    bus.subscribe(
      OrderPlaced,
      async () => {
        attempts++;
        fail();
      },
      { onFailure: () => new OrderPlaced('again') },
    );
    bus.emit(new OrderPlaced());
    await bus.idle();
    expect(attempts).toBe(3);
    const last = failures.at(-1)?.error as Error & { errors?: unknown[] };
    expect(last.cause).toBe(error);
    expect(last.message).toContain('OrderPlaced → OrderPlaced');
    expect(failures.filter((failure) => failure.error === error)).toHaveLength(3);
    expect(last.errors).toEqual([expect.any(CascadeError)]);
  });

  describe('that fails itself', () => {
    const second = new Error('broken onFailure');

    it('is reported with the first error as cause', async () => {
      const failures: HandlerFailed[] = [];
      bus.subscribe(HandlerFailed, (failure) => failures.push(failure));
      const event = new OrderPlaced();
      const subscription = bus.subscribe(OrderPlaced, fail, {
        name: 'sendReceipt',
        onFailure: () => {
          throw second;
        },
      });
      bus.subscribe(OrderPlaced, story.handler('next'));
      expect((await publishErrorOf(bus.publish(event))).errors).toEqual([error]);
      expect(failures).toHaveLength(2);
      expect(failures[0]?.error).toBe(error);
      expect(failures[1]).toMatchObject({ event, subscription });
      const reported = failures[1]?.error as Error;
      expect(reported.cause).toBe(error);
      expect(reported.message).toMatch(/onFailure of sendReceipt.*broken onFailure/);
      expect(story.lines).toEqual(['next']);
    });

    it('goes to onError also for a publish that is awaited, for nobody else would be told', async () => {
      bus.subscribe(OrderPlaced, fail, {
        onFailure: () => {
          throw second;
        },
      });
      await publishErrorOf(bus.publish(new OrderPlaced()));
      expect(story.lines).toEqual([expect.stringContaining('broken onFailure')]);
    });

    it('surfaces where there is no onError', async () => {
      bus = new EventBus();
      bus.subscribe(OrderPlaced, fail, {
        onFailure: () => {
          throw second;
        },
      });
      await publishErrorOf(bus.publish(new OrderPlaced()));
      await afterMicrotasks();
      expect(uncaught).toEqual([expect.objectContaining({ cause: error })]);
    });

    it('an onFailure that fails with what cannot be written as text is reported too, and stops no other handler', async () => {
      const mute = Object.create(null) as object;
      const failures: HandlerFailed[] = [];
      bus.subscribe(HandlerFailed, (failure) => failures.push(failure));
      bus.subscribe(OrderPlaced, fail, {
        onFailure: () => {
          // eslint-disable-next-line only-throw-error -- the case that is tested
          throw mute;
        },
      });
      bus.subscribe(OrderPlaced, story.handler('next'));
      await publishErrorOf(bus.publish(new OrderPlaced()));
      expect(story.lines).toEqual(['next']);
      expect(failures).toHaveLength(2);
    });

    it.each([
      ['null', null],
      ['a plain object', { orderId: 7 }],
      ['a class', ReceiptFailed],
    ])('an onFailure that fails by returning %s is reported the same way', async (_, wrong) => {
      bus.subscribe(OrderPlaced, fail, { onFailure: () => wrong as never });
      await publishErrorOf(bus.publish(new OrderPlaced()));
      expect(story.lines).toEqual([expect.stringMatching(/onFailure of fail .*cannot be published/)]);
    });
  });
});
