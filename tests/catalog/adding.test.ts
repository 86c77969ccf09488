import { EventCatalog, type EventDefinition } from 'class-events/catalog';
import { catalogOfOrders, OrderPlaced, OrderShipped } from './orders.js';

type Definition = EventDefinition<OrderShipped>;
const read: Definition['read'] = (data) => new OrderShipped(data.orderId);
const add = (definition: Partial<Record<keyof Definition, unknown>>) => (): unknown =>
  new EventCatalog().add(OrderShipped, { name: 'order.shipped', read, ...definition } as Definition);

describe('a catalog', () => {
  const catalog = catalogOfOrders();

  it('knows the classes that were added, and them alone', () => {
    class ExpressShipped extends OrderShipped {}
    expect([OrderPlaced, OrderShipped, ExpressShipped, Object].map((eventClass) => catalog.has(eventClass))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(() => catalog.has(undefined as never)).toThrow('The event class is undefined: most often a circular import');
    expect(() => catalog.has({} as never)).toThrow('a plain object is no event class.');
  });

  it('finds the entry of an event by its very class', () => {
    class ExpressShipped extends OrderShipped {}
    expect(catalog.entryOf(new OrderShipped('o-1'))?.name).toBe('order.shipped');
    expect(catalog.entryOf(new ExpressShipped('o-1'))).toBeUndefined();
    for (const none of [{}, [], Object.create(null) as object, null, 'text']) {
      expect(catalog.entryOf(none as object)).toBeUndefined();
    }
  });

  it('finds the class of an event also where its prototype says nothing of it', () => {
    function Paid(this: { readonly orderId: string }): void {}
    Paid.prototype = { paid: true };
    const entry = new EventCatalog().add(Paid, { name: 'order.paid', read: () => Object.create(null) as never });
    expect(entry.entryOf(Object.create(Paid.prototype) as object)?.name).toBe('order.paid');
    expect(entry.entryOf({})).toBeUndefined();
  });

  it('finds an entry by its name and by its former names', () => {
    expect(catalog.named('order.placed')?.eventClass).toBe(OrderPlaced);
    expect(catalog.named('order.created')).toBe(catalog.named('order.placed'));
    for (const none of ['order.lost', '', '__proto__', 'constructor', 'OrderPlaced']) {
      expect(catalog.named(none)).toBeUndefined();
    }
  });

  it('keeps two classes of one name apart', () => {
    const [First, Second] = [class Same {}, class Same {}];
    const both = new EventCatalog()
      .add(First, { name: 'a.same', read: () => new First() })
      .add(Second, { name: 'b.same', read: () => new Second() });
    expect([new First(), new Second()].map((event) => both.entryOf(event)?.name)).toEqual(['a.same', 'b.same']);
  });

  it('lists its entries in the order in which they were added', () => {
    expect(
      catalog.entries.map(({ name, version, formerNames, reads, keyed }) => [name, version, formerNames, reads, keyed]),
    ).toEqual([
      ['order.placed', 3, ['order.created'], [1, 2, 3], true],
      ['order.shipped', 1, [], [1], false],
    ]);
  });

  it('does not change with what was handed in or out', async () => {
    const upcast: Record<number, () => unknown> = { 1: () => ({ orderId: 'o-1' }) };
    const definition = { name: 'order.shipped', version: 2, read, formerNames: ['order.sent'], upcast };
    const kept = new EventCatalog().add(OrderShipped, definition);
    Object.assign(definition, { name: 'other', read: () => undefined });
    definition.formerNames.push('late');
    upcast[1] = () => undefined;
    (kept.entries as unknown[]).pop();
    expect(kept.manifest()).toEqual([
      { name: 'order.shipped', version: 2, formerNames: ['order.sent'], keyed: false, reads: [1, 2] },
    ]);
    expect(await kept.read('order.sent', 1, {})).toEqual(new OrderShipped('o-1'));
  });
});

describe('what is added is refused', () => {
  it.each([
    [
      'undefined',
      undefined,
      'The event class is undefined: most often a circular import, in which two files import each other. Break the circle.',
    ],
    [
      'an instance',
      new OrderShipped('o-1'),
      'an object of OrderShipped is no event class. Pass the class itself, as in',
    ],
    ['an arrow function', () => OrderShipped, 'is no event class. Pass the class itself'],
  ])('add refuses what is no class: %s', (_, eventClass, message) => {
    const catalog = new EventCatalog();
    expect(() => catalog.add(eventClass as never, { name: 'order.shipped', read })).toThrow(
      new RegExp(message.replaceAll('.', '\\.')),
    );
    expect(catalog.entries).toEqual([]);
  });

  it('add refuses a class that is in the catalog already', () => {
    expect(() => catalogOfOrders().add(OrderShipped, { name: 'order.sent', read })).toThrow(
      'OrderShipped cannot be added to the catalog. The class is in it already.',
    );
  });

  it.each([
    ['a name', { name: 'order.shipped' }, `The name 'order.shipped' belongs to OrderShipped.`],
    ['a former name of another class', { name: 'order.created' }, `The name 'order.created' belongs to OrderPlaced.`],
    [
      'a name, by a former name',
      { name: 'parcel.sent', formerNames: ['order.placed'] },
      `'order.placed' belongs to OrderPlaced.`,
    ],
    [
      'a former name twice',
      { name: 'parcel.sent', formerNames: ['order.created'] },
      `'order.created' belongs to OrderPlaced.`,
    ],
    [
      'its own name as a former one',
      { name: 'parcel.sent', formerNames: ['parcel.sent'] },
      `'parcel.sent' stands in it twice.`,
    ],
    [
      'one former name twice',
      { name: 'parcel.sent', formerNames: ['a.b', 'a.b'] },
      `The name 'a.b' stands in it twice.`,
    ],
  ])('add refuses a name or a class that is taken: %s', (_, definition, message) => {
    class ParcelSent {}
    const catalog = catalogOfOrders();
    const before = catalog.manifest();
    expect(() => catalog.add(ParcelSent, { ...definition, read: () => new ParcelSent() })).toThrow(message);
    // Nothing of it stays behind.
    expect([catalog.has(ParcelSent), catalog.named('parcel.sent')]).toEqual([false, undefined]);
    expect(catalog.manifest()).toEqual(before);
  });

  it.each([
    ['no definition', undefined, `The option 'name' is missing, as in { name: 'order.placed', read:`],
    ['null', null, 'Options are a plain object, not null.'],
    ['no name', { read }, `The option 'name' is missing`],
    ['no read', { name: 'order.shipped' }, `The option 'read' is missing`],
  ])('add refuses an incomplete definition: %s', (_, definition, message) => {
    const refused = (): unknown => new EventCatalog().add(OrderShipped, definition as Definition);
    expect(refused).toThrow(TypeError);
    expect(refused).toThrow(`OrderShipped cannot be added to the catalog. ${message}`);
  });

  it.each<[string, unknown, string]>([
    ['name', '', `must be a string that is not empty, not ''.`],
    ['name', 7, 'must be a string that is not empty, not 7.'],
    ['version', 0, 'must be a whole number above 0, not 0.'],
    ['version', 1.5, 'must be a whole number above 0, not 1.5.'],
    ['version', Number.NaN, 'must be a whole number above 0, not NaN.'],
    ['version', '2', `must be a whole number above 0, not '2'.`],
    ['key', 'orderId', `must be a function, not 'orderId'.`],
    ['write', {}, 'must be a function, not a plain object.'],
    ['read', OrderShipped.name, `must be a function, not 'OrderShipped'.`],
    [
      'schema',
      { validate: () => ({}) },
      `must be a Standard Schema, with '~standard' (zod, valibot, arktype and others)`,
    ],
    ['schema', null, 'must be a Standard Schema'],
    ['upcast', () => ({}), 'must be an object with a function for each older version'],
    ['upcast', null, 'must be an object with a function for each older version, not null.'],
    ['formerNames', 'order.sent', 'must be a list of strings that are not empty'],
    ['formerNames', [''], 'must be a list of strings that are not empty'],
  ])("add refuses an impossible value of '%s': %p", (option, value, message) => {
    expect(add({ [option]: value })).toThrow(TypeError);
    expect(add({ [option]: value })).toThrow(
      `OrderShipped cannot be added to the catalog. The option '${option}' ${message}`,
    );
  });

  it.each(['order\0placed', 'order.\ud800'])('add refuses a name that no database keeps: %j', (name) => {
    const problem = "' holds a NUL or half of a character, which databases refuse.";
    expect(add({ name })).toThrow(problem);
    expect(add({ name: 'order.shipped', formerNames: [name] })).toThrow(problem);
    expect(add({ name: 'order.\u{1f4e6}' })).not.toThrow();
  });

  it('add refuses a name that is too long for a row, and shows the beginning of it', () => {
    expect(add({ name: 'order.'.repeat(34) })).toThrow(/The name '(?:order\.)+or…' has more than 200 characters\./);
    expect(add({ name: '\u{1f4e6}'.repeat(200) })).not.toThrow();
  });

  it('add refuses a misspelt option', () => {
    expect(add({ uppcast: {} } as object)).toThrow(
      `Unknown option 'uppcast'. The options are name, version, key, schema, `,
    );
  });

  it('add refuses a name that is merely that of the class', () => {
    expect(add({ name: 'OrderShipped' })).toThrow(
      `The name 'OrderShipped' is that of the class, which a refactoring or a minifier changes. Give the event a name of its own, as in 'order.placed'.`,
    );
    for (const name of [
      'Shipped',
      'orders.OrderShipped',
      'orders/OrderShipped',
      'orders:OrderShipped',
      'order-shipped',
    ]) {
      expect(add({ name })).not.toThrow();
    }
    const dashed = { 'order-sent': class {} }['order-sent'];
    expect(() => new EventCatalog().add(dashed, { name: 'order-sent', read: () => new dashed() })).not.toThrow();
  });

  const step = (data: object): object => data;
  it.each<[string, number, Record<string, unknown>, string]>([
    [
      'a gap at its end',
      3,
      { 1: step },
      `'upcast' has a gap: it leads from 1 to 2, and no further. Add the step 2, from version 2 to 3.`,
    ],
    ['a gap in the middle', 5, { 2: step, 4: step }, `it leads from 2 to 3, and no further.`],
    ['a gap of many', 2 ** 50, { 1: step }, `it leads from 1 to 2, and no further.`],
    [
      'a step from the current version',
      2,
      { 1: step, 2: step },
      `'upcast' has a step from version 2, and the current version is 2.`,
    ],
    [
      'a step from a later one',
      2,
      { 1: step, 7: step },
      `'upcast' has a step from version 7, and the current version is 2.`,
    ],
    ['a step where there is but one version', 1, { 1: step }, `Raise 'version', or drop the step.`],
    ['a step from no version', 2, { 0: step, 1: step }, `'upcast' has the key '0', which is no version.`],
    ['a key that is no number', 2, { one: step }, `'upcast' has the key 'one', which is no version.`],
    ['a number in other digits', 2, { '1.0': step }, `'upcast' has the key '1.0', which is no version.`],
    [
      'a step that is no function',
      2,
      { 1: { currency: 'EUR' } },
      `The step 1 of 'upcast' must be a function, not a plain object.`,
    ],
  ])('add refuses upcasters that have %s', (_, version, upcast, message) => {
    expect(add({ version, upcast })).toThrow(TypeError);
    expect(add({ version, upcast })).toThrow(message);
  });

  it('add accepts a class that reads no old versions, or only the later ones', () => {
    expect(add({ version: 9 })).not.toThrow();
    expect(add({ version: 9, upcast: {} })).not.toThrow();
    expect(add({ version: 9, upcast: { 8: step, 7: step } })).not.toThrow();
  });
});

describe('the options of a catalog', () => {
  it.each([{ maxBytes: 0 }, { maxDepth: 1.5 }, { maxDepth: '64' }, { maxbytes: 1 }])('are checked: %p', (options) => {
    expect(() => new EventCatalog(options as object)).toThrow(TypeError);
  });
});
