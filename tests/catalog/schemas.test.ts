/** @jest-environment ./tests/catalog/arktype-environment.cjs */
import { inspect } from 'node:util';
import type { type } from 'arktype';
import { EventCatalog, EventDataError, type StandardSchema } from 'class-events/catalog';
import * as v from 'valibot';
import { z } from 'zod';
import { rejectionOf, thrownBy } from '../support/rejection.js';

declare global {
  // Given by the environment.
  var arktype: typeof type;
}

class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly amounts: readonly number[],
  ) {}
}

interface Data {
  readonly orderId: string;
  readonly amounts: number[];
}

const wait = async (orderId: string): Promise<boolean> => orderId !== 'o-0';

/** One shape, said in three libraries. */
const schemas: [library: string, schema: StandardSchema<Data>][] = [
  ['zod', z.object({ orderId: z.string(), amounts: z.array(z.number()) })],
  ['valibot', v.object({ orderId: v.string(), amounts: v.array(v.number()) })],
  ['arktype', globalThis.arktype({ orderId: 'string', amounts: 'number[]' })],
];
const asyncSchemas: [library: string, schema: StandardSchema<Data>][] = [
  ['zod', z.object({ orderId: z.string().refine(wait, 'is not known'), amounts: z.array(z.number()) })],
  [
    'valibot',
    v.objectAsync({
      orderId: v.pipeAsync(v.string(), v.checkAsync(wait, 'is not known')),
      amounts: v.array(v.number()),
    }),
  ],
];

const catalogWith = (schema: StandardSchema<Data>): EventCatalog =>
  new EventCatalog().add(OrderPlaced, {
    name: 'order.placed',
    version: 2,
    schema,
    upcast: { 1: ({ amount, ...data }) => ({ ...data, amounts: [amount] }) },
    read: ({ orderId, amounts }) => new OrderPlaced(orderId, amounts),
  });

const good = new OrderPlaced('o-1', [1, 2]);
const bad = new OrderPlaced('o-1', [1, '2' as never]);

describe.each(schemas)('a schema of %s', (_, schema) => {
  const catalog = catalogWith(schema);

  it('lets what fits it through, in either direction', async () => {
    expect(catalog.write(good)).toMatchObject({ data: { orderId: 'o-1', amounts: [1, 2] } });
    expect(await catalog.read('order.placed', 2, { orderId: 'o-1', amounts: [1, 2] })).toEqual(good);
  });

  it('keeps an event that does not fit from being written: at once, and with the place', () => {
    const error = thrownBy(() => catalog.write(bad));
    expect(error).toBeInstanceOf(EventDataError);
    expect(error).toMatchObject({ name: 'EventDataError', eventName: 'order.placed', version: 2 });
    expect((error as EventDataError).issues.map(({ message }) => typeof message)).toEqual(['string']);
    expect((error as Error).message).toMatch(
      /^OrderPlaced \(order\.placed v2\) cannot be written: its data does not fit the schema\.\n {2}amounts\.1: .*number/,
    );
  });

  it('keeps data that does not fit from being read', async () => {
    const error = await rejectionOf(catalog.read('order.placed', 2, { orderId: 7 }));
    expect(error).toBeInstanceOf(EventDataError);
    expect((error as Error).message).toMatch(
      /^OrderPlaced \(order\.placed v2\) cannot be read: its data does not fit the schema\.\n/,
    );
    expect((error as Error).message.split('\n').slice(1).sort()).toEqual([
      expect.stringMatching(/^ {2}amounts: /),
      expect.stringMatching(/^ {2}orderId: /),
    ]);
  });

  it('is asked after the upcasters', async () => {
    expect(await catalog.read('order.placed', 1, { orderId: 'o-1', amount: 3 })).toEqual(new OrderPlaced('o-1', [3]));
    await expect(catalog.read('order.placed', 1, { orderId: 'o-1', amount: '3' })).rejects.toThrow(
      /^OrderPlaced \(order\.placed v1\) cannot be read: .*\n {2}amounts\.0: /,
    );
  });

  it('says it of the whole, too', async () => {
    await expect(catalog.read('order.placed', 2, 'text')).rejects.toThrow(/schema\.\n {2}expected (an )?object/i);
  });
});

describe.each(asyncSchemas)('an async schema of %s', (_, schema) => {
  const catalog = catalogWith(schema);

  it('makes writing a promise, and the snapshot is taken before it', async () => {
    const event = new OrderPlaced('o-1', [1]) as { orderId: string };
    const written = catalog.write(event);
    event.orderId = 'o-2';
    expect(written).toHaveProperty('then');
    expect(await written).toEqual({
      name: 'order.placed',
      version: 2,
      key: undefined,
      data: { orderId: 'o-1', amounts: [1] },
    });
  });

  it('refuses by a rejection', async () => {
    for (const refused of [
      Promise.resolve(catalog.write(new OrderPlaced('o-0', []))),
      catalog.read('order.placed', 2, { orderId: 'o-0', amounts: [] }),
    ]) {
      const error = await rejectionOf(refused);
      expect(error).toBeInstanceOf(EventDataError);
      expect((error as Error).message).toMatch(/cannot be (written|read): .*\n {2}orderId: (custom|check)$/);
    }
  });

  it('lets what fits it be read', async () => {
    expect(await catalog.read('order.placed', 2, { orderId: 'o-1', amounts: [1, 2] })).toEqual(good);
  });
});

describe('a schema that makes something else of the data', () => {
  const schema = z.object({
    at: z.iso.datetime().transform((text) => new Date(text)),
    by: z.string().default('somebody'),
  });
  class Noted {
    constructor(
      readonly at: Date,
      readonly by: string,
    ) {}
  }
  const catalog = new EventCatalog().add(Noted, {
    name: 'noted.it',
    schema,
    write: ({ at, by }) => ({ at: at.toISOString(), ...(by === 'somebody' ? {} : { by }) }),
    read: ({ at, by }) => new Noted(at, by),
  });

  it('only checks what is written: that is kept as it is', () => {
    expect(catalog.write(new Noted(new Date(0), 'somebody'))).toMatchObject({
      data: { at: '1970-01-01T00:00:00.000Z' },
    });
    expect((catalog.write(new Noted(new Date(0), 'somebody')) as { data: object }).data).not.toHaveProperty('by');
  });

  it('hands its output to read', async () => {
    expect(await catalog.read('noted.it', 1, { at: '1970-01-01T00:00:00.000Z' })).toEqual(
      new Noted(new Date(0), 'somebody'),
    );
  });
});

describe('what a schema says of secret data', () => {
  const secret = '4111-1111-1111-1111';
  class Charged {
    constructor(readonly card: unknown) {}
  }
  const cards: [library: string, schema: StandardSchema<{ card: unknown }>][] = [
    ['zod', z.object({ card: z.literal('visa') })],
    [
      'zod, in words of one\u2019s own',
      z.object({ card: z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` }) }),
    ],
    ['valibot', v.object({ card: v.picklist(['visa']) })],
    ['valibot, by a pattern', v.object({ card: v.pipe(v.string(), v.regex(/^visa$/)) })],
    ['arktype', globalThis.arktype({ card: "'visa'" })],
    ['arktype, by a pattern', globalThis.arktype({ card: /^visa$/ })],
  ];

  it.each(cards)('is not in the message, nor in what loggers see of the error, with %s', async (_, schema) => {
    const catalog = new EventCatalog().add(Charged, { name: 'charged', schema, read: ({ card }) => new Charged(card) });
    for (const error of [
      thrownBy(() => catalog.write(new Charged(secret))),
      await rejectionOf(catalog.read('charged', 1, { card: secret })),
    ] as EventDataError[]) {
      expect(error.message).toMatch(/does not fit the schema\.\n {2}card/);
      expect(inspect(error) + JSON.stringify(error)).not.toContain(secret);
      expect(error.issues).toHaveLength(1);
    }
  });
});

describe('a schema that answers nonsense', () => {
  const catalogOf = (answer: unknown): EventCatalog =>
    new EventCatalog().add(OrderPlaced, {
      name: 'order.placed',
      schema: { '~standard': { version: 1, vendor: 'a test', validate: () => answer as never } },
      read: () => good,
    });
  const refusals = (answer: unknown): Promise<unknown[]> =>
    Promise.all([
      rejectionOf((async () => catalogOf(answer).write(good))()),
      rejectionOf(catalogOf(answer).read('order.placed', 1, {})),
      rejectionOf(catalogOf(Promise.resolve(answer)).read('order.placed', 1, {})),
    ]);

  it.each([
    ['undefined', undefined, 'the schema answered undefined.'],
    ['null', null, 'the schema answered null.'],
    ['true', true, 'the schema answered true.'],
    ['a text', 'fine', 'the schema answered a string.'],
    ['neither a value nor issues', {}, 'the schema answered a plain object.'],
    ['issues that are no list', { issues: 'bad' }, 'the schema answered issues that are a string.'],
    ['issues that are an object', { issues: {} }, 'the schema answered issues that are a plain object.'],
  ])('%s, is told from data that does not fit', async (_, answer, message) => {
    for (const error of await refusals(answer)) {
      expect(error).toBeInstanceOf(EventDataError);
      expect((error as Error).message).toContain(`: ${message} It has to answer { value }, or { issues } with a list.`);
    }
  });

  it.each([
    ['a path that is null', { message: 'no', path: null }, 'it does not say where'],
    ['a path that is no list', { message: 'no', path: 7 }, 'it does not say where'],
    ['a step that is null', { message: 'no', path: [null, 'a'] }, 'null.a'],
    ['a step that is a symbol', { message: 'no', path: [Symbol('total')] }, 'Symbol(total)'],
    [
      'a long and hostile step',
      { message: 'no', path: [`\u001b[2J${'x'.repeat(100)}`] },
      `\\u001b[2J${'x'.repeat(36)}…`,
    ],
    ['an issue that is null', null, 'it does not say where'],
    [
      'an issue whose getter throws',
      {
        get path() {
          throw new RangeError('no path');
        },
      },
      'it cannot be read',
    ],
  ])('in its issues is told all the same: %s', async (_, issue, line) => {
    for (const error of await refusals({ issues: [issue] })) {
      expect(error).toBeInstanceOf(EventDataError);
      expect((error as Error).message.split('\n').slice(1)).toEqual([`  ${line}`]);
    }
  });
});

describe('a schema that fails itself', () => {
  const cause = new RangeError('out of order');
  const catalogOf = (validate: StandardSchema['~standard']['validate']): EventCatalog =>
    new EventCatalog().add(OrderPlaced, {
      name: 'order.placed',
      schema: { '~standard': { version: 1, vendor: 'a test', validate } },
      read: () => good,
    });

  it.each([
    [
      'by a throw',
      () => {
        throw cause;
      },
    ],
    [
      'by a rejection',
      async () => {
        throw cause;
      },
    ],
  ])('is told from data that does not fit: %s', async (_, validate) => {
    const catalog = catalogOf(validate);
    for (const refused of [(async () => catalog.write(good))(), catalog.read('order.placed', 1, {})]) {
      const error = await rejectionOf(refused);
      expect(error).toBeInstanceOf(EventDataError);
      expect((error as Error).message).toMatch(/: the schema threw RangeError: out of order$/);
      expect((error as Error).cause).toBe(cause);
      expect((error as EventDataError).issues).toEqual([]);
    }
  });

  it('has its first ten issues in the message, and all of them in the error', () => {
    const issues = Array.from({ length: 12 }, (_, index) => ({
      message: `issue ${index}`,
      path: [{ key: 'lines' }, index],
    }));
    const error = thrownBy(() => catalogOf(() => ({ issues })).write(good)) as EventDataError;
    expect(error.issues).toBe(issues);
    expect(error.message.split('\n').slice(1)).toEqual([
      ...issues.slice(0, 10).map((_, index) => `  lines.${index}`),
      '  and 2 more',
    ]);
  });
});
