import { BusClosedError, CascadeError, EventBus, NoUnitOfWorkError, type PublishReport } from 'class-events';
import { OrderPlaced } from '../../support/orders.js';
import { Recorder } from '../../support/recorder.js';
import { rejectionOf, thrownBy } from '../../support/rejection.js';

describe('publish', () => {
  it('always rejects and never throws, whatever is wrong', async () => {
    const bus = new EventBus({ maxDepth: 1 });
    const inside: unknown[] = [];
    bus.subscribe(OrderPlaced, async () => {
      inside.push(await rejectionOf(bus.publish(new OrderPlaced())));
    });
    await bus.publish(new OrderPlaced());
    class LaterOnly {}
    bus.subscribe(LaterOnly, () => undefined, { phase: 'afterCommit' });
    const promises = [
      bus.publish(null as never),
      bus.publish(new LaterOnly()),
      bus.publish(new OrderPlaced(), { signal: AbortSignal.abort('early') }),
      bus.publish(new OrderPlaced(), { sgnal: 1 } as never),
    ];
    const errors = await Promise.all(promises.map(rejectionOf));
    await bus.close();
    errors.push(await rejectionOf(bus.publish(new OrderPlaced())));
    expect(inside).toEqual([expect.any(CascadeError)]);
    expect(errors).toEqual([
      expect.any(TypeError),
      expect.any(NoUnitOfWorkError),
      'early',
      expect.any(TypeError),
      expect.any(BusClosedError),
    ]);
  });

  it('hands every handler the very event', async () => {
    const bus = new EventBus();
    const event = new OrderPlaced();
    const seen: object[] = [];
    bus.subscribe(OrderPlaced, (each) => seen.push(each));
    bus.subscribe(Object, async (each) => seen.push(each));
    const report: PublishReport<OrderPlaced> = await bus.publish(event);
    expect(seen).toHaveLength(2);
    expect(seen.every((each) => each === event)).toBe(true);
    expect(report.event).toBe(event);
  });

  it('gives a report that nobody can change, in which later changes do not show', async () => {
    const bus = new EventBus();
    const subscription = bus.subscribe(OrderPlaced, () => undefined);
    const report = await bus.publish(new OrderPlaced());
    const { deliveries } = report;
    subscription.unsubscribe();
    bus.subscribe(OrderPlaced, () => undefined);
    expect(report.deliveries).toBe(deliveries);
    expect(deliveries).toEqual([{ subscription, status: 'fulfilled' }]);
    expect(Object.isFrozen(deliveries)).toBe(true);
    expect(deliveries.every((delivery) => Object.isFrozen(delivery))).toBe(true);
  });

  it('gives the same report for one handler that it gives for several', async () => {
    for (const handlers of [0, 1, 2]) {
      for (const mode of ['sync', 'async'] as const) {
        const bus = new EventBus();
        for (let index = 0; index < handlers; index++) bus.subscribe(OrderPlaced, () => index, { mode });
        const { deliveries, failures, unhandled } = await bus.publish(new OrderPlaced());
        expect(deliveries.map(({ status }) => status)).toEqual(Array(handlers).fill('fulfilled'));
        expect({ failures, unhandled }).toEqual({ failures: [], unhandled: handlers === 0 });
      }
    }
  });

  it('does not look at what handlers return', async () => {
    const bus = new EventBus();
    const story = new Recorder();
    for (const value of [false, null, 0, '', undefined, Number.NaN]) {
      bus.subscribe(
        OrderPlaced,
        story.handler(String(value), () => value),
      );
    }
    const { deliveries } = await bus.publish(new OrderPlaced());
    expect(story.lines).toHaveLength(6);
    expect(deliveries.every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('can be called without its bus’s other events being touched: two buses are strangers', async () => {
    const [one, other] = [new EventBus(), new EventBus()];
    const story = new Recorder();
    other.subscribe(OrderPlaced, story.handler('other'));
    expect((await one.publish(new OrderPlaced())).unhandled).toBe(true);
    expect(story.lines).toEqual([]);
  });
});

describe('emit', () => {
  it('throws for the caller’s own mistakes: a bad event, a closed bus, a lost phase, a cascade', async () => {
    const bus = new EventBus({ maxDepth: 1 });
    const errors: unknown[] = [];
    class LaterOnly {}
    bus.subscribe(LaterOnly, () => undefined, { phase: 'afterCommit' });
    bus.subscribe(OrderPlaced, () => {
      errors.push(thrownBy(() => bus.emit(new OrderPlaced())));
      // In a handler it is queued, and still says at once what is wrong.
      errors.push(thrownBy(() => bus.emit(undefined as never)));
      errors.push(thrownBy(() => bus.emit(new LaterOnly())));
    });
    bus.emit(new OrderPlaced());
    errors.push(thrownBy(() => bus.emit({})));
    errors.push(thrownBy(() => bus.emit(new LaterOnly())));
    await bus.close();
    errors.push(thrownBy(() => bus.emit(new OrderPlaced())));
    expect(errors).toEqual([
      expect.any(CascadeError),
      expect.any(TypeError),
      expect.any(NoUnitOfWorkError),
      expect.any(TypeError),
      expect.any(NoUnitOfWorkError),
      expect.any(BusClosedError),
    ]);
  });

  it('never throws for a handler', async () => {
    const failures: unknown[] = [];
    const bus = new EventBus({ onError: ({ error }) => failures.push(error) });
    bus.subscribe(OrderPlaced, () => {
      throw new Error('sync');
    });
    bus.subscribe(OrderPlaced, async () => Promise.reject(new Error('async')));
    expect(bus.emit(new OrderPlaced())).toBeUndefined();
    await bus.idle();
    expect(failures.map(String)).toEqual(['Error: sync', 'Error: async']);
  });
});
