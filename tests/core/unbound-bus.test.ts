import { EventBus, On } from 'class-events';
import { OrderPlaced } from '../support/orders.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';

const remedy =
  'A method of EventBus has lost its bus. Call bus.publish(event), or pass (event) => bus.publish(event) on.';

class Receipts {
  sent: number = 0;
  @On(OrderPlaced)
  send(): void {
    this.sent += 1;
  }
}

describe('A method that was taken off its bus', () => {
  const methods = new EventBus() as unknown as Record<string, (...given: unknown[]) => unknown>;
  const order = new OrderPlaced();
  const handler = (): void => undefined;

  it.each([
    ['publish', [order]],
    ['publishSettled', [order]],
    ['publishAll', [[order]]],
  ] as const)('rejects with the remedy: %s', async (name, given) => {
    const method = methods[name]!;
    const promise = method(...given);
    expect(promise).toBeInstanceOf(Promise);
    expect(await rejectionOf(promise as Promise<unknown>)).toEqual(new TypeError(remedy));
  });

  it.each([
    ['emit', [order]],
    ['subscribe', [OrderPlaced, handler]],
    ['unsubscribe', [OrderPlaced, handler]],
    ['register', [new Receipts()]],
    ['registerClass', [Receipts, (): Receipts => new Receipts()]],
    ['unregister', [new Receipts()]],
    ['waitFor', [OrderPlaced]],
    ['stream', [OrderPlaced]],
    ['hasSubscribers', [OrderPlaced]],
    ['subscriptions', []],
    ['explain', [order]],
    ['observe', [{ onReport: () => undefined }]],
    ['idle', []],
    ['close', []],
  ] as const)('throws with the remedy: %s', (name, given) => {
    const method = methods[name]!;
    expect(thrownBy(() => method(...given))).toEqual(new TypeError(remedy));
    expect(thrownBy(() => method.call({}, ...given))).toEqual(new TypeError(remedy));
  });
});

describe('A bus behind a proxy', () => {
  it('does all that a bus does', async () => {
    const bus = new Proxy(new EventBus({ name: 'orders' }), {});
    const subscription = bus.subscribe(OrderPlaced, () => undefined);
    const receipts = new Receipts();
    bus.register(receipts);
    bus.registerClass(Receipts, () => receipts);
    const reports: unknown[] = [];
    const stop = bus.observe({ onReport: (report) => reports.push(report) });
    const waiting = bus.waitFor(OrderPlaced);
    const stream = bus.stream(OrderPlaced);
    const order = new OrderPlaced();
    expect((await bus.publish(order)).deliveries).toHaveLength(5);
    bus.emit(new OrderPlaced());
    await bus.publishAll([new OrderPlaced()]);
    expect(await waiting).toBe(order);
    expect((await stream.next()).value).toBe(order);
    expect(receipts.sent).toBe(3);
    expect(reports).toHaveLength(3);
    stop();
    expect(bus.explain(order)).toHaveLength(4);
    expect(bus.hasSubscribers(OrderPlaced)).toBe(true);
    expect(bus.unregister(receipts)).toBe(true);
    subscription.unsubscribe();
    expect(bus.name).toBe('orders');
    await bus.idle();
    await bus.close();
    expect(bus.subscriptions()).toEqual([]);
  });
});
