import { inspect } from 'node:util';
import { EventCatalog, UnsafeDataError } from 'class-events/catalog';
import * as fc from 'fast-check';
import { rejectionOf, thrownBy } from '../support/rejection.js';

class Noted {
  constructor(readonly data: unknown) {}
}
const catalog = new EventCatalog().add(Noted, { name: 'noted.it', read: (data) => new Noted(data) });
const forbidden = ['__proto__', 'constructor', 'prototype'];
const readClone = (data: unknown): Promise<object> => catalog.read('noted.it', 1, structuredClone(data));

/** Lists inside one another. */
function nested(depth: number): unknown[] {
  let list: unknown[] = [];
  for (let level = 1; level < depth; level++) list = [list];
  return list;
}

describe('text from outside', () => {
  it('becomes what JSON.parse makes of it', () => {
    for (const data of [null, 7, 'text', true, [], {}, { a: [{ b: null }], 'with space': '__proto__' }]) {
      expect(catalog.parse(JSON.stringify(data))).toEqual(data);
    }
  });

  it.each([
    [`{"__proto__":{"admin":true}}`, '__proto__', '__proto__'],
    [`{"a":[0,{"constructor":1}]}`, 'constructor', 'a.1.constructor'],
    [`[{"prototype":null}]`, 'prototype', '0.prototype'],
    [`{"\\u005f_proto__":1}`, '__proto__', '__proto__'],
    [`{"a":{"__proto__":1},"a":{"__proto__":2}}`, '__proto__', 'a.__proto__'],
  ])('is refused for a key that can change prototypes: %s', (text, key, path) => {
    const error = thrownBy(() => catalog.parse(text));
    expect(error).toBeInstanceOf(UnsafeDataError);
    expect(error).toMatchObject({
      name: 'UnsafeDataError',
      path,
      message: `The data has the key '${key}', at ${path}. It can change prototypes, so no event has it: give the field another name.`,
    });
  });

  it('is refused when it is no JSON', () => {
    const error = thrownBy(() => catalog.parse('{"a":'));
    expect(error).toMatchObject({ name: 'UnsafeDataError', path: '' });
    expect((error as Error).message).toMatch(/^The text is no JSON(, from position 5 on)?\.$/);
    expect((error as Error).cause).toHaveProperty('name', 'SyntaxError');
  });

  it('is refused when it begins with a byte order mark, with the reason', () => {
    expect(() => catalog.parse('\ufeff{}')).toThrow(
      'The text is no JSON, for it begins with a byte order mark (U+FEFF). Take that off.',
    );
  });

  it.each(['hunter2 secret', '{"password":"hunter2', '{"password": hunter2}', '["hunter2"'])(
    'is not in the message, nor in the cause, when it is no JSON: %s',
    (text) => {
      expect(inspect(thrownBy(() => catalog.parse(text)))).not.toContain('hunter2');
    },
  );

  it('is named where it is known what it is the data of', () => {
    const text = '{"constructor":1}';
    expect(() => catalog.parse(text, 'noted.it')).toThrow(/^noted\.it: The data has the key 'constructor'/);
    expect(() => catalog.parse('{', 'noted.it')).toThrow(/^noted\.it: The text is no JSON/);
    expect(() => new EventCatalog({ maxBytes: 2 }).parse(text, 'noted.it')).toThrow(/^noted\.it: The text has more/);
    expect(() => catalog.parse(text, `no\u001b${'x'.repeat(2 ** 20)}`)).toThrow(/^no\\u001bx{77}…: The data/);
  });

  it('is refused when it is no text', () => {
    for (const [value, described] of [
      [{}, 'a plain object'],
      [undefined, 'undefined'],
      [new Uint8Array(1), 'an object of Uint8Array'],
      [4111, 'a number'],
    ]) {
      expect(() => catalog.parse(value as string)).toThrow(
        `Data is parsed from a text, not from ${described as string}.`,
      );
    }
  });

  it('may have 64 levels', () => {
    expect(catalog.parse(JSON.stringify(nested(64)))).toEqual(nested(64));
    const error = thrownBy(() => catalog.parse(JSON.stringify(nested(65))));
    expect(error).toBeInstanceOf(UnsafeDataError);
    expect(error).toMatchObject({
      message: `The data has more than 64 levels, at ${Array(64).fill(0).join('.')}. The catalog's option 'maxDepth' allows more.`,
    });
  });

  it('may have 1 MiB', () => {
    const text = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;
    expect(catalog.parse(text(2 ** 20))).toHaveLength(2 ** 20 - 2);
    const error = thrownBy(() => catalog.parse(text(2 ** 20 + 1)));
    expect(error).toBeInstanceOf(UnsafeDataError);
    expect(error).toMatchObject({
      message: `The text has more than 1048576 bytes. The catalog's option 'maxBytes' allows more.`,
      path: '',
    });
  });

  it('is measured before it is parsed', () => {
    expect(() => new EventCatalog({ maxBytes: 10 }).parse(`{ this is no JSON`)).toThrow('has more than 10 bytes');
  });

  it('is measured in bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (content) => {
        const text = JSON.stringify(content);
        const bytes = Buffer.byteLength(text);
        expect(new EventCatalog({ maxBytes: bytes }).parse(text)).toBe(content);
        expect(() => new EventCatalog({ maxBytes: bytes - 1 }).parse(text)).toThrow(`more than ${bytes - 1} bytes`);
      }),
    );
  });

  it('is held to other limits where a catalog has them', () => {
    const [narrow, wide] = [
      new EventCatalog({ maxDepth: 2 }),
      new EventCatalog({ maxDepth: 500_000, maxBytes: 2 ** 24 }),
    ];
    expect(() => narrow.parse('[[[]]]')).toThrow('The data has more than 2 levels, at 0.0.');
    expect(wide.parse(JSON.stringify(nested(1000)))).toBeDefined();
    expect(wide.parse(`"${'x'.repeat(2 ** 21)}"`)).toHaveLength(2 ** 21);
  });

  it('is refused, whatever its depth, without a stack overflow', () => {
    const text = '['.repeat(500_000) + ']'.repeat(500_000);
    expect(() => catalog.parse(text)).toThrow('The data has more than 64 levels');
  });

  it('does not make long messages of long keys', () => {
    const text = JSON.stringify({ ['x'.repeat(10_000)]: { ['y'.repeat(10_000)]: { constructor: 1 } } });
    expect((thrownBy(() => catalog.parse(text)) as UnsafeDataError).path).toBe(
      `${'x'.repeat(40)}….${'y'.repeat(40)}….constructor`,
    );
  });
});

describe('a structured clone', () => {
  it('may hold what clones can hold', async () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['itself'] = circle;
    const data = {
      circle,
      map: new Map<unknown, unknown>([
        ['constructor', new Set([[1], circle])],
        [{ a: 1 }, 2],
      ]),
      bytes: new Uint8Array(100_000),
      view: new DataView(new ArrayBuffer(8)),
      at: new Date(0),
      error: new RangeError('a', { cause: { b: 1 } }),
      pattern: /x/g,
      big: 2n ** 70n,
      list: Object.assign([1], { extra: true }),
    };
    expect(await readClone(data)).toMatchObject({ data: { circle: { name: 'circle' }, big: 2n ** 70n } });
  });

  const planted = JSON.parse('{"__proto__":1}') as object;
  it.each<[string, unknown, string]>([
    ['a value of a map', new Map([['a', { b: planted }]]), 'value 0.b.__proto__'],
    [
      'a key of a map',
      new Map<unknown, number>([
        ['a', 1],
        [planted, 2],
      ]),
      'key 1.__proto__',
    ],
    ['a set', new Set([[], planted]), 'value 1.__proto__'],
    ['the cause of an error', new Error('a', { cause: planted }), 'cause.__proto__'],
    ['a list with a name', Object.assign([1], { extra: planted }), 'extra.__proto__'],
    ['a list', Object.assign([1], { constructor: 1 }), 'constructor'],
  ])('is refused for a forbidden key in %s', async (_, data, path) => {
    expect(await rejectionOf(readClone(data))).toMatchObject({ name: 'UnsafeDataError', path });
  });

  it('names the event class, the wire name and the version', async () => {
    expect(await rejectionOf(readClone({ a: planted }))).toMatchObject({
      message: `Noted (noted.it v1) cannot be read: The data has the key '__proto__', at a.__proto__. It can change prototypes, so no event has it: give the field another name.`,
      path: 'a.__proto__',
    });
  });

  it('has its keys on one line of the message, and no long line', () => {
    const text = `${'{"\\u001b[2J\\u2028":'.repeat(100_001)}1${'}'.repeat(100_001)}`;
    const { message } = thrownBy(() => new EventCatalog({ maxDepth: 100_000, maxBytes: 2 ** 24 }).parse(text)) as Error;
    expect(message).toMatch(/^The data has more than 100000 levels, at \\u001b\[2J\\u2028\./);
    expect(message.length).toBeLessThan(700);
  });

  it('is refused for its depth without a stack overflow', async () => {
    await expect(catalog.read('noted.it', 1, nested(1_000_000))).rejects.toThrow('The data has more than 64 levels');
    const wide = new EventCatalog({ maxDepth: 1_000_001 }).add(Noted, {
      name: 'noted.it',
      read: (data) => new Noted(data),
    });
    await expect(wide.read('noted.it', 1, nested(1_000_000))).resolves.toBeInstanceOf(Noted);
  });

  it('has its depth by the shortest way to each part', async () => {
    const inner = { end: [] };
    const catalogOfThree = new EventCatalog({ maxDepth: 3 }).add(Noted, {
      name: 'noted.it',
      read: (data) => new Noted(data),
    });
    await expect(catalogOfThree.read('noted.it', 1, { long: [[inner]], short: inner })).resolves.toBeInstanceOf(Noted);
    await expect(catalogOfThree.read('noted.it', 1, { long: [[inner]] })).rejects.toThrow('at long.0.0');
  });
});

// A list has its length already.
const harmless = fc.string().filter((key) => ![...forbidden, 'length'].includes(key));

/** Any data that a clone can hold, with circles and parts that are there twice. */
const graphs = fc
  .tuple(
    fc.anything({
      key: harmless,
      maxDepth: 4,
      withMap: true,
      withSet: true,
      withDate: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      withBigInt: true,
    }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), harmless)),
  )
  .map(([data, links]) => {
    const root = { data };
    const containers = containersOf(root);
    for (const [from, to, key] of links) {
      const [source, target] = [from, to].map((index) => containers[index % containers.length]!);
      Object.defineProperty(source, key, { value: target, enumerable: true, configurable: true, writable: true });
    }
    return root;
  });

/** By a way of its own: recursive, and through the front door of each kind. */
function containersOf(value: unknown, found = new Set<object>()): object[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || found.has(value)) return [...found];
  found.add(value);
  for (const inner of Object.values(value)) containersOf(inner, found);
  if (value instanceof Map) for (const inner of [...value.keys(), ...value.values()]) containersOf(inner, found);
  if (value instanceof Set) for (const inner of value) containersOf(inner, found);
  return [...found];
}

describe('any graph of objects', () => {
  it('any data without a forbidden key is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        const event = await catalog.read('noted.it', 1, graph);
        expect((event as Noted).data).toBe(graph);
      }),
    );
  });

  it('data with a forbidden key anywhere is refused, and the path leads there', async () => {
    await fc.assert(
      fc.asyncProperty(
        graphs,
        fc.nat(),
        fc.constantFrom(...forbidden),
        fc.anything(),
        async (graph, index, key, value) => {
          const containers = containersOf(graph);
          const place = containers[index % containers.length]!;
          fc.pre(Object.isExtensible(place));
          Object.defineProperty(place, key, { value, enumerable: true, configurable: true, writable: true });
          const error = await rejectionOf(catalog.read('noted.it', 1, graph));
          expect(error).toBeInstanceOf(UnsafeDataError);
          expect((error as UnsafeDataError).path.endsWith(key)).toBe(true);
        },
      ),
    );
  });
});
