import { EventBus, On } from 'class-events';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';

class OrderEvent {}
class OrderPlaced extends OrderEvent {
  constructor(readonly total = 0) {
    super();
  }
}

describe('One handler through several pairs', () => {
  let bus: EventBus;
  let story: Recorder;
  const outcomes = async (event: object): Promise<string[]> =>
    (await bus.publishSettled(event)).deliveries.map(({ status, reason }) =>
      status === 'skipped' ? String(reason) : status,
    );

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('runs once per event', async () => {
    const handler = story.handler('handler');
    bus.subscribe(OrderPlaced, handler);
    bus.subscribe(OrderEvent, handler);
    bus.subscribe(Object, handler);
    expect(await outcomes(new OrderPlaced())).toEqual(['fulfilled', 'shadowed', 'shadowed']);
    expect(story.take()).toEqual(['handler']);
    await bus.publish(new OrderEvent());
    await bus.publish(new OrderPlaced());
    expect(story.take()).toEqual(['handler', 'handler']);
  });

  it('runs by the first pair in plan order', async () => {
    const handler = story.handler('handler');
    bus.subscribe(OrderPlaced, handler);
    bus.subscribe(OrderPlaced, story.handler('between'), { priority: 1 });
    bus.subscribe(OrderEvent, handler, { priority: 2 });
    expect(await outcomes(new OrderPlaced())).toEqual(['fulfilled', 'fulfilled', 'shadowed']);
    expect(story.lines).toEqual(['handler', 'between']);
  });

  it('runs by the first pair whose filter lets the event pass', async () => {
    const handler = story.handler('handler');
    bus.subscribe(OrderPlaced, handler, { filter: ({ total }) => total > 100, priority: 1 });
    bus.subscribe(OrderEvent, handler);
    expect(await outcomes(new OrderPlaced(7))).toEqual(['filter', 'fulfilled']);
    expect(await outcomes(new OrderPlaced(700))).toEqual(['fulfilled', 'shadowed']);
    expect(story.lines).toEqual(['handler', 'handler']);
  });

  it('runs by the next pair when the filter of the first one throws, which is a failure of its own', async () => {
    const handler = story.handler('handler');
    const broken = new Error('broken filter');
    const first = bus.subscribe(OrderPlaced, handler, {
      filter: () => {
        throw broken;
      },
    });
    const second = bus.subscribe(OrderEvent, handler);
    const { report, errors } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(errors).toEqual([broken]);
    expect(report.deliveries).toEqual([
      { subscription: first, status: 'rejected', reason: broken },
      { subscription: second, status: 'fulfilled' },
    ]);
    expect(story.lines).toEqual(['handler']);
  });

  it('runs by the next pair when the first one has ended', async () => {
    const handler = story.handler('handler');
    bus.subscribe(OrderPlaced, () => first.unsubscribe(), { priority: 1 });
    const first = bus.subscribe(OrderPlaced, handler);
    bus.subscribe(OrderEvent, handler);
    expect(await outcomes(new OrderPlaced())).toEqual(['fulfilled', 'unsubscribed', 'fulfilled']);
  });

  it('does not run again by a later pair when it failed by the first', async () => {
    const handler = story.handler('handler', () => {
      throw new Error('failed');
    });
    bus.subscribe(OrderPlaced, handler);
    bus.subscribe(OrderEvent, handler);
    expect(await outcomes(new OrderPlaced())).toEqual(['rejected', 'shadowed']);
  });

  it('does not ask the filter of a pair that is shadowed, nor use up its once', async () => {
    const handler = story.handler('handler');
    bus.subscribe(OrderPlaced, handler);
    const base = bus.subscribe(OrderEvent, handler, { once: true, filter: () => story.lines.push('filter') > 0 });
    expect(await outcomes(new OrderPlaced())).toEqual(['fulfilled', 'shadowed']);
    expect(story.lines).toEqual(['handler']);
    expect(base.active).toBe(true);
  });

  it('runs once where the pairs differ in mode: the sync one comes first', async () => {
    const handler = story.handler('handler');
    bus.subscribe(OrderEvent, handler, { mode: 'async', priority: 9 });
    bus.subscribe(OrderPlaced, handler, { mode: 'sync' });
    expect(await outcomes(new OrderPlaced())).toEqual(['fulfilled', 'shadowed']);
  });

  it('runs an object’s stacked @On method once', async () => {
    class Audit {
      @On(OrderPlaced)
      @On(OrderEvent)
      note(): void {
        story.note('audit');
      }
    }
    bus.register(new Audit());
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['audit']);
  });
});
