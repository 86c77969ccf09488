import { createContext, runInContext } from 'node:vm';
import { EventBus, type EventClass } from 'class-events';
import { Recorder } from '../support/recorder.js';

/** Under jest, the classes of Node itself come from another realm than a test. So do those of a context of its own. */
const realm = createContext({});
const classesOfOtherRealms: [string, EventClass][] = [
  ["the platform's CustomEvent", CustomEvent],
  ["the platform's EventTarget", EventTarget],
  ['Map of a context', runInContext('Map', realm) as EventClass],
  ['a class of a context', runInContext('(class OrderShipped {})', realm) as EventClass],
];

describe.each(classesOfOtherRealms)('An event whose base class is %s', (_, base) => {
  class OrderPlaced extends (base as unknown as new (type: string) => object) {
    constructor() {
      super(base === CustomEvent ? 'order-placed' : (undefined as never));
    }
  }
  const Foreign = runInContext('Object', realm) as EventClass;
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('reaches the catch-all of this realm, and is not unhandled', async () => {
    bus.subscribe(Object, story.handler('all'));
    const { unhandled } = await bus.publish(new OrderPlaced());
    expect([story.lines, unhandled]).toEqual([['all'], false]);
  });

  it('reaches the catch-all of another realm', async () => {
    bus.subscribe(Foreign, story.handler('all'));
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['all']);
  });

  it('is told of alike by hasSubscribers, subscriptions and explain', () => {
    const subscription = bus.subscribe(Object, story.handler('all'));
    const event = new OrderPlaced();
    expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
    expect(bus.hasSubscribers(Foreign)).toBe(true);
    expect(bus.subscriptions(OrderPlaced)).toEqual([subscription]);
    expect(bus.explain(event)).toEqual([{ subscription, runs: true, reason: 'runs' }]);
  });

  it('is told apart from the base class alone by exact', () => {
    const subscription = bus.subscribe(Object, story.handler('all'), { exact: true });
    expect(bus.explain(new OrderPlaced())).toEqual([{ subscription, runs: false, reason: 'exact' }]);
  });

  it('reaches the handlers of its base class', async () => {
    bus.subscribe(base, story.handler('base'));
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['base']);
  });

  it('has one catch-all for one handler, whichever realm the Object is from', () => {
    const handler = story.handler('all');
    expect(bus.subscribe(Foreign, handler)).toBe(bus.subscribe(Object, handler));
    expect(bus.unsubscribe(Foreign, handler)).toBe(true);
    expect(bus.subscriptions()).toEqual([]);
  });
});
