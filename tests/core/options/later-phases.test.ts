import { EventBus, type HandlerOptions, NoUnitOfWorkError } from 'class-events';
import { afterMicrotasks } from '../../support/deferred.js';
import { Recorder } from '../../support/recorder.js';
import { rejectionOf, thrownBy } from '../../support/rejection.js';
import { collectUncaughtErrors } from '../../support/uncaught-errors.js';

class OrderEvent {}
class OrderPlaced extends OrderEvent {}

describe('A handler that nothing here can serve', () => {
  const uncaught = collectUncaughtErrors();
  let bus: EventBus;
  let story: Recorder;

  beforeEach(() => {
    bus = new EventBus();
    story = new Recorder();
    bus.subscribe(OrderPlaced, story.handler('immediate'), { priority: 1 });
  });

  it.each<[string, HandlerOptions, string]>([
    ['before the commit', { phase: 'beforeCommit' }, 'beforeCommit'],
    ['after the commit', { phase: 'afterCommit' }, 'afterCommit'],
    ['after a rollback', { phase: 'afterRollback' }, 'afterRollback'],
    ['after completion', { phase: 'afterCompletion' }, 'afterCompletion'],
    ['from the outbox', { durable: 'send-receipt' }, 'send-receipt'],
    ['from the outbox, in its transaction', { durable: 'send-receipt', transactional: true }, 'send-receipt'],
  ])('%s is refused when publishing, before any handler, naming the handlers', async (_, options, named) => {
    bus.subscribe(OrderPlaced, story.handler('never'), { ...options, name: 'sendReceipt' });
    bus.subscribe(OrderEvent, story.handler('never'), { phase: 'afterCommit', name: 'another' });
    const errors = [
      await rejectionOf(bus.publish(new OrderPlaced())),
      await rejectionOf(bus.publishSettled(new OrderPlaced())),
      await rejectionOf(bus.publishAll([new OrderPlaced()])),
      thrownBy(() => bus.emit(new OrderPlaced())),
    ] as Error[];
    for (const error of errors) {
      expect(error).toBeInstanceOf(NoUnitOfWorkError);
      expect(error.name).toBe('NoUnitOfWorkError');
      expect(error.message).toMatch(/^OrderPlaced was not published/);
      expect(error.message).toContain(`sendReceipt (${named})`);
      expect(error.message).toContain('another (afterCommit)');
      expect(error.message).not.toContain('immediate)');
    }
    expect(story.lines).toEqual([]);
  });

  it('does not keep events of other classes from being published', async () => {
    bus.subscribe(OrderPlaced, story.handler('never'), { phase: 'afterCommit' });
    expect((await bus.publish(new OrderEvent())).unhandled).toBe(true);
  });

  it('is not in the way any more when it has unsubscribed', async () => {
    const subscription = bus.subscribe(OrderPlaced, story.handler('never'), { phase: 'afterCommit' });
    await rejectionOf(bus.publish(new OrderPlaced()));
    subscription.unsubscribe();
    await bus.publish(new OrderPlaced());
    expect(story.lines).toEqual(['immediate']);
  });

  it('can be subscribed and listed', () => {
    const subscription = bus.subscribe(OrderPlaced, () => undefined, { phase: 'afterCommit' });
    expect(subscription).toMatchObject({ phase: 'afterCommit', active: true });
    expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
  });

  it('a handler of a later phase that subscribes between an emit and its turn is refused aloud, and the others go on', async () => {
    class OrderPaid {}
    class OrderShipped {}
    bus.subscribe(OrderPaid, story.handler('never'));
    bus.subscribe(OrderShipped, story.handler('shipped'));
    bus.subscribe(OrderPlaced, () => {
      bus.emit(new OrderPaid());
      bus.emit(new OrderShipped());
      bus.subscribe(OrderPaid, story.handler('never'), { phase: 'afterCommit', name: 'late' });
    });
    await bus.publish(new OrderPlaced());
    await afterMicrotasks();
    expect(story.lines).toEqual(['immediate', 'shipped']);
    expect(uncaught).toEqual([expect.any(NoUnitOfWorkError)]);
  });
});
