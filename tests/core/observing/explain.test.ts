import { EventBus, StoppableEvent } from 'class-events';
import { Recorder } from '../../support/recorder.js';

class OrderEvent extends StoppableEvent {}
class OrderPlaced extends OrderEvent {
  constructor(readonly total = 0) {
    super();
  }
}
class OrderPaid extends OrderEvent {}

describe('explain', () => {
  let bus: EventBus;
  let story: Recorder;
  const explained = (event: object): string[] =>
    bus.explain(event).map(({ subscription, runs, reason }) => {
      expect(runs).toBe(reason === 'runs');
      return `${subscription.name}: ${reason}`;
    });

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('says of every subscription whether it runs, and why, without running it', () => {
    const twice = story.handler('never');
    bus.subscribe(OrderPaid, story.handler('never'), { name: 'paid' });
    bus.subscribe(OrderEvent, story.handler('never'), { exact: true, name: 'exact' });
    bus.subscribe(OrderPlaced, story.asyncHandler('never'), { name: 'async' });
    bus.subscribe(OrderPlaced, twice, { name: 'first' });
    bus.subscribe(OrderEvent, twice, { name: 'second' });
    bus.subscribe(OrderPlaced, story.handler('never'), { filter: ({ total }) => total > 100, name: 'big' });
    bus.subscribe(OrderPlaced, story.handler('never'), {
      name: 'broken',
      filter: () => {
        throw new Error('broken filter');
      },
    });
    bus.subscribe(OrderPlaced, story.handler('never'), { phase: 'afterCommit', name: 'later' });
    bus.subscribe(OrderPlaced, story.handler('never'), { durable: 'outbox', name: 'durable' });
    expect(explained(new OrderPlaced())).toEqual([
      'first: runs',
      'second: shadowed',
      'big: filter',
      'broken: filter threw',
      'later: phase',
      'durable: phase',
      'async: runs',
      'paid: other class',
      'exact: exact',
    ]);
    expect(story.lines).toEqual([]);
  });

  it('asks the filters with this very event', () => {
    bus.subscribe(OrderPlaced, () => undefined, { filter: ({ total }) => total > 100, name: 'big' });
    expect(explained(new OrderPlaced(7))).toEqual(['big: filter']);
    expect(explained(new OrderPlaced(700))).toEqual(['big: runs']);
  });

  it('says that the event is stopped', () => {
    bus.subscribe(OrderPlaced, () => undefined, { name: 'placed' });
    const event = new OrderPlaced();
    event.stopPropagation();
    expect(explained(event)).toEqual(['placed: stopped']);
  });

  it('does not list what has unsubscribed', () => {
    bus.subscribe(OrderPlaced, () => undefined).unsubscribe();
    expect(explained(new OrderPlaced())).toEqual([]);
  });

  it('takes the second pair of a handler for the one that runs where the first one does not', () => {
    const handler = (): void => undefined;
    bus.subscribe(OrderPlaced, handler, { filter: () => false, name: 'first' });
    bus.subscribe(OrderEvent, handler, { name: 'second' });
    expect(explained(new OrderPlaced())).toEqual(['first: filter', 'second: runs']);
  });

  it('knows that a handler of the base class is of another class where there is no inheritance', () => {
    bus = new EventBus({ inheritance: false });
    bus.subscribe(OrderEvent, () => undefined, { name: 'base' });
    bus.subscribe(OrderEvent, () => undefined, { name: 'exact', exact: true });
    bus.subscribe(OrderPlaced, () => undefined, { name: 'own' });
    const [own, base] = explained(new OrderPlaced());
    expect([own, base]).toEqual(['own: runs', 'base: other class']);
  });

  it('agrees with what a publish then does', async () => {
    const handler = story.handler('handler');
    bus.subscribe(OrderPlaced, handler, { name: 'one', filter: () => false });
    bus.subscribe(OrderEvent, handler, { name: 'two' });
    bus.subscribe(Object, handler, { name: 'three' });
    bus.subscribe(OrderEvent, story.handler('exact'), { exact: true, name: 'four' });
    const event = new OrderPlaced();
    const foretold = bus.explain(event).filter(({ runs }) => runs);
    const { deliveries } = await bus.publish(event);
    const ran = deliveries.filter(({ status }) => status === 'fulfilled');
    expect(ran.map(({ subscription }) => subscription)).toEqual(foretold.map(({ subscription }) => subscription));
  });
});
