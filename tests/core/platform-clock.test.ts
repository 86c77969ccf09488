import { EventBus, HandlerTimeoutError } from 'class-events';
import { afterMicrotasks } from '../support/deferred.js';
import { OrderPlaced } from '../support/orders.js';
import { publishErrorOf, rejectionOf } from '../support/rejection.js';
import { collectUncaughtErrors } from '../support/uncaught-errors.js';

describe('Fake timers that a test installs', () => {
  const uncaught = collectUncaughtErrors();
  let bus: EventBus;

  beforeEach(() => {
    jest.useFakeTimers();
    bus = new EventBus();
  });

  afterEach(() => void jest.useRealTimers());

  it('swallow no failure that nobody awaits', async () => {
    bus.subscribe(OrderPlaced, () => {
      throw new Error('handler broke');
    });
    bus.emit(new OrderPlaced());
    jest.useRealTimers();
    await afterMicrotasks();
    expect(uncaught.map(String)).toEqual(['Error: handler broke']);
  });

  it('hold up no timeout of a handler', async () => {
    bus.subscribe(OrderPlaced, () => new Promise(() => undefined), { timeout: 1 });
    const { errors } = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(errors).toEqual([expect.any(HandlerTimeoutError)]);
  });

  it('hold up no close with a timeout', async () => {
    bus.subscribe(OrderPlaced, () => new Promise(() => undefined));
    bus.emit(new OrderPlaced());
    expect(String(await rejectionOf(bus.close({ timeout: 1 })))).toMatch(/^CloseTimeoutError/);
  });

  it('change nothing of the times that an observer is shown', async () => {
    const durations: number[] = [];
    bus.observe({ onDelivery: ({ duration }) => durations.push(duration) });
    bus.subscribe(OrderPlaced, () => jest.advanceTimersByTime(3_600_000));
    await bus.publish(new OrderPlaced());
    expect(Math.max(...durations)).toBeLessThan(3_600_000);
  });
});
