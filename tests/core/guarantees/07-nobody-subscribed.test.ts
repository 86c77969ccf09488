import { EventBus, HandlerFailed, UnhandledEvent } from 'class-events';
import { Recorder } from '../../support/recorder.js';

class OrderEvent {}
class OrderPlaced extends OrderEvent {}

describe('Nobody subscribed', () => {
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
  });

  it('is report.unhandled, and no error', async () => {
    const event = new OrderPlaced();
    const report = await bus.publish(event);
    expect(report.event).toBe(event);
    expect(report.unhandled).toBe(true);
    expect(report.deliveries).toEqual([]);
    expect(report.failures).toEqual([]);
    expect(() => bus.emit(event)).not.toThrow();
  });

  it('is not unhandled when somebody was', async () => {
    bus.subscribe(OrderEvent, () => undefined);
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(false);
  });

  it.each(['publish', 'publishSettled', 'emit'] as const)(
    'is an UnhandledEvent with the very event, by %s, for whoever subscribed to that',
    (how) => {
      const seen: object[] = [];
      bus.subscribe(UnhandledEvent, ({ event }) => seen.push(event));
      const event = new OrderPlaced();
      void bus[how](event);
      expect(seen).toHaveLength(1);
      expect(seen[0]).toBe(event);
    },
  );

  it('counts as nobody again when the last handler has unsubscribed', async () => {
    bus.subscribe(UnhandledEvent, story.handler('unhandled'));
    const subscription = bus.subscribe(OrderPlaced, story.handler('placed'));
    await bus.publish(new OrderPlaced());
    subscription.unsubscribe();
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
    expect(story.lines).toEqual(['placed', 'unhandled']);
  });

  it('counts a handler of a subclass alone as nobody', async () => {
    bus.subscribe(OrderPlaced, story.handler('placed'));
    expect((await bus.publish(new OrderEvent())).unhandled).toBe(true);
  });

  it('counts a catch-all as a subscriber', async () => {
    bus.subscribe(UnhandledEvent, story.handler('unhandled'));
    bus.subscribe(Object, story.handler('all'));
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(false);
    expect(story.lines).toEqual(['all']);
  });

  it('counts a pending waitFor and an open stream as subscribers', async () => {
    void bus.waitFor(OrderPlaced);
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(false);
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
    const stream = bus.stream(OrderPlaced);
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(false);
    await stream.return?.();
    expect((await bus.publish(new OrderPlaced())).unhandled).toBe(true);
  });

  it('does not take a skipped handler for an absent one', async () => {
    bus.subscribe(UnhandledEvent, story.handler('unhandled'));
    bus.subscribe(OrderPlaced, story.handler('placed'), { filter: () => false });
    const { unhandled, deliveries } = await bus.publish(new OrderPlaced());
    expect(unhandled).toBe(false);
    expect(deliveries).toMatchObject([{ status: 'skipped', reason: 'filter' }]);
    expect(story.lines).toEqual([]);
  });

  it('runs the UnhandledEvent handlers breadth first, like everything that an event leads to', async () => {
    bus.subscribe(UnhandledEvent, story.handler('unhandled'));
    bus.subscribe(OrderPlaced, () => {
      class Unknown {}
      bus.emit(new Unknown());
      story.note('placed');
    });
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['placed', 'unhandled']);
  });

  it('makes no UnhandledEvent of an unhandled UnhandledEvent, nor of a HandlerFailed', async () => {
    bus.subscribe(UnhandledEvent, story.handler('unhandled'), { exact: true });
    bus.subscribe(OrderPlaced, () => {
      throw new Error('no stock');
    });
    await bus.publishSettled(new OrderPlaced());
    expect(story.lines).toEqual([]);
    bus.subscribe(HandlerFailed, story.handler('failed'));
    await bus.publishSettled(new OrderPlaced());
    expect(story.lines).toEqual(['failed']);
  });

  it('reports a failing UnhandledEvent handler as any failure that nobody awaits', async () => {
    const failures: HandlerFailed[] = [];
    bus = new EventBus({ onError: (failure) => void failures.push(failure) });
    const error = new Error('broken');
    bus.subscribe(UnhandledEvent, () => {
      throw error;
    });
    const event = new OrderPlaced();
    expect((await bus.publish(event)).failures).toEqual([]);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.error).toBe(error);
    const [{ event: unhandled }] = failures as [HandlerFailed<UnhandledEvent>];
    expect(unhandled).toBeInstanceOf(UnhandledEvent);
    expect(unhandled.event).toBe(event);
  });
});
