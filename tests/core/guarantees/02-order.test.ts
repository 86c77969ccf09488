import { EventBus } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { Recorder } from '../../support/recorder.js';

abstract class DomainEvent {}
class OrderEvent extends DomainEvent {}
class OrderPlaced extends OrderEvent {}

describe('Order', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('runs sync handlers first, one after another, each finished before the next', () => {
    bus.subscribe(OrderPlaced, story.asyncHandler('async'));
    for (const name of ['one', 'two', 'three']) {
      bus.subscribe(OrderPlaced, () => {
        story.note(`${name} starts`);
        story.note(`${name} ends`);
      });
    }
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual([
      'one starts',
      'one ends',
      'two starts',
      'two ends',
      'three starts',
      'three ends',
      'async',
    ]);
  });

  it('starts the async handlers in order', () => {
    bus.subscribe(OrderPlaced, story.asyncHandler('third'));
    bus.subscribe(OrderPlaced, story.asyncHandler('second'), { priority: 1 });
    bus.subscribe(OrderPlaced, story.asyncHandler('first'), { priority: 2 });
    bus.subscribe(OrderPlaced, story.asyncHandler('fourth'));
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('settles the async handlers together', async () => {
    const slow = new Deferred();
    const quick = new Deferred();
    bus.subscribe(OrderPlaced, () => slow.promise.then(() => story.note('slow')), { mode: 'async' });
    bus.subscribe(OrderPlaced, () => quick.promise.then(() => story.note('quick')), { mode: 'async' });
    const published = bus.publish(new OrderPlaced()).then(() => story.note('published'));
    quick.resolve();
    await afterMicrotasks();
    expect(story.lines).toEqual(['quick']);
    slow.resolve();
    await published;
    expect(story.lines).toEqual(['quick', 'slow', 'published']);
  });

  it('has one total order over the whole class hierarchy: priority, then the order of subscription', () => {
    bus.subscribe(DomainEvent, story.handler('base, 0'));
    bus.subscribe(OrderPlaced, story.handler('class, 0'));
    bus.subscribe(OrderEvent, story.handler('between, 5'), { priority: 5 });
    bus.subscribe(Object, story.handler('all, 10'), { priority: 10 });
    bus.subscribe(OrderPlaced, story.handler('class, 5'), { priority: 5 });
    bus.subscribe(DomainEvent, story.handler('base, -1'), { priority: -1 });
    bus.subscribe(OrderEvent, story.handler('between, 0'));
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['all, 10', 'between, 5', 'class, 5', 'base, 0', 'class, 0', 'between, 0', 'base, -1']);
  });

  it('puts every sync handler before every async one, whatever their priorities', () => {
    bus.subscribe(OrderPlaced, story.asyncHandler('async, 100'), { priority: 100 });
    bus.subscribe(OrderPlaced, story.handler('sync, -100'), { priority: -100 });
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['sync, -100', 'async, 100']);
  });

  it('knows infinite and fractional priorities', () => {
    bus.subscribe(OrderPlaced, story.handler('last'), { priority: -Infinity });
    bus.subscribe(OrderPlaced, story.handler('first'), { priority: Infinity });
    bus.subscribe(OrderPlaced, story.handler('second'), { priority: Infinity });
    bus.subscribe(OrderPlaced, story.handler('half'), { priority: 0.5 });
    bus.subscribe(OrderPlaced, story.handler('minus zero'), { priority: -0 });
    bus.subscribe(OrderPlaced, story.handler('zero'), { priority: 0 });
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['first', 'second', 'half', 'minus zero', 'zero', 'last']);
  });

  it('keeps the place of a sync handler that returns a thenable, and settles its promise with the async ones', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, story.asyncHandler('async'));
    bus.subscribe(OrderPlaced, () => {
      story.note('thenable');
      return gate.promise;
    });
    bus.subscribe(OrderPlaced, story.handler('sync'));
    const published = bus.publish(new OrderPlaced()).then(() => story.note('published'));
    expect(story.lines).toEqual(['thenable', 'sync', 'async']);
    await afterMicrotasks();
    expect(story.lines).not.toContain('published');
    gate.resolve();
    await published;
  });

  it('puts a handler that subscribes again at the end', () => {
    const first = story.handler('first');
    bus.subscribe(OrderPlaced, first);
    bus.subscribe(OrderPlaced, story.handler('second'));
    bus.unsubscribe(OrderPlaced, first);
    bus.subscribe(OrderPlaced, first);
    bus.emit(new OrderPlaced());
    expect(story.lines).toEqual(['second', 'first']);
  });
});
