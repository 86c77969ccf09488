import {
  EventCatalog,
  EventDataError,
  UnknownEventError,
  UnsafeDataError,
  VersionAheadError,
} from 'class-events/catalog';
import { rejectionOf } from '../support/rejection.js';
import { catalogOfOrders, Money, OrderPlaced, OrderShipped } from './orders.js';

const readBy = (read: (data: { readonly orderId: string }) => unknown): Promise<object> =>
  new EventCatalog()
    .add(OrderShipped, { name: 'order.shipped', read: read as () => OrderShipped })
    .read('order.shipped', 1, { orderId: 'o-1' });

describe('reading an event', () => {
  it('gives an instance of its class, made by read', async () => {
    const event = await catalogOfOrders().read('order.placed', 3, { orderId: 'o-1', total: '1', currency: 'USD' });
    expect(event).toBeInstanceOf(OrderPlaced);
    expect(event).toEqual(new OrderPlaced('o-1', new Money(1n), 'USD'));
  });

  it('brings older data to the current version, step by step', async () => {
    const catalog = catalogOfOrders();
    expect(await catalog.read('order.placed', 1, { orderId: 'o-1', total: 7 })).toEqual(
      new OrderPlaced('o-1', new Money(7n), 'EUR'),
    );
    expect(await catalog.read('order.placed', 2, { orderId: 'o-1', total: 7, currency: 'USD' })).toEqual(
      new OrderPlaced('o-1', new Money(7n), 'USD'),
    );
  });

  it('takes a former name like the present one', async () => {
    const event = await catalogOfOrders().read('order.created', 1, { orderId: 'o-1', total: 7 });
    expect(event).toEqual(new OrderPlaced('o-1', new Money(7n), 'EUR'));
  });

  it('refuses a name that it does not know', async () => {
    const error = await rejectionOf(catalogOfOrders().read('OrderPlaced', 1, {}));
    expect(error).toBeInstanceOf(UnknownEventError);
    expect(error).toMatchObject({
      name: 'UnknownEventError',
      eventName: 'OrderPlaced',
      message: `No event class in the catalog has the name 'OrderPlaced'. Add it: catalog.add(TheClass, { name: 'OrderPlaced', … }). The older name of a class belongs in its 'formerNames'.`,
    });
  });

  it('shows of a name that comes from outside one line, and not all of it', async () => {
    const name = `\u001b[2J\n${'x'.repeat(2 ** 20)}`;
    const error = (await rejectionOf(catalogOfOrders().read(name, 1, {}))) as UnknownEventError;
    expect(error.message).toMatch(/^No event class in the catalog has the name '\\u001b\[2J\\u000ax{75}…'\. Add it: /);
    expect(error.message.length).toBeLessThan(500);
    expect(error.eventName).toBe(name);
  });

  it.each([
    [Symbol('order'), "'Symbol(order)'"],
    [undefined, "'undefined'"],
    [7, "'7'"],
  ])('refuses %p as a name', async (name, shown) => {
    const error = await rejectionOf(catalogOfOrders().read(name as never, 1, {}));
    expect(error).toBeInstanceOf(UnknownEventError);
    expect((error as Error).message).toContain(`has the name ${shown}.`);
  });

  it('says when the event was written by a newer program', async () => {
    const error = await rejectionOf(catalogOfOrders().read('order.created', 4, { __proto__: null }));
    expect(error).toBeInstanceOf(VersionAheadError);
    expect(error).toMatchObject({ name: 'VersionAheadError', eventName: 'order.created', version: 4, knownVersion: 3 });
    expect(error).toMatchObject({
      message:
        'order.created v4 is newer than this program, which knows v3. Deploy the code that knows v4 here, and keep the event until then. Consumers are deployed before producers.',
    });
  });

  it.each([
    [0, 'v0'],
    [-1, 'v-1'],
    [1.5, 'v1.5'],
    [Number.NaN, 'vNaN'],
    [Infinity, 'vInfinity'],
    ['2', `v'2'`],
    ['4', `v'4'`],
    [undefined, 'vundefined'],
    ['\u001b'.repeat(200), `v'${'\\u001b'.repeat(79)}…`],
  ])('refuses the version %p', async (version, described) => {
    const error = await rejectionOf(catalogOfOrders().read('order.placed', version as number, {}));
    expect(error).toBeInstanceOf(EventDataError);
    expect(error).toMatchObject({
      message: `OrderPlaced (order.placed ${described}) cannot be read: the versions that can be read are 1, 2, 3. Older ones need steps in 'upcast'.`,
      version,
    });
  });

  it('refuses a version that is older than its upcasters', async () => {
    const catalog = new EventCatalog().add(OrderShipped, {
      name: 'order.shipped',
      version: 4,
      upcast: { 3: (data) => data as object },
      read: (data) => new OrderShipped(data.orderId),
    });
    await expect(catalog.read('order.shipped', 3, { orderId: 'o-1' })).resolves.toEqual(new OrderShipped('o-1'));
    await expect(catalog.read('order.shipped', 2, {})).rejects.toThrow('the versions that can be read are 3, 4.');
  });

  it('refuses unsafe data before anything of the catalog sees it', async () => {
    const seen: unknown[] = [];
    const catalog = new EventCatalog({ maxDepth: 2 }).add(OrderShipped, {
      name: 'order.shipped',
      version: 2,
      upcast: { 1: (data) => seen.push(data) },
      read: (data) => new OrderShipped(data.orderId),
    });
    const unsafe = [JSON.parse('{"a":{"__proto__":{"admin":true}}}'), [[[]]]] as unknown[];
    for (const data of unsafe)
      expect(await rejectionOf(catalog.read('order.shipped', 1, data))).toBeInstanceOf(UnsafeDataError);
    expect(seen).toEqual([]);
  });

  it('rejects, and never throws at its caller', () => {
    expect(
      () =>
        void catalogOfOrders()
          .read('order.lost', 1, {})
          .catch(() => undefined),
    ).not.toThrow();
  });

  it('says which step threw, and what', async () => {
    const cause = new RangeError('no total');
    const catalog = new EventCatalog().add(OrderShipped, {
      name: 'order.shipped',
      version: 3,
      upcast: {
        1: (data) => data as object,
        2: () => {
          throw cause;
        },
      },
      read: (data) => new OrderShipped(data.orderId),
    });
    const error = await rejectionOf(catalog.read('order.shipped', 1, {}));
    expect(error).toBeInstanceOf(EventDataError);
    expect(error).toMatchObject({
      message: 'OrderShipped (order.shipped v1) cannot be read: the step 2 of upcast threw RangeError: no total',
      version: 1,
    });
    expect((error as Error).cause).toBe(cause);
  });

  it.each([
    ['nothing', () => undefined, 'the step 1 of upcast returned nothing. It has to return the data.'],
    ['a promise', async () => ({}), 'the step 1 of upcast returned a promise. It has to be sync.'],
  ])('refuses an upcaster that returns %s', async (_, upcast, message) => {
    const catalog = new EventCatalog().add(OrderShipped, {
      name: 'order.shipped',
      version: 2,
      upcast: { 1: upcast },
      read: (data) => new OrderShipped(data.orderId),
    });
    await expect(catalog.read('order.shipped', 1, {})).rejects.toThrow(message);
  });

  it.each(['read', 'upcast'] as const)('leaves no rejection behind of a %s that is async', async (name) => {
    const surfaced: unknown[] = [];
    const listen = (reason: unknown): void => void surfaced.push(reason);
    process.on('unhandledRejection', listen);
    const reject = async (): Promise<never> => Promise.reject(new RangeError('no data'));
    const catalog = new EventCatalog().add(OrderShipped, {
      name: 'order.shipped',
      version: 2,
      upcast: { 1: name === 'upcast' ? reject : (data) => data as object },
      read: (name === 'read' ? reject : (data: { orderId: string }) => new OrderShipped(data.orderId)) as never,
    });
    await expect(catalog.read('order.shipped', 1, {})).rejects.toThrow('returned a promise. It has to be sync.');
    await new Promise((turn) => setImmediate(turn));
    process.off('unhandledRejection', listen);
    expect(surfaced).toEqual([]);
  });

  class ExpressShipped extends OrderShipped {}
  it.each<[string, (data: { orderId: string }) => unknown, string]>([
    ['nothing', () => undefined, 'read returned undefined. It has to return a new OrderShipped(…).'],
    ['the data', (data) => data, 'read returned a plain object. It has'],
    ['an instance of another class', () => new Money(1n), 'read returned an object of Money. It has'],
    ['an instance of a subclass', () => new ExpressShipped('o-1'), 'read returned an object of ExpressShipped. It has'],
    ['a promise', async () => new OrderShipped('o-1'), 'read returned a promise. It has to be sync.'],
    ['a text', () => '4111-1111-1111-1111', 'read returned a string. It has'],
    ['a throw', () => BigInt('x'), 'read threw SyntaxError: Cannot convert x to a BigInt'],
  ])('refuses a read that comes to %s', async (_, read, message) => {
    const error = await rejectionOf(readBy(read));
    expect(error).toBeInstanceOf(EventDataError);
    expect(error).toMatchObject({
      message: expect.stringContaining(`OrderShipped (order.shipped v1) cannot be read: ${message}`) as string,
    });
  });

  it('calls the functions of a definition without a this', async () => {
    const seen: unknown[] = [];
    const catalog = new EventCatalog().add(OrderShipped, {
      name: 'order.shipped',
      key(this: unknown) {
        seen.push(this);
        return 'k';
      },
      read(this: unknown, data) {
        seen.push(this);
        return new OrderShipped(data.orderId);
      },
    });
    void catalog.write(new OrderShipped('o-1'));
    await catalog.read('order.shipped', 1, { orderId: 'o-1' });
    expect(seen).toEqual([undefined, undefined]);
  });
});
