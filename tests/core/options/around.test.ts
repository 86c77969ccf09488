import { EventBus } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf, thrownBy } from '../../support/rejection.js';

/** At most so many at once, as p-limit does it. */
function slots(count: number): (run: () => unknown) => Promise<unknown> {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return async (run) => {
    if (taken === count) await new Promise<void>((free) => waiting.push(free));
    taken++;
    try {
      return await run();
    } finally {
      taken--;
      waiting.shift()?.();
    }
  };
}

describe('around', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('wraps the delivery, and is given the event', async () => {
    const seen: object[] = [];
    bus.subscribe(OrderPlaced, story.handler('handler'), {
      around: (run, event) => {
        seen.push(event);
        story.note('before');
        run();
        story.note('after');
      },
    });
    const event = new OrderPlaced();
    await bus.publish(event);
    expect(story.lines).toEqual(['before', 'handler', 'after']);
    expect(seen).toEqual([event]);
  });

  it('is given what the handler returns or throws', async () => {
    const error = new Error('failed');
    const results: unknown[] = [];
    bus.subscribe(OrderPlaced, () => 'value', { around: (run) => results.push(run()) });
    bus.subscribe(
      OrderPlaced,
      () => {
        throw error;
      },
      { around: (run) => results.push(thrownBy(run)) },
    );
    const { failures } = await bus.publish(new OrderPlaced());
    expect(results).toEqual(['value', error]);
    expect(failures).toEqual([]);
  });

  it('is called when the handler’s turn has come, and starts before publish returns', async () => {
    bus.subscribe(OrderPlaced, story.asyncHandler('handler'), { around: (run) => (story.note('around'), run()) });
    bus.subscribe(OrderPlaced, story.handler('sync'));
    const published = bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['sync', 'around', 'handler']);
    await published;
  });

  it('may return a promise where the handler is sync: it settles with the async ones', async () => {
    const gate = new Deferred();
    const around = async (run: () => unknown): Promise<unknown> => {
      await gate.promise;
      return run();
    };
    const subscription = bus.subscribe(OrderPlaced, story.handler('handler'), { around });
    bus.subscribe(OrderPlaced, story.handler('next'));
    expect(subscription.mode).toBe('sync');
    const published = bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['next']);
    gate.resolve();
    expect((await published).deliveries).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    expect(story.lines).toEqual(['next', 'handler']);
  });

  it('may limit how many run at once', async () => {
    let running = 0;
    let most = 0;
    const gates = Array.from({ length: 5 }, () => new Deferred());
    let started = 0;
    bus.subscribe(
      OrderPlaced,
      async () => {
        most = Math.max(most, ++running);
        await gates[started++]?.promise;
        running--;
      },
      { around: slots(2) },
    );
    const published = gates.map(() => bus.publish(new OrderPlaced()));
    await afterMicrotasks();
    expect(started).toBe(2);
    for (const gate of gates) {
      gate.resolve();
      await afterMicrotasks();
    }
    const reports = await Promise.all(published);
    expect(reports.flatMap(({ deliveries }) => deliveries.map(({ status }) => status))).toEqual(
      Array(5).fill('fulfilled'),
    );
    expect(most).toBe(2);
  });

  it('may let no two deliveries of one handler overlap, in the order of the events', async () => {
    const gate = new Deferred();
    bus.subscribe(
      OrderPlaced,
      async ({ orderId }) => {
        story.note(`${orderId} starts`);
        await gate.promise;
        story.note(`${orderId} ends`);
      },
      { around: slots(1) },
    );
    const published = [bus.publish(new OrderPlaced('1')), bus.publish(new OrderPlaced('2'))];
    gate.resolve();
    await Promise.all(published);
    expect(story.lines).toEqual(['1 starts', '1 ends', '2 starts', '2 ends']);
  });

  it('may call run again: the delivery is what around comes to', async () => {
    const handler = story.handler('attempt', () => {
      if (story.lines.length < 3) throw new Error(`failed ${story.lines.length}`);
    });
    bus.subscribe(OrderPlaced, handler, {
      around: async (run) => {
        for (;;) {
          try {
            return await run();
          } catch {
            await Promise.resolve();
          }
        }
      },
    });
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['attempt', 'attempt', 'attempt']);
    expect(deliveries).toMatchObject([{ status: 'fulfilled' }]);
  });

  it('may give up: the delivery is rejected with what it throws', async () => {
    const givenUp = new Error('given up');
    bus.subscribe(
      OrderPlaced,
      () => {
        throw new Error('failed');
      },
      {
        around: (run) => {
          thrownBy(run);
          throw givenUp;
        },
      },
    );
    expect((await publishErrorOf(bus.publish(new OrderPlaced()))).errors).toEqual([givenUp]);
  });

  it.each([
    ['at once', () => undefined],
    ['later', async () => Promise.resolve()],
  ])('an around that never calls run, ending %s, makes a skipped delivery', async (_, around) => {
    const subscription = bus.subscribe(OrderPlaced, story.handler('never'), { around });
    const { deliveries, unhandled } = await bus.publish(new OrderPlaced());
    expect(deliveries).toEqual([{ subscription, status: 'skipped', reason: 'around' }]);
    expect(unhandled).toBe(false);
    expect(story.lines).toEqual([]);
  });

  it('an around that throws makes a rejected delivery, and stops no other handler', async () => {
    const error = new Error('no slot');
    bus.subscribe(OrderPlaced, story.handler('never'), {
      around: () => {
        throw error;
      },
    });
    bus.subscribe(OrderPlaced, story.handler('never either'), { around: () => Promise.reject(error) });
    bus.subscribe(OrderPlaced, story.handler('next'));
    expect((await publishErrorOf(bus.publish(new OrderPlaced()))).errors).toEqual([error, error]);
    expect(story.lines).toEqual(['next']);
  });

  it('an around that has ended cannot run the handler any more, and is told so', async () => {
    const kept: (() => unknown)[] = [];
    bus.subscribe(OrderPlaced, story.handler('never'), { around: (run) => void kept.push(run), name: 'reserve' });
    bus.subscribe(OrderPlaced, story.handler('never'), { around: async (run) => void kept.push(run), name: 'reserve' });
    await bus.publish(new OrderPlaced());
    for (const run of kept) expect(run).toThrow(/reserve .*after its around had ended/);
    expect(kept).toHaveLength(2);
    expect(story.lines).toEqual([]);
  });

  it('does nothing when it runs the handler after unsubscribe', async () => {
    const slot = new Deferred();
    const results: unknown[] = [];
    const subscription = bus.subscribe(OrderPlaced, story.handler('never'), {
      around: async (run) => {
        await slot.promise;
        results.push(run());
      },
    });
    const published = bus.publish(new OrderPlaced());
    subscription.unsubscribe();
    slot.resolve();
    expect((await published).deliveries).toEqual([{ subscription, status: 'skipped', reason: 'unsubscribed' }]);
    expect(results).toEqual([undefined]);
    expect(story.lines).toEqual([]);
  });

  it('does nothing when it runs the handler after the publisher has aborted', async () => {
    const slot = new Deferred();
    const controller = new AbortController();
    const subscription = bus.subscribe(OrderPlaced, story.handler('never'), {
      around: async (run) => {
        await slot.promise;
        return run();
      },
    });
    const published = bus.publish(new OrderPlaced(), { signal: controller.signal });
    controller.abort();
    slot.resolve();
    expect((await published).deliveries).toEqual([{ subscription, status: 'skipped', reason: 'aborted' }]);
    expect(story.lines).toEqual([]);
  });

  it.each(['unsubscribe', 'abort'])(
    'does not make a success of a failed attempt that could not be repeated after %s',
    async (how) => {
      const pause = new Deferred();
      const controller = new AbortController();
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
      const published = bus.publishSettled(new OrderPlaced(), { signal: controller.signal });
      if (how === 'abort') controller.abort();
      else subscription.unsubscribe();
      pause.resolve();
      const { deliveries } = await published;
      expect(story.lines).toEqual(['attempt']);
      expect(deliveries[0]?.status).not.toBe('fulfilled');
    },
  );
});
