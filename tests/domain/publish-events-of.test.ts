import { BusClosedError, CascadeError, CloseTimeoutError, EventBus, NoUnitOfWorkError } from 'class-events';
import { type Aggregate, publishEventsOf } from 'class-events/domain';
import { afterMicrotasks, Deferred } from '../support/deferred.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';
import { Order, OrderPlaced, OrderShipped, told } from './order.js';

describe('publishEventsOf', () => {
  let bus: EventBus;
  let story: Recorder;
  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    bus.subscribe([OrderPlaced, OrderShipped], (event) => story.note(`${event.constructor.name} ${event.orderId}`));
  });

  it('publishes in the order of recording, aggregates in the order given, and resolves with a report for each', async () => {
    const [first, second] = [new Order('o-1').place().ship(), new Order('o-2').place()];
    const reports = await publishEventsOf(bus, second, first);
    const expected = ['OrderPlaced o-2', 'OrderPlaced o-1', 'OrderShipped o-1'];
    expect(story.lines).toEqual(expected);
    expect(told(reports.map(({ event }) => event))).toEqual(expected);
  });

  it('publishes each event once, however often it is called and an aggregate is given', async () => {
    const order = new Order().place();
    await publishEventsOf(bus, order, order);
    expect(await publishEventsOf(bus, order)).toEqual([]);
    expect(await publishEventsOf(bus)).toEqual([]);
    expect(story.lines).toEqual(['OrderPlaced o-1']);
  });

  it('has run the sync handlers of the first event when the call returns, and settles each before the next', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, async () => gate.promise);
    const published = publishEventsOf(bus, new Order().place().ship());
    await afterMicrotasks();
    expect(story.take()).toEqual(['OrderPlaced o-1']);
    gate.resolve();
    await published;
    expect(story.lines).toEqual(['OrderShipped o-1']);
  });

  it('takes anything that has pullEvents()', async () => {
    const events = [new OrderPlaced('o-9')];
    await publishEventsOf(bus, { pullEvents: () => events.splice(0) });
    expect(story.lines).toEqual(['OrderPlaced o-9']);
  });

  it('asks an aggregate that has a pullEvents() of its own', async () => {
    class Numbered extends Order {
      override pullEvents(): (OrderPlaced | OrderShipped)[] {
        return super.pullEvents().map((_, index) => new OrderPlaced(`number ${index}`));
      }
    }
    await publishEventsOf(bus, new Numbered().place().ship());
    expect(story.lines).toEqual(['OrderPlaced number 0', 'OrderPlaced number 1']);
  });

  it('leaves what handlers record meanwhile to the next call', async () => {
    const order = new Order().place();
    bus.subscribe(OrderPlaced, () => void order.ship());
    await publishEventsOf(bus, order);
    expect(story.take()).toEqual(['OrderPlaced o-1']);
    expect(told(order.recordedEvents)).toEqual(['OrderShipped o-1']);
    await publishEventsOf(bus, order);
    expect(story.lines).toEqual(['OrderShipped o-1']);
  });

  it('publishes nothing twice when a handler calls it for the same aggregate', async () => {
    const order = new Order().place().ship();
    bus.subscribe(OrderPlaced, () => publishEventsOf(bus, order));
    await publishEventsOf(bus, order);
    expect(story.lines).toEqual(['OrderPlaced o-1', 'OrderShipped o-1']);
  });

  it('publishes all events when handlers fail, and none of them again', async () => {
    const failure = new Error('no stock');
    bus.subscribe(OrderPlaced, () => {
      throw failure;
    });
    const order = new Order().place().ship();
    const error = await publishErrorOf(publishEventsOf(bus, order));
    expect(error.errors).toEqual([failure]);
    expect(story.take()).toEqual(['OrderPlaced o-1', 'OrderShipped o-1']);
    expect(await publishEventsOf(bus, order)).toEqual([]);
    expect(story.lines).toEqual([]);
  });

  it('does not watch the bus any longer than it needs to', async () => {
    const gate = new Deferred();
    const watched: boolean[] = [];
    const watchable: Parameters<typeof publishEventsOf>[0] = {
      publishAll: (events) => bus.publishAll(events),
      observe(observer) {
        const stop = bus.observe(observer);
        watched.push(true);
        return () => {
          watched.push(false);
          stop();
        };
      },
    };
    bus.subscribe(OrderShipped, async () => gate.promise);
    const published = publishEventsOf(watchable, new Order().ship());
    expect(watched).toEqual([true, false]);
    gate.resolve();
    await published;
  });
});

describe('what the bus refuses stays with its aggregates:', () => {
  let bus: EventBus;
  let story: Recorder;
  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('placed'));
  });

  it('all events, when the bus is closed, which does not even ask for them', async () => {
    await bus.close();
    const pullEvents = jest.fn(() => []);
    const order = new Order().place();
    await expect(publishEventsOf(bus, order, { pullEvents })).rejects.toBeInstanceOf(BusClosedError);
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1']);
    expect(pullEvents).not.toHaveBeenCalled();
  });

  it('all events, when handlers of one of them need a unit of work', async () => {
    bus.subscribe(OrderShipped, () => undefined, { phase: 'afterCommit' });
    const [first, second] = [new Order('o-1').place(), new Order('o-2').place().ship()];
    await expect(publishEventsOf(bus, first, second)).rejects.toBeInstanceOf(NoUnitOfWorkError);
    expect(story.lines).toEqual([]);
    expect(told(first.recordedEvents)).toEqual(['OrderPlaced o-1']);
    expect(told(second.recordedEvents)).toEqual(['OrderPlaced o-2', 'OrderShipped o-2']);
  });

  it('all events, when events caused each other too deep', async () => {
    bus = new EventBus({ maxDepth: 1 });
    const order = new Order().place();
    bus.subscribe(OrderShipped, () => publishEventsOf(bus, order));
    const error = await publishErrorOf(bus.publish(new OrderShipped('o-0')));
    expect(error.errors).toEqual([expect.any(CascadeError)]);
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1']);
  });

  it('refused events stay with their aggregate, before those recorded in the meantime', async () => {
    bus.subscribe(OrderShipped, () => undefined, { phase: 'afterCommit' });
    const order = new Order().place().ship();
    const refused = publishEventsOf(bus, order);
    order.place();
    await rejectionOf(refused);
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1', 'OrderShipped o-1', 'OrderPlaced o-1']);
  });

  it('refused events are published by the next call that is not refused', async () => {
    const waiting = bus.subscribe(OrderShipped, () => undefined, { phase: 'afterCommit' });
    const order = new Order().place().ship();
    await rejectionOf(publishEventsOf(bus, order));
    waiting.unsubscribe();
    const reports = await publishEventsOf(bus, order);
    expect(told(reports.map(({ event }) => event))).toEqual(['OrderPlaced o-1', 'OrderShipped o-1']);
  });

  it('the events that are left, when the bus refuses in the middle', async () => {
    bus.subscribe(OrderPlaced, () => bus.subscribe(OrderShipped, () => undefined, { phase: 'afterCommit' }));
    const order = new Order().place().ship().place();
    await expect(publishEventsOf(bus, order)).rejects.toBeInstanceOf(NoUnitOfWorkError);
    expect(story.lines).toEqual(['placed']);
    expect(told(order.recordedEvents)).toEqual(['OrderShipped o-1', 'OrderPlaced o-1']);
  });

  it('the events that are left, when a failure came before the refusal', async () => {
    const gate = new Deferred();
    bus.subscribe(OrderPlaced, async () => gate.promise);
    const order = new Order().place().ship();
    const published = publishEventsOf(bus, order);
    await expect(bus.close({ timeout: 1 })).rejects.toBeInstanceOf(CloseTimeoutError);
    gate.reject(new Error('too late'));
    const error = await publishErrorOf(published);
    expect(error.cause).toBeInstanceOf(BusClosedError);
    expect(told(order.recordedEvents)).toEqual(['OrderShipped o-1']);
  });

  it('those of a foreign aggregate too, and it need not know how', async () => {
    const waiting = bus.subscribe(OrderShipped, () => undefined, { phase: 'afterCommit' });
    const events = [new OrderPlaced('o-1'), new OrderShipped('o-1')];
    const foreign: Aggregate = Object.freeze({ pullEvents: () => events.splice(0) });
    await rejectionOf(publishEventsOf(bus, foreign));
    events.push(new OrderPlaced('o-2'));
    waiting.unsubscribe();
    const reports = await publishEventsOf(bus, foreign);
    expect(told(reports.map(({ event }) => event))).toEqual(['OrderPlaced o-1', 'OrderShipped o-1', 'OrderPlaced o-2']);
    expect(await publishEventsOf(bus, foreign)).toEqual([]);
  });

  it('refused events stay with their aggregate also when another aggregate fails to hand over its own', async () => {
    const failure = new Error('not loaded');
    const broken: Aggregate = {
      pullEvents() {
        throw failure;
      },
    };
    const order = new Order().place();
    await expect(publishEventsOf(bus, order, broken)).rejects.toBe(failure);
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1']);
  });
});

describe('publishEventsOf refuses, before anything was pulled,', () => {
  const remedy = 'has no pullEvents(). Extend AggregateRoot, or recordsEvents(TheBaseClass).';

  it.each([
    ['an object without pullEvents()', new OrderPlaced('o-1'), `an object of OrderPlaced ${remedy}`],
    ['undefined', undefined, `undefined ${remedy}`],
    ['null', null, `null ${remedy}`],
    ['a text', 'order', `'order' ${remedy}`],
    ['a list', [new Order()], `an array ${remedy} For a list of aggregates: publishEventsOf(bus, ...aggregates).`],
  ])('%s', async (_, wrong, message) => {
    const order = new Order().place();
    await expect(publishEventsOf(new EventBus(), order, wrong as never)).rejects.toEqual(new TypeError(message));
    expect(told(order.recordedEvents)).toEqual(['OrderPlaced o-1']);
  });
});
