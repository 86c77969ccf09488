import {
  BusClosedError,
  EventBus,
  type EventClass,
  type Handler,
  HandlerFailed,
  type HandlerOptions,
  HandlerTimeoutError,
  StoppableEvent,
} from 'class-events';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderEvent, OrderPlaced, OrderShipped } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';

/** One way to get a handler subscribed. */
export interface SubscribingBackend {
  readonly name: string;
  /** The name that the handler has in reports when it is given none. */
  readonly handlerName: string;
  /** Subscribes to the class, or to each class of the list, so that `react` is called. */
  subscribe<E extends object>(
    bus: EventBus,
    eventClass: EventClass<E> | readonly EventClass<E>[],
    react: Handler<E>,
    options?: HandlerOptions<E>,
  ): { readonly active: boolean; unsubscribe(): void; [Symbol.dispose](): void };
}

/** What holds for a handler, whichever way it was subscribed. */
export function isASubscribingBackend(backend: SubscribingBackend): void {
  describe(`a handler subscribed by ${backend.name}`, () => {
    let bus: EventBus;
    let story: Recorder;
    beforeEach(() => {
      bus = new EventBus();
      story = new Recorder();
    });

    it('is given the very event and a context, before publish returns', () => {
      const event = new OrderPlaced();
      const given: unknown[] = [];
      backend.subscribe(bus, OrderPlaced, (received, { signal }) => void given.push(received, signal.aborted));
      bus.emit(event);
      expect(given[0]).toBe(event);
      expect(given[1]).toBe(false);
    });

    it('runs for the class and its subclasses, and for no other', async () => {
      backend.subscribe(bus, OrderEvent, ({ orderId }) => story.note(`any ${orderId}`));
      backend.subscribe(bus, OrderPlaced, ({ orderId }) => story.note(`placed ${orderId}`));
      await bus.publishAll([new OrderPlaced('o-1'), new OrderShipped('o-2')]);
      expect(story.lines).toEqual(['any o-1', 'placed o-1', 'any o-2']);
    });

    it('runs once for an event of any class in a list', async () => {
      backend.subscribe<object>(bus, [OrderEvent, OrderPlaced, OrderShipped], story.handler('any'));
      await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
      expect(story.lines).toEqual(['any', 'any']);
    });

    it('runs in the order of subscription, and before that of priority', async () => {
      backend.subscribe(bus, OrderPlaced, story.handler('first'));
      backend.subscribe(bus, OrderEvent, story.handler('second'));
      backend.subscribe(bus, OrderPlaced, story.handler('high'), { priority: 1 });
      backend.subscribe(bus, OrderPlaced, story.handler('low'), { priority: -1 });
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['high', 'first', 'second', 'low']);
    });

    it('runs after the sync ones when it is async, and is awaited', async () => {
      const act = async (): Promise<void> => {
        story.note('started');
        await afterMicrotasks();
        story.note('ended');
      };
      backend.subscribe(bus, OrderPlaced, act, { mode: 'async', priority: 9 });
      backend.subscribe(bus, OrderPlaced, story.handler('sync'));
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['sync', 'started', 'ended']);
    });

    it('a handler that returns a promise is awaited in sync mode too', async () => {
      backend.subscribe(bus, OrderPlaced, () => afterMicrotasks().then(() => story.note('ended')));
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['ended']);
    });

    it('heeds filter, once and exact', async () => {
      backend.subscribe(bus, OrderPlaced, story.handler('filter'), { filter: ({ orderId }) => orderId === 'o-2' });
      backend.subscribe(bus, OrderPlaced, story.handler('once'), { once: true });
      backend.subscribe(bus, OrderEvent, story.handler('exact'), { exact: true });
      await bus.publishAll([new OrderPlaced('o-1'), new OrderPlaced('o-2')]);
      expect(story.lines).toEqual(['once', 'filter']);
    });

    it('does not see an event that an earlier handler has stopped', async () => {
      class LoginAttempted extends StoppableEvent {}
      backend.subscribe(bus, LoginAttempted, story.handler('after'));
      backend.subscribe(bus, LoginAttempted, (event) => event.stopPropagation(), { priority: 1 });
      const { deliveries } = await bus.publish(new LoginAttempted());
      expect(deliveries.map(({ status, reason }) => [status, reason])).toEqual([
        ['fulfilled', undefined],
        ['skipped', 'stopped'],
      ]);
      expect(story.lines).toEqual([]);
    });

    it.each([
      ['throws', () => fail('failed'), 'sync'],
      ['rejects', () => Promise.reject(new Error('failed')), 'async'],
    ] as const)('a handler that %s stops no other, and is reported with the very error', async (_, act, mode) => {
      const failed: HandlerFailed[] = [];
      bus.subscribe(HandlerFailed, (failure) => void failed.push(failure));
      backend.subscribe(bus, OrderPlaced, act, { mode });
      backend.subscribe(bus, OrderPlaced, story.handler('other'), { mode });
      const event = new OrderPlaced();
      const { errors, report } = await publishErrorOf(bus.publish(event));
      expect(errors.map(String)).toEqual(['Error: failed']);
      expect(report.deliveries.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
      expect(failed.map((failure) => [failure.event, failure.error])).toEqual([[event, errors[0]]]);
      expect(story.lines).toEqual(['other']);
    });

    it('heeds timeout, around and onFailure', async () => {
      class Alarm {}
      backend.subscribe(bus, OrderPlaced, () => new Promise(() => undefined), {
        timeout: 1,
        around: (run, { orderId }) => {
          story.note(`around ${orderId}`);
          return run();
        },
        onFailure: (error) => {
          story.note((error as Error).name);
          return new Alarm();
        },
      });
      bus.subscribe(Alarm, story.handler('alarm'));
      const { errors } = await publishErrorOf(bus.publish(new OrderPlaced('o-1')));
      expect(errors).toEqual([expect.any(HandlerTimeoutError)]);
      expect(story.lines).toEqual(['around o-1', 'HandlerTimeoutError', 'alarm']);
    });

    it('never runs again after it was unsubscribed, not even for an event that is on its way', async () => {
      const subscription = backend.subscribe(bus, OrderPlaced, story.handler('never'));
      bus.subscribe(OrderPlaced, () => subscription.unsubscribe(), { priority: 1 });
      expect(subscription.active).toBe(true);
      await bus.publish(new OrderPlaced());
      subscription.unsubscribe();
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual([]);
      expect(subscription.active).toBe(false);
      expect(bus.subscriptions()).toHaveLength(1);
    });

    it('does not see the event during which it was subscribed', async () => {
      bus.subscribe(OrderPlaced, () => void backend.subscribe(bus, OrderPlaced, story.handler('new')), { once: true });
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual([]);
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['new']);
    });

    it('ends with a block that declared it with using', async () => {
      {
        using subscription = backend.subscribe(bus, OrderPlaced, story.handler('inside'));
        expect(subscription.active).toBe(true);
        await bus.publish(new OrderPlaced());
      }
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual(['inside']);
    });

    it('ends with its signal', async () => {
      const controller = new AbortController();
      backend.subscribe(bus, OrderPlaced, story.handler('never'), { signal: controller.signal });
      expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
      controller.abort();
      await bus.publish(new OrderPlaced());
      expect(story.lines).toEqual([]);
      expect(bus.hasSubscribers(OrderPlaced)).toBe(false);
    });

    it('has the name of its own, unless it is given one', () => {
      backend.subscribe(bus, OrderPlaced, react);
      backend.subscribe(bus, OrderShipped, react, { name: 'given' });
      expect(bus.subscriptions().map(({ name }) => name)).toEqual([backend.handlerName, 'given']);
    });

    it('shows what it is', () => {
      const options: HandlerOptions<OrderPlaced> = { mode: 'async', priority: 3, phase: 'afterCommit' };
      backend.subscribe(bus, OrderPlaced, story.handler('never'), options);
      expect(bus.subscriptions()[0]).toMatchObject({ ...options, eventClasses: [OrderPlaced], active: true });
    });

    it('is refused when it publishes, by name, where nothing serves its phase', async () => {
      backend.subscribe(bus, OrderPlaced, story.handler('never'), { phase: 'afterCommit', name: 'the late one' });
      expect(String(await rejectionOf(bus.publish(new OrderPlaced())))).toMatch(/the late one \(afterCommit\)/);
    });

    it.each([
      { priority: Number.NaN },
      { mode: 'parallel' },
      { timeout: 0 },
      { retries: 3 },
      { signal: {} },
      'high',
      5,
    ])('is refused with the options %p, and nothing half-subscribed stays behind', (options) => {
      expect(() => backend.subscribe(bus, OrderPlaced, story.handler('never'), options as never)).toThrow(TypeError);
      expect(bus.subscriptions()).toEqual([]);
    });

    it('is refused for what is no class, and nothing half-subscribed stays behind', () => {
      const circular = undefined as unknown as typeof OrderPlaced;
      expect(() => backend.subscribe<OrderEvent>(bus, [OrderShipped, circular], story.handler('never'))).toThrow(
        /^The event class is undefined/,
      );
      expect(bus.subscriptions()).toEqual([]);
    });

    it('is refused on a bus that is closed', async () => {
      await bus.close();
      expect(() => backend.subscribe(bus, OrderPlaced, story.handler('never'))).toThrow(BusClosedError);
    });
  });
}

/** A handler with a name of its own. */
function react(): void {}

function fail(message: string): never {
  throw new Error(message);
}
