import { EventBus } from 'class-events';
import { Deferred } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';

describe('Start', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('has run the sync handlers before the call to publish returns', async () => {
    bus.subscribe(OrderPlaced, story.handler('first'));
    bus.subscribe(OrderPlaced, story.handler('second'));
    const published = bus.publish(new OrderPlaced());
    expect(story.take()).toEqual(['first', 'second']);
    await published;
  });

  it('has run the sync handlers before the call to emit returns', () => {
    bus.subscribe(OrderPlaced, story.handler('first'));
    bus.subscribe(OrderPlaced, story.handler('second'));
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['first', 'second']);
  });

  it.each(['publish', 'publishSettled', 'emit'] as const)(
    'has started every async handler before the call to %s returns',
    async (how) => {
      const gate = new Deferred();
      for (const name of ['one', 'two']) {
        bus.subscribe(OrderPlaced, async () => {
          story.note(`${name} starts`);
          await gate.promise;
          story.note(`${name} ends`);
        });
      }
      const published = bus[how](new OrderPlaced());
      expect(story.take()).toEqual(['one starts', 'two starts']);
      gate.resolve();
      await published;
      await bus.idle();
      expect(story.take()).toEqual(['one ends', 'two ends']);
    },
  );

  it('has published the first of several before the call to publishAll returns', async () => {
    bus.subscribe(OrderPlaced, story.handler('handler'));
    const published = bus.publishAll([new OrderPlaced(), new OrderPlaced()]);
    expect(story.lines).toEqual(['handler']);
    await published;
    expect(story.lines).toEqual(['handler', 'handler']);
  });

  it('shows a caller that asserts on the next line what the handlers did synchronously', async () => {
    let stock = 1;
    bus.subscribe(OrderPlaced, () => void stock--);
    bus.subscribe(OrderPlaced, async () => void stock--);
    const published = bus.publish(new OrderPlaced());
    expect(stock).toBe(-1);
    await published;
  });

  it('has started a nested publish, though not a nested emit, before its call returns', () => {
    class OrderPaid {}
    bus.subscribe(OrderPaid, story.handler('paid'));
    bus.subscribe(OrderPlaced, async () => {
      bus.emit(new OrderPaid());
      story.note('after emit');
      const published = bus.publish(new OrderPaid());
      story.note('after publish');
      await published;
    });
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['after emit', 'paid', 'after publish', 'paid']);
  });
});
