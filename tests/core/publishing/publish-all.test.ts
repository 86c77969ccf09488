import { EventBus, PublishError, type PublishReport } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPaid } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf, rejectionOf } from '../../support/rejection.js';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}

describe('publishAll', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('publishes one after another, each settled before the next', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, async ({ orderId }) => {
      story.note(`${orderId} starts`);
      if (orderId === '1') await gate.promise;
      story.note(`${orderId} ends`);
    });
    const published = bus.publishAll([new OrderPlaced('1'), new OrderPlaced('2')]);
    await afterMicrotasks();
    expect(story.lines).toEqual(['1 starts']);
    gate.resolve();
    await published;
    expect(story.lines).toEqual(['1 starts', '1 ends', '2 starts', '2 ends']);
  });

  it('resolves with a report for each event, in their order', async () => {
    const events = [new OrderPlaced('1'), new OrderPaid(), new OrderPlaced('2')];
    const reports: PublishReport<OrderPlaced | OrderPaid>[] = await bus.publishAll(events);
    expect(reports.map(({ event }) => event)).toEqual(events);
    expect(reports.every(({ unhandled }) => unhandled)).toBe(true);
    expect(await bus.publishAll([])).toEqual([]);
  });

  it('takes anything that can be iterated, once', async () => {
    bus.subscribe(
      OrderPlaced,
      story.handler('placed', () => events.add(new OrderPlaced('late'))),
    );
    const events = new Set([new OrderPlaced('1'), new OrderPlaced('2')]);
    expect(await bus.publishAll(events)).toHaveLength(2);
    expect(story.take()).toHaveLength(2);
    function* generated(): Generator<OrderPlaced> {
      yield new OrderPlaced('3');
    }
    expect(await bus.publishAll(generated())).toHaveLength(1);
  });

  it.each([
    ['one event', new OrderPaid(), 'an object of OrderPaid. For one event there is publish.'],
    ['nothing', undefined, 'undefined. For one event there is publish.'],
    ['a promise', Promise.resolve([]), 'an object of Promise. Await it first.'],
    [
      'what comes later',
      { [Symbol.asyncIterator]: () => undefined },
      'a plain object. Publish each in a loop with for await.',
    ],
  ])('refuses %s in place of a list, with the remedy', async (_, wrong, message) => {
    const error = await rejectionOf(bus.publishAll(wrong as never));
    expect(error).toEqual(new TypeError(`publishAll takes a list of events, not ${message}`));
  });

  it('looks at all events before it publishes the first', async () => {
    class LaterOnly {}
    bus.subscribe(LaterOnly, () => undefined, { phase: 'afterCommit' });
    bus.subscribe(OrderPlaced, story.handler('never'));
    for (const wrong of [null, {}, OrderPaid, new LaterOnly()]) {
      await rejectionOf(bus.publishAll([new OrderPlaced('1'), wrong as object]));
    }
    expect(story.lines).toEqual([]);
  });

  it('publishes all of them even when one has failures', async () => {
    bus.subscribe(
      OrderPlaced,
      story.handler('placed', () => Promise.reject(new Error('failed'))),
    );
    await rejectionOf(bus.publishAll([new OrderPlaced('1'), new OrderPlaced('2'), new OrderPlaced('3')]));
    expect(story.lines).toEqual(['placed', 'placed', 'placed']);
  });

  it('then rejects with one PublishError: the errors of all, the reports of the failed ones', async () => {
    bus.subscribe(OrderPlaced, async ({ orderId }) => {
      if (orderId !== 'good') throw new Error(`async ${orderId}`);
    });
    bus.subscribe(OrderPlaced, ({ orderId }) => {
      if (orderId !== 'good') throw new Error(`sync ${orderId}`);
    });
    const events = [new OrderPlaced('good'), new OrderPlaced('1'), new OrderPlaced('2')] as const;
    const error = await publishErrorOf(bus.publishAll(events));
    expect(error.errors.map((each) => (each as Error).message)).toEqual(['sync 1', 'async 1', 'sync 2', 'async 2']);
    expect(error.reports.map(({ event }) => event)).toEqual([events[1], events[2]]);
    expect(error.report).toBe(error.reports[0]);
    expect(error.cause).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  describe('with a signal', () => {
    it('publishAll with a signal that is aborted already rejects with its reason, and nothing runs', async () => {
      bus.subscribe(OrderPlaced, story.handler('never'));
      const reason = new Error('early');
      const signal = AbortSignal.abort(reason);
      expect(await rejectionOf(bus.publishAll([new OrderPlaced('1')], { signal }))).toBe(reason);
      expect(story.lines).toEqual([]);
    });

    it('publishAll with a signal that aborts meanwhile publishes no further event, and rejects with its reason', async () => {
      const controller = new AbortController();
      bus.subscribe(
        OrderPlaced,
        story.handler('placed', () => controller.abort('enough')),
      );
      const events = [new OrderPlaced('1'), new OrderPlaced('2')];
      expect(await rejectionOf(bus.publishAll(events, { signal: controller.signal }))).toBe('enough');
      expect(story.lines).toEqual(['placed']);
    });

    it('publishAll with a signal that aborts after a failure loses neither the failure nor the reason', async () => {
      const controller = new AbortController();
      const failure = new Error('failed');
      bus.subscribe(OrderPlaced, () => {
        controller.abort('enough');
        throw failure;
      });
      const error = await publishErrorOf(
        bus.publishAll([new OrderPlaced('1'), new OrderPlaced('2')], { signal: controller.signal }),
      );
      expect(error.errors).toEqual([failure]);
      expect(error.cause).toBe('enough');
    });

    it('publishAll with a signal that aborts with no reason to speak of rejects all the same', async () => {
      const controller = new AbortController();
      bus.subscribe(OrderPlaced, () => controller.abort(undefined));
      const error = await rejectionOf(
        bus.publishAll([new OrderPlaced('1'), new OrderPlaced('2')], { signal: controller.signal }),
      );
      expect(error).not.toBeInstanceOf(PublishError);
      expect((error as Error).name).toBe('AbortError');
    });
  });
});
