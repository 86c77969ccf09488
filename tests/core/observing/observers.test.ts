import {
  type DeliveryProgress,
  EventBus,
  HandlerFailed,
  type PlannedDispatch,
  type PublishReport,
  UnhandledEvent,
} from 'class-events';
import { afterMicrotasks, Deferred } from '../../support/deferred.js';
import { OrderPaid, OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { publishErrorOf } from '../../support/rejection.js';
import { stopClock } from '../../support/stopped-clock.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

describe('An observer', () => {
  const uncaught = collectUncaughtErrors();
  let bus: EventBus;
  let story: Recorder;
  let progress: DeliveryProgress[];

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    progress = [];
  });

  const watch = (): (() => void) => bus.observe({ onDelivery: (step) => progress.push(step) });
  const seen = (): string[] => progress.map(({ subscription, status }) => `${subscription.name} ${status}`);

  it('sees the plan before the first handler, each delivery, and the report when all have settled', async () => {
    bus.observe({
      onPlan: ({ subscriptions }) => story.note(`plan of ${subscriptions.length}`),
      onDelivery: ({ status, subscription }) => story.note(`${subscription.name} ${status}`),
      onReport: ({ deliveries }) => story.note(`report of ${deliveries.length}`),
    });
    bus.subscribe(OrderPlaced, story.handler('- runs'), { name: 'sync' });
    bus.subscribe(OrderPlaced, story.asyncHandler('- starts'), { name: 'async' });
    const published = bus.publish(new OrderPlaced()).then(() => story.note('- published'));
    expect(story.take()).toEqual([
      'plan of 2',
      'sync waiting',
      'async waiting',
      'sync executing',
      '- runs',
      'sync fulfilled',
      'async executing',
      '- starts',
    ]);
    await published;
    expect(story.take()).toEqual(['async fulfilled', 'report of 2', '- published']);
  });

  it('sees event, cause and subscriptions of a plan', async () => {
    const plans: PlannedDispatch[] = [];
    bus.observe({ onPlan: (plan) => plans.push(plan) });
    const [placed, emitted, published] = [new OrderPlaced(), new OrderPaid(), new OrderPaid()];
    const subscription = bus.subscribe(OrderPlaced, async () => {
      bus.emit(emitted);
      await bus.publish(published);
      bus.emit(emitted);
    });
    await bus.publish(placed);
    expect(plans).toEqual([
      { event: placed, cause: undefined, subscriptions: [subscription] },
      { event: published, cause: placed, subscriptions: [] },
      { event: emitted, cause: placed, subscriptions: [] },
      // After an await nobody knows any more what led to it.
      { event: emitted, cause: undefined, subscriptions: [] },
    ]);
    expect(plans.map(({ event }) => event)).toEqual([placed, published, emitted, emitted]);
    expect(plans[1]?.event).toBe(published);
    expect(plans[1]?.cause).toBe(placed);
  });

  it('sees the event that led to another also where two handlers of one event published one each', async () => {
    const causes: unknown[] = [];
    class Effect {}
    bus.observe({ onPlan: ({ event, cause }) => void (event instanceof Effect && causes.push(cause)) });
    bus.subscribe(OrderPlaced, () => bus.emit(new OrderPaid()));
    bus.subscribe(OrderPlaced, async () => bus.publish(new Effect()));
    bus.subscribe(OrderPaid, () => {
      bus.emit(new Effect());
      throw new Error('also when the handler fails');
    });
    bus.subscribe(HandlerFailed, () => undefined);
    await bus.publish(new OrderPlaced());
    expect(causes).toEqual([expect.any(OrderPlaced), expect.any(OrderPaid)]);
  });

  it('sees the events of the bus itself, caused by what they are about', async () => {
    const plans: PlannedDispatch[] = [];
    bus.observe({ onPlan: (plan) => plans.push(plan) });
    bus.subscribe(HandlerFailed, () => undefined);
    bus.subscribe(OrderPlaced, async () => {
      await Promise.resolve();
      throw new Error('failed');
    });
    const event = new OrderPlaced();
    await publishErrorOf(bus.publish(event));
    expect(plans[1]?.event).toBeInstanceOf(HandlerFailed);
    expect(plans[1]?.cause).toBe(event);
  });

  it('sees an unhandled event as the cause of its UnhandledEvent', () => {
    const plans: PlannedDispatch[] = [];
    bus.observe({ onPlan: (plan) => plans.push(plan) });
    bus.subscribe(UnhandledEvent, () => undefined);
    const event = new OrderPlaced();
    bus.emit(event);
    expect(plans.map((plan) => plan.cause)).toEqual([undefined, event]);
    expect(plans[1]?.event).toBeInstanceOf(UnhandledEvent);
  });

  it('sees the reports of events that were published, emitted and unhandled', async () => {
    const reports: PublishReport[] = [];
    bus.observe({ onReport: (report) => reports.push(report) });
    const events = [new OrderPlaced(), new OrderPaid()] as const;
    bus.subscribe(OrderPlaced, () => bus.emit(events[1]));
    const report = await bus.publish(events[0]);
    expect(reports.map(({ event, unhandled }) => [event, unhandled])).toEqual([
      [events[0], false],
      [events[1], true],
    ]);
    expect(reports[0]?.deliveries).toEqual(report.deliveries);
  });

  describe('of deliveries', () => {
    stopClock();

    it('sees one go from waiting to executing to fulfilled, with how long that took', async () => {
      watch();
      const gate = new Deferred();
      bus.subscribe(OrderPlaced, () => jest.advanceTimersByTime(30), { name: 'slow' });
      const subscription = bus.subscribe(OrderPlaced, () => gate.promise, { mode: 'async', name: 'async' });
      const event = new OrderPlaced();
      const published = bus.publish(event);
      jest.advanceTimersByTime(500);
      gate.resolve();
      await published;
      const steps = progress.filter((step) => step.subscription === subscription);
      expect(steps).toMatchObject([
        { event, status: 'waiting', attempt: 0, waited: 0, duration: 0 },
        { event, status: 'executing', attempt: 1, waited: 30, duration: 0 },
        { event, status: 'fulfilled', attempt: 1, waited: 30, duration: 500 },
      ]);
      expect(steps[0]?.event).toBe(event);
    });

    it('sees how long around makes one wait for a slot', async () => {
      watch();
      const slot = new Deferred();
      bus.subscribe(OrderPlaced, () => undefined, {
        name: 'limited',
        around: async (run) => {
          await slot.promise;
          return run();
        },
      });
      const published = bus.publish(new OrderPlaced());
      jest.advanceTimersByTime(200);
      expect(seen()).toEqual(['limited waiting']);
      slot.resolve();
      await published;
      expect(progress).toMatchObject([
        { status: 'waiting', waited: 0 },
        { status: 'executing', waited: 200, duration: 0 },
        { status: 'fulfilled', waited: 200, duration: 0 },
      ]);
    });

    it('sees each attempt of a retry, counted from the first', async () => {
      watch();
      let attempts = 0;
      bus.subscribe(
        OrderPlaced,
        () => {
          jest.advanceTimersByTime(10);
          if (++attempts < 3) throw new Error('not yet');
        },
        {
          around: (run) => {
            for (;;) {
              try {
                return run();
              } catch {
                jest.advanceTimersByTime(100);
              }
            }
          },
        },
      );
      await bus.publish(new OrderPlaced());
      const executing = progress.filter(({ status }) => status === 'executing');
      expect(executing).toMatchObject([
        { attempt: 1, duration: 0 },
        { attempt: 2, duration: 110 },
        { attempt: 3, duration: 220 },
      ]);
      expect(progress.at(-1)).toMatchObject({ status: 'fulfilled', attempt: 3, duration: 230 });
    });

    it('sees one rejected, with what was thrown', async () => {
      watch();
      const error = new Error('failed');
      bus.subscribe(OrderPlaced, () => {
        throw error;
      });
      bus.subscribe(OrderPlaced, async () => {
        throw error;
      });
      await publishErrorOf(bus.publish(new OrderPlaced()));
      const rejected = progress.filter(({ status }) => status === 'rejected');
      expect(rejected).toHaveLength(2);
      expect(rejected.every(({ reason }) => reason === error)).toBe(true);
    });

    it('sees one rejected by its timeout', async () => {
      watch();
      bus.subscribe(OrderPlaced, () => new Promise(() => undefined), { timeout: 50 });
      const published = publishErrorOf(bus.publish(new OrderPlaced()));
      await jest.advanceTimersByTimeAsync(50);
      await published;
      expect(progress.at(-1)).toMatchObject({
        status: 'rejected',
        duration: 50,
        reason: { name: 'HandlerTimeoutError' },
      });
    });

    it('sees one skipped, with why, and never executing', async () => {
      watch();
      bus.subscribe(OrderPlaced, story.handler('never'), { filter: () => false, name: 'filtered' });
      bus.subscribe(OrderPlaced, story.handler('never'), { around: async () => undefined, name: 'not run' });
      await bus.publish(new OrderPlaced());
      expect(seen()).toEqual(['filtered waiting', 'not run waiting', 'filtered skipped', 'not run skipped']);
      expect(progress.slice(2)).toMatchObject([
        { reason: 'filter', attempt: 0, duration: 0 },
        { reason: 'around', attempt: 0, duration: 0 },
      ]);
    });
  });

  it('tells the steps of one delivery from those of all others by their id', async () => {
    watch();
    bus.subscribe(OrderPlaced, () => undefined, { name: 'one' });
    bus.subscribe(OrderPlaced, async () => undefined, { name: 'two' });
    await bus.publishAll([new OrderPlaced(), new OrderPlaced()]);
    const byId = groupById(progress);
    expect(byId.size).toBe(4);
    for (const steps of byId.values()) {
      expect(steps.map(({ status }) => status)).toEqual(['waiting', 'executing', 'fulfilled']);
    }
  });

  it('sees the same deliveries that it would not see if nobody watched: nothing else changes', async () => {
    const run = async (watched: boolean): Promise<unknown> => {
      bus = new EventBus({ onError: () => undefined });
      if (watched) bus.observe({ onDelivery() {} });
      bus.subscribe(
        OrderPlaced,
        story.handler('one', () => bus.emit(new OrderPaid())),
      );
      bus.subscribe(
        OrderPlaced,
        story.asyncHandler('two', () => Promise.reject(new Error('failed'))),
      );
      bus.subscribe(OrderPaid, story.handler('paid'));
      const { deliveries } = await bus.publishSettled(new OrderPlaced());
      return { lines: story.take(), statuses: deliveries.map(({ status }) => status) };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('an observer that throws surfaces and harms nothing, whichever method it is', async () => {
    const error = new Error('broken observer');
    const broken = (): never => {
      throw error;
    };
    bus.observe({ onPlan: broken, onDelivery: broken, onReport: broken });
    bus.observe({ onReport: () => story.note('the next observer') });
    bus.subscribe(OrderPlaced, story.handler('handler'));
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(deliveries).toMatchObject([{ status: 'fulfilled' }]);
    expect(story.lines).toEqual(['handler', 'the next observer']);
    await afterMicrotasks();
    expect(uncaught).toHaveLength(5);
    expect(new Set(uncaught)).toEqual(new Set([error]));
  });

  it('has its methods called as methods', async () => {
    class Counter {
      reports = 0;
      onReport(): void {
        this.reports++;
      }
    }
    const counter = new Counter();
    bus.observe(counter);
    await bus.publish(new OrderPlaced());
    expect(counter.reports).toBe(1);
  });

  it('sees nothing any more when it has stopped, and stopping twice is harmless', async () => {
    const stop = watch();
    bus.subscribe(OrderPlaced, () => undefined);
    stop();
    stop();
    await bus.publish(new OrderPlaced());
    expect(progress).toEqual([]);
  });

  it('an observer that comes or goes during a dispatch does not change who sees that one', async () => {
    const late: string[] = [];
    const stop = watch();
    bus.subscribe(OrderPlaced, () => {
      stop();
      bus.observe({ onDelivery: ({ status }) => late.push(status) });
    });
    await bus.publish(new OrderPlaced());
    expect(progress.map(({ status }) => status)).toEqual(['waiting', 'executing', 'fulfilled']);
    expect(late).toEqual([]);
  });

  it('may publish and emit', async () => {
    bus.observe({
      onPlan: ({ event }) => event instanceof OrderPlaced && bus.emit(new OrderPaid()),
      onReport: ({ event }) => void (event instanceof OrderPlaced && bus.publish(new OrderPaid())),
    });
    bus.subscribe(OrderPaid, story.handler('paid'));
    bus.subscribe(OrderPlaced, story.handler('placed'));
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['placed', 'paid', 'paid']);
  });

  it('is an object: anything else is refused', () => {
    expect(() => bus.observe(undefined as never)).toThrow(TypeError);
    expect(() => bus.observe(null as never)).toThrow(TypeError);
    expect(() => bus.observe('log' as never)).toThrow(TypeError);
  });
});

function groupById(steps: readonly DeliveryProgress[]): Map<number, DeliveryProgress[]> {
  const groups = new Map<number, DeliveryProgress[]>();
  for (const step of steps) groups.set(step.id, [...(groups.get(step.id) ?? []), step]);
  return groups;
}
