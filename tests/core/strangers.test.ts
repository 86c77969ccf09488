import { EventBus } from 'class-events';
import { OrderPlaced } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';

type Answer = (...args: unknown[]) => unknown;

/** As the packages for deep mocks make one: each property is there, and is a function. */
const mock = (answer: unknown): Answer =>
  new Proxy(() => answer, {
    get: (target, key) => (key === 'then' ? undefined : key in target ? target[key as never] : mock(answer)),
  });

/** As comlink makes one: each property is a remote object again. */
const remote = (calls: unknown[][]): Answer =>
  new Proxy(function () {}, {
    get: (_, key) => (key === 'then' ? undefined : remote(calls)),
    apply: (_, __, args) => (calls.push(args), Promise.resolve()),
  });

const untouchable = (): never => {
  throw new Error('not to be touched');
};
/** A stand-in for a signal that passes for one until it is used. */
const brokenSignal = {
  aborted: false,
  reason: undefined,
  addEventListener: untouchable,
  removeEventListener: untouchable,
};

describe('A handler that has every property', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('other'));
  });

  it.each([undefined, null, {}, mock(undefined)])(
    'is subscribed and called as a deep mock that answers %p',
    async (answer) => {
      const handler = mock(answer);
      const subscription = bus.subscribe(OrderPlaced, handler);
      expect(subscription).toMatchObject({ active: true, mode: 'sync', phase: 'immediate', priority: 0 });
      const { deliveries } = await bus.publish(new OrderPlaced());
      expect(deliveries.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(bus.subscriptions()).toHaveLength(2);
    },
  );

  it('is subscribed and called as a remote function and as the handle of an object', async () => {
    const calls: unknown[][] = [];
    bus.subscribe(OrderPlaced, remote(calls));
    bus.subscribe(OrderPlaced, { handle: remote(calls) });
    const event = new OrderPlaced();
    await bus.publish(event);
    expect(calls.map(([first]) => first)).toEqual([event, event]);
  });

  it('is refused, and changes nothing, if its own answer to the question for options makes no sense', async () => {
    for (const answer of [undefined, null, 7, [], { priority: 'high' }, { unknown: 1 }, new OrderPlaced()]) {
      const handler = Object.assign(() => undefined, { [Symbol.for('class-events/subscribing')]: () => answer });
      expect(thrownBy(() => bus.subscribe(OrderPlaced, handler))).toBeInstanceOf(TypeError);
    }
    expect(bus.subscriptions()).toHaveLength(1);
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['other']);
  });
});

describe('A signal that fails when it is used', () => {
  it('leaves nothing half-subscribed behind, and publishing goes on', async () => {
    const bus = new EventBus();
    const story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('other'));
    const options = { signal: brokenSignal as unknown as AbortSignal };
    for (const call of [
      () => bus.subscribe(OrderPlaced, story.handler('never'), options),
      () => bus.subscribe([OrderPlaced, Map], story.handler('never'), options),
      () => bus.stream(OrderPlaced, options),
    ]) {
      expect(String(thrownBy(call))).toBe('Error: not to be touched');
    }
    expect(String(await rejectionOf(bus.waitFor(OrderPlaced, options)))).toBe('Error: not to be touched');
    expect(bus.subscriptions()).toHaveLength(1);
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['other']);
    await bus.close();
  });
});
