import { EventBus, On, StoppableEvent } from 'class-events';
import { OrderPlaced, OrderShipped } from '../support/orders.js';
import { publishErrorOf } from '../support/rejection.js';

/** A proxy without traps: it has none of its target's private fields. */
const shallow = <T extends object>(target: T): T => new Proxy(target, {});

/** A proxy that gives proxies of all objects and functions in it, as far as the language allows. */
function deep<T extends object>(target: T): T {
  return new Proxy(target, {
    get(of, key, receiver) {
      const value: unknown = Reflect.get(of, key, receiver);
      const isFixed = Object.getOwnPropertyDescriptor(of, key)?.configurable === false;
      return Object(value) === value && !isFixed ? deep(value as object) : value;
    },
    apply: (call, self, given) => Reflect.apply(call as never, self, given),
  });
}

const proxies: [string, <T extends object>(target: T) => T][] = [
  ['a proxy without traps', shallow],
  ['a proxy of all that is inside, too', deep],
];

describe.each(proxies)('Behind %s', (_, proxied) => {
  let bus: EventBus;
  const ran: string[] = [];
  const handler = (): void => void ran.push('handler');
  beforeEach(() => {
    bus = new EventBus();
    ran.length = 0;
  });

  it('a report has its deliveries, failures and all the rest', async () => {
    bus.subscribe(OrderPlaced, handler, { name: 'first' });
    bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no stock')), { name: 'second' });
    const report = proxied(await bus.publishSettled(new OrderPlaced('o-7')));
    expect(report.event.orderId).toBe('o-7');
    expect(report.unhandled).toBe(false);
    expect(report.deliveries.map(({ subscription, status }) => `${subscription.name} ${status}`)).toEqual([
      'first fulfilled',
      'second rejected',
    ]);
    expect(report.failures.map(({ reason }) => (reason as Error).message)).toEqual(['no stock']);
    expect(JSON.stringify(report)).toContain('no stock');
  });

  it('the report of an error can be read, and what is read there does not change the report itself', async () => {
    const subscription = bus.subscribe(OrderPlaced, () => Promise.reject(new Error('no stock')));
    const error = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(proxied(error).report.failures).toHaveLength(1);
    expect(error.report.failures[0]?.subscription).toBe(subscription);
    expect(error.report.deliveries).toBe(error.report.deliveries);
  });

  it('a subscription ends: its handler does not run any more, however many others there are', async () => {
    for (const others of [0, 40]) {
      const busy = new EventBus();
      const first = busy.subscribe(OrderPlaced, handler);
      const objects = { handle: handler };
      const second = busy.subscribe(OrderPlaced, objects);
      for (let count = 0; count < others; count++) busy.subscribe(OrderPlaced, () => undefined);
      proxied(first).unsubscribe();
      proxied(second)[Symbol.dispose]();
      await busy.publish(new OrderPlaced());
      expect(ran).toEqual([]);
      expect(busy.subscriptions()).toHaveLength(others);
      expect([first.active, second.active]).toEqual([false, false]);
    }
  });

  it('a subscription to a list of classes ends for all of them', async () => {
    proxied(bus.subscribe([OrderPlaced, OrderShipped], handler)).unsubscribe();
    await bus.publishAll([new OrderPlaced(), new OrderShipped()]);
    expect(ran).toEqual([]);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('a subscription that has ended makes room: the handler can be subscribed again', async () => {
    proxied(bus.subscribe(OrderPlaced, handler)).unsubscribe();
    bus.subscribe(OrderPlaced, handler);
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual(['handler']);
  });

  it('a group of subscriptions ends', async () => {
    class Receipts {
      @On(OrderPlaced)
      send(): void {
        ran.push('send');
      }
    }
    const group = proxied(bus.register(new Receipts()));
    expect(group.active).toBe(true);
    group.unsubscribe();
    await bus.publish(new OrderPlaced());
    expect(ran).toEqual([]);
    expect(bus.subscriptions()).toEqual([]);
  });

  it('an event reaches its handlers, and can be stopped', async () => {
    class LoginAttempted extends StoppableEvent {
      readonly user = 'mallory';
    }
    for (const event of [new LoginAttempted(), Object.freeze(new LoginAttempted())]) {
      bus = new EventBus();
      bus.subscribe(LoginAttempted, ({ user }) => void ran.push(user));
      bus.subscribe(LoginAttempted, (attempt) => attempt.stopPropagation());
      bus.subscribe(LoginAttempted, () => void ran.push('never'));
      const { deliveries } = await bus.publish(proxied(event));
      expect(deliveries.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'skipped']);
    }
    expect(ran).toEqual(['mallory', 'mallory']);
  });

  it('an event that was stopped is stopped for those who hold the event itself, and the other way round', () => {
    class LoginAttempted extends StoppableEvent {}
    const [first, second] = [new LoginAttempted(), new LoginAttempted()];
    proxied(first).stopPropagation();
    second.stopPropagation();
    expect([first.propagationStopped, proxied(second).propagationStopped]).toEqual([true, true]);
  });
});

describe('Behind a proxy without traps', () => {
  it('a stream gives its events, and ends', async () => {
    const bus = new EventBus();
    const stream = shallow(bus.stream(OrderPlaced));
    bus.emit(new OrderPlaced('o-1'));
    const ids: string[] = [];
    for await (const { orderId } of stream) {
      ids.push(orderId);
      break;
    }
    expect(ids).toEqual(['o-1']);
    expect(bus.subscriptions()).toEqual([]);
  });
});

/** Vue makes no proxy of an object whose `Object.prototype.toString` names another thing than a plain object. */
it('What is alive has a name of its own, by which Vue leaves it as it is', () => {
  const bus = new EventBus();
  const alive = [bus, bus.subscribe(OrderPlaced, () => undefined)];
  expect(alive.map((object) => Object.prototype.toString.call(object))).toEqual([
    '[object EventBus]',
    '[object Subscription]',
  ]);
});
