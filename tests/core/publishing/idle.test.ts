import { EventBus } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPaid, OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';

describe('idle', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('settles at once when nothing is in flight', async () => {
    bus.subscribe(OrderPlaced, story.handler('sync'));
    await bus.idle();
    bus.emit(new OrderPlaced());
    await bus.idle();
  });

  it('settles when nothing is in flight any more, emitted work included', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, () => gate.promise);
    bus.emit(new OrderPlaced());
    const idle = bus.idle().then(() => story.note('idle'));
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
    gate.resolve();
    await idle;
  });

  it('waits for the last of several', async () => {
    const gates = [new Deferred(), new Deferred()];
    bus.subscribe(OrderPlaced, () => gates[0]?.promise);
    bus.subscribe(OrderPaid, () => gates[1]?.promise);
    bus.emit(new OrderPlaced());
    bus.emit(new OrderPaid());
    const idle = Promise.all([bus.idle(), bus.idle()]).then(() => story.note('idle'));
    gates[1]?.resolve();
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
    gates[0]?.resolve();
    await idle;
  });

  it('waits for what late handlers emit', async () => {
    const gates = [new Deferred(), new Deferred()];
    bus.subscribe(OrderPlaced, async () => {
      await gates[0]?.promise;
      bus.emit(new OrderPaid());
    });
    bus.subscribe(OrderPaid, () => gates[1]?.promise);
    bus.emit(new OrderPlaced());
    const idle = bus.idle().then(() => story.note('idle'));
    gates[0]?.resolve();
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
    gates[1]?.resolve();
    await idle;
  });

  it('waits for work that failed as for any other', async () => {
    bus = new EventBus({ onError: () => story.note('onError') });
    bus.subscribe(OrderPlaced, async () => {
      await Promise.resolve();
      throw new Error('failed');
    });
    bus.emit(new OrderPlaced());
    await bus.idle();
    expect(story.lines).toEqual(['onError']);
  });

  it('waits for all events of a publishAll', async () => {
    bus.subscribe(OrderPlaced, story.asyncHandler('placed'));
    void bus.publishAll([new OrderPlaced(), new OrderPlaced(), new OrderPlaced()]);
    await bus.idle();
    expect(story.lines).toEqual(['placed', 'placed', 'placed']);
  });

  it('called inside a handler, waits for that handler’s own event too', async () => {
    const gate = new Deferred();
    let idle: Promise<void> | undefined;
    bus.subscribe(OrderPlaced, () => {
      idle = bus.idle().then(() => story.note('idle'));
      return gate.promise;
    });
    bus.emit(new OrderPlaced());
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
    gate.resolve();
    await idle;
  });

  it('settles again and again', async () => {
    bus.subscribe(OrderPlaced, story.asyncHandler('placed'));
    for (let round = 0; round < 3; round++) {
      bus.emit(new OrderPlaced());
      await bus.idle();
    }
    expect(story.lines).toHaveLength(3);
  });
});
