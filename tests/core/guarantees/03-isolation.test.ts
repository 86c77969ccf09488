import { EventBus, PublishError } from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';

function failing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

describe('Isolation', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('lets no failing handler stop another', async () => {
    bus.subscribe(OrderPlaced, story.handler('one', failing(new Error('one'))));
    bus.subscribe(OrderPlaced, story.handler('two'));
    bus.subscribe(OrderPlaced, story.asyncHandler('three', failing(new Error('three'))));
    bus.subscribe(OrderPlaced, story.asyncHandler('four'));
    const { report } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(story.lines).toEqual(['one', 'two', 'three', 'four']);
    expect(report.deliveries.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('treats a synchronous throw of an async handler as a rejection like any other', async () => {
    const error = new Error('at once');
    bus.subscribe(OrderPlaced, failing(error), { mode: 'async' });
    bus.subscribe(OrderPlaced, story.asyncHandler('next'));
    const published = bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['next']);
    expect((await publishErrorOf(published)).errors).toEqual([error]);
  });

  it('rejects when the last handler has settled, never earlier', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, failing(new Error('early')));
    bus.subscribe(OrderPlaced, () => gate.promise, { mode: 'async' });
    const published = publishErrorOf(bus.publish(new OrderPlaced())).then(() => story.note('rejected'));
    await afterMicrotasks();
    expect(story.lines).toEqual([]);
    gate.resolve();
    await published;
    expect(story.lines).toEqual(['rejected']);
  });

  it('brings all failures together, as the same objects that were thrown, in one PublishError', async () => {
    const thrown = [new Error('a'), 'a string', undefined, Object.freeze({ code: 7 }), null];
    for (const error of thrown) bus.subscribe(OrderPlaced, failing(error));
    const error = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(error.errors).toHaveLength(thrown.length);
    error.errors.forEach((each, index) => expect(each).toBe(thrown[index]));
  });

  it('orders the errors as the plan does, not as they came', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, () => gate.promise.then(failing('late')), { mode: 'async', priority: 1 });
    bus.subscribe(OrderPlaced, async () => failing('early')());
    bus.subscribe(OrderPlaced, failing('sync'));
    const published = bus.publish(new OrderPlaced());
    await afterMicrotasks();
    gate.resolve();
    expect((await publishErrorOf(published)).errors).toEqual(['sync', 'late', 'early']);
  });

  it('lets the PublishError carry the report', async () => {
    const event = new OrderPlaced();
    const error = new Error('no stock');
    const failed = bus.subscribe(OrderPlaced, failing(error), { name: 'reserve' });
    const publishError = await publishErrorOf(bus.publish(event));
    const { report } = publishError;
    expect(report.event).toBe(event);
    expect(report.deliveries).toEqual([{ subscription: failed, status: 'rejected', reason: error }]);
    expect(report.failures).toEqual(report.deliveries);
    expect(report.failures[0]?.subscription).toBe(failed);
    expect(publishError.reports).toEqual([report]);
  });

  it('says in the message which handlers of which event failed with what', async () => {
    bus.subscribe(OrderPlaced, failing(new Error('no stock')), { name: 'reserve' });
    bus.subscribe(OrderPlaced, failing('no mail'), { name: 'sendReceipt' });
    const error = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(error.name).toBe('PublishError');
    expect(error.message).toMatch(/^2 .*OrderPlaced.*reserve: Error: no stock.*sendReceipt: no mail/s);
  });

  it('has a PublishError even for what cannot be written as text', async () => {
    const mute = Object.create(null) as object;
    bus.subscribe(OrderPlaced, failing(mute));
    bus.subscribe(OrderPlaced, failing(Symbol('why')));
    const error = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(error.errors[0]).toBe(mute);
  });

  it('resolves publishSettled with the report where publish would reject', async () => {
    const error = new Error('no stock');
    bus.subscribe(OrderPlaced, failing(error));
    bus.subscribe(OrderPlaced, async () => failing('later')());
    const report = await bus.publishSettled(new OrderPlaced());
    expect(report.failures.map(({ reason }) => reason)).toEqual([error, 'later']);
  });

  it('does not let a PublishError be confused with a handler that threw one', async () => {
    class Inner {}
    bus.subscribe(Inner, failing('inner'));
    bus.subscribe(OrderPlaced, () => bus.publish(new Inner()));
    const error = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(error.report.event).toBeInstanceOf(OrderPlaced);
    expect(error.errors).toHaveLength(1);
    const inner = error.errors[0] as PublishError;
    expect(inner).toBeInstanceOf(PublishError);
    expect(inner.errors).toEqual(['inner']);
  });
});
