import { EventCatalog, EventDataError, UncataloguedEventError } from 'class-events/catalog';
import { thrownBy } from '../support/rejection.js';
import { catalogOfOrders, Money, OrderPlaced, OrderShipped } from './orders.js';

const withShipped = (definition: { key?: (event: OrderShipped) => never; write?: () => unknown }): EventCatalog =>
  new EventCatalog().add(OrderShipped, {
    name: 'order.shipped',
    read: (data) => new OrderShipped(data.orderId),
    ...definition,
  });

describe('writing an event', () => {
  it('gives its name, its version, its key and its data, at once', () => {
    expect(catalogOfOrders().write(new OrderPlaced('o-1', new Money(2n ** 60n), 'USD'))).toEqual({
      name: 'order.placed',
      version: 3,
      key: 'order:o-1',
      data: { orderId: 'o-1', total: '1152921504606846976', currency: 'USD' },
    });
  });

  it('takes its own enumerable properties where nothing else is said, and no key', () => {
    class Noted {
      readonly #secret = 'not written';
      readonly at = [1, 2];
      constructor(readonly text: string) {
        Object.defineProperty(this, 'hidden', { value: this.#secret });
      }
      get inCapitals(): string {
        return this.text.toUpperCase();
      }
    }
    const catalog = new EventCatalog().add(Noted, { name: 'noted.it', read: (data) => new Noted(data.text) });
    expect(catalog.write(new Noted('a'))).toEqual({
      name: 'noted.it',
      version: 1,
      key: undefined,
      data: { at: [1, 2], text: 'a' },
    });
  });

  it('is a snapshot: what the event becomes later is not in it', () => {
    const event: { orderId: string } = new OrderShipped('o-1');
    const written = catalogOfOrders().write(event);
    event.orderId = 'o-2';
    expect(written).toMatchObject({ data: { orderId: 'o-1' } });
  });

  it('takes a frozen event, and an event behind a proxy', () => {
    const catalog = catalogOfOrders();
    for (const event of [Object.freeze(new OrderShipped('o-1')), new Proxy(new OrderShipped('o-1'), {})]) {
      expect(catalog.write(event)).toMatchObject({ name: 'order.shipped', data: { orderId: 'o-1' } });
    }
  });

  it('refuses an event whose class is not in the catalog, and says how to add it', () => {
    class OrderLost {}
    const error = thrownBy(() => catalogOfOrders().write(new OrderLost()));
    expect(error).toBeInstanceOf(UncataloguedEventError);
    expect(error).toMatchObject({
      name: 'UncataloguedEventError',
      message: `OrderLost is not in the catalog. Add it: catalog.add(OrderLost, { name: 'a.name.of.its.own', read: (data) => new OrderLost(…) }).`,
    });
  });

  it('refuses an event whose base class is in the catalog: it would come back as another one', () => {
    class ExpressShipped extends OrderShipped {}
    expect(() => catalogOfOrders().write(new ExpressShipped('o-1'))).toThrow(
      'ExpressShipped is not in the catalog. Its base class OrderShipped is in it, and the event would come back as one. Add it:',
    );
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['o-1', 'a string'],
    [{}, 'a plain object'],
    [[], 'an array'],
    [OrderShipped, 'OrderShipped'],
  ])('refuses what is no event: %p', (event, described) => {
    const error = thrownBy(() => catalogOfOrders().write(event as object));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      message: `${described} cannot be written. Pass an instance of a class, as in new OrderPlaced(…).`,
    });
  });

  it.each([
    ['', 'an empty string'],
    [null, 'null'],
    [7, 'a number'],
    [{}, 'a plain object'],
  ])('refuses the key %p', (key, described) => {
    const error = thrownBy(() => withShipped({ key: () => key as never }).write(new OrderShipped('o-1')));
    expect(error).toBeInstanceOf(EventDataError);
    expect(error).toMatchObject({
      message: `OrderShipped (order.shipped v1) cannot be written: key returned ${described}. It has to return a string that is not empty, or undefined for no order.`,
      eventName: 'order.shipped',
      version: 1,
      issues: [],
    });
  });

  it('takes undefined for a key: this event has no order', () => {
    const written = withShipped({ key: () => undefined as never }).write(new OrderShipped('o-1'));
    expect(written).toMatchObject({ key: undefined });
  });

  it.each([
    [
      'key',
      {
        key: () => {
          throw new RangeError('no key');
        },
      },
    ],
    [
      'write',
      {
        write: () => {
          throw new RangeError('no key');
        },
      },
    ],
  ])('says that %s threw, and what', (name, definition) => {
    const error = thrownBy(() => withShipped(definition).write(new OrderShipped('o-1')));
    expect(error).toBeInstanceOf(EventDataError);
    expect(error).toMatchObject({
      message: `OrderShipped (order.shipped v1) cannot be written: ${name} threw RangeError: no key`,
      cause: new RangeError('no key'),
    });
  });

  it('refuses data that was forgotten, or that would come later', () => {
    const [forgotten, later] = [withShipped({ write: () => undefined }), withShipped({ write: async () => ({}) })];
    expect(() => forgotten.write(new OrderShipped('o-1'))).toThrow(
      'write returned nothing. It has to return the data.',
    );
    expect(() => later.write(new OrderShipped('o-1'))).toThrow('write returned a promise. It has to be sync.');
  });

  it.each(['key', 'write'] as const)('leaves no rejection behind of a %s that is async', async (name) => {
    const surfaced: unknown[] = [];
    const listen = (reason: unknown): void => void surfaced.push(reason);
    process.on('unhandledRejection', listen);
    const definition = { [name]: async () => Promise.reject(new RangeError('no key')) };
    expect(() => withShipped(definition as never).write(new OrderShipped('o-1'))).toThrow(`${name} returned a promise`);
    await new Promise((turn) => setImmediate(turn));
    process.off('unhandledRejection', listen);
    expect(surfaced).toEqual([]);
  });

  it('takes null as data', () => {
    expect(withShipped({ write: () => null }).write(new OrderShipped('o-1'))).toMatchObject({ data: null });
  });
});
