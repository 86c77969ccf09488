import { EventBus } from 'class-events';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';

class OrderPlaced {
  constructor(public total = 0) {}
}

describe('A filter', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('decides whether the handler is called with this event', async () => {
    const subscription = bus.subscribe(OrderPlaced, story.handler('big'), { filter: ({ total }) => total > 100 });
    expect((await bus.publish(new OrderPlaced(7))).deliveries).toEqual([
      { subscription, status: 'skipped', reason: 'filter' },
    ]);
    expect((await bus.publish(new OrderPlaced(700))).deliveries).toEqual([{ subscription, status: 'fulfilled' }]);
    expect(story.lines).toEqual(['big']);
  });

  it('is asked once, at the handler’s turn', async () => {
    const asked: number[] = [];
    bus.subscribe(OrderPlaced, (event) => void (event.total = 500), { priority: 1 });
    bus.subscribe(OrderPlaced, story.handler('big'), { filter: ({ total }) => asked.push(total) > 0 });
    await bus.publish(new OrderPlaced());
    expect(asked).toEqual([500]);
    expect(story.lines).toEqual(['big']);
  });

  it('a filter that answers something truthy or falsy is understood', async () => {
    bus.subscribe(OrderPlaced, story.handler('truthy'), { filter: () => 'yes' as never });
    bus.subscribe(OrderPlaced, story.handler('falsy'), { filter: () => undefined as never });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['truthy']);
  });

  it('a filter that throws makes a rejected delivery, and the handler is not called', async () => {
    const error = new Error('broken filter');
    const subscription = bus.subscribe(OrderPlaced, story.handler('never'), {
      filter: () => {
        throw error;
      },
    });
    bus.subscribe(OrderPlaced, story.handler('next'));
    const { report } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(report.deliveries[0]).toEqual({ subscription, status: 'rejected', reason: error });
    expect(story.lines).toEqual(['next']);
  });

  it('a filter that refuses does not use up once', async () => {
    const subscription = bus.subscribe(OrderPlaced, story.handler('big'), {
      once: true,
      filter: ({ total }) => total > 100,
    });
    await bus.publish(new OrderPlaced(7));
    expect(subscription.active).toBe(true);
    await bus.publish(new OrderPlaced(700));
    await bus.publish(new OrderPlaced(700));
    expect(story.lines).toEqual(['big']);
  });

  it('a filter that throws does not use up once', async () => {
    let broken = true;
    bus.subscribe(OrderPlaced, story.handler('once'), {
      once: true,
      filter: () => {
        if (broken) throw new Error('broken filter');
        return true;
      },
    });
    await publishErrorOf(bus.publish(new OrderPlaced()));
    broken = false;
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['once']);
  });
});

describe('A once handler', () => {
  it('is used up when it is called, before it has ended', async () => {
    const bus = new EventBus();
    let activeInside: boolean | undefined;
    const subscription = bus.subscribe(
      OrderPlaced,
      async () => {
        activeInside = subscription.active;
      },
      { once: true },
    );
    await bus.publish(new OrderPlaced());
    expect(activeInside).toBe(false);
  });

  it('is used up when it fails, at once or later', async () => {
    const bus = new EventBus();
    const story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('sync', fail), { once: true });
    bus.subscribe(OrderPlaced, story.asyncHandler('async', fail), { once: true });
    await publishErrorOf(bus.publish(new OrderPlaced()));
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
    expect(story.lines).toEqual(['sync', 'async']);
  });

  it('may be retried by its around, which is still the one delivery', async () => {
    const bus = new EventBus();
    const story = new Recorder();
    bus.subscribe(
      OrderPlaced,
      story.handler('attempt', () => {
        if (story.lines.length < 3) throw new Error('not yet');
      }),
      { once: true, around: retrying },
    );
    await bus.publish(new OrderPlaced());
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['attempt', 'attempt', 'attempt']);
  });

  it('is not used up by an event that was stopped, unsubscribed or aborted before it', async () => {
    const bus = new EventBus();
    const story = new Recorder();
    const controller = new AbortController();
    bus.subscribe(OrderPlaced, () => controller.abort('enough'), { priority: 1, once: true });
    const subscription = bus.subscribe(OrderPlaced, story.handler('once'), { once: true });
    await bus.publish(new OrderPlaced(), { signal: controller.signal });
    expect(subscription.active).toBe(true);
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['once']);
  });
});

function retrying(run: () => unknown): unknown {
  try {
    return run();
  } catch {
    return retrying(run);
  }
}

function fail(): never {
  throw new Error('failed');
}
