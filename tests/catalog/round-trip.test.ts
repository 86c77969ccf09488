import { EventCatalog, type WrittenEvent } from 'class-events/catalog';
import * as fc from 'fast-check';
import { catalogOfOrders, Money, OrderPlaced } from './orders.js';

class Noted {
  constructor(
    readonly text: string,
    readonly data: unknown,
  ) {}
}

/** As a store does it: to text and back. */
async function overTheWire(catalog: EventCatalog, event: object): Promise<object> {
  const { name, version, data }: WrittenEvent = await catalog.write(event);
  return catalog.read(name, version, catalog.parse(JSON.stringify(data)));
}

/** What JSON can carry, without the keys that are refused, and without -0, which JSON writes as 0. */
const jsonValues = fc
  .json({ maxDepth: 5 })
  .filter((text) => !/"(__proto__|constructor|prototype)":/.test(text))
  .map((text) => JSON.parse(JSON.stringify(JSON.parse(text))) as unknown);

describe('an event that was written, made text, parsed and read', () => {
  it('equals itself, whatever its data', async () => {
    const catalog = new EventCatalog().add(Noted, {
      name: 'noted.it',
      read: ({ text, data }) => new Noted(text, data),
    });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), jsonValues, async (text, data) => {
        const event = new Noted(text, data);
        const read = await overTheWire(catalog, event);
        expect(read).toStrictEqual(event);
        expect(read).not.toBe(event);
      }),
    );
  });

  it('equals itself also where it holds what JSON does not, by write and read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.bigInt(), fc.string(), async (orderId, cents, currency) => {
        const event = new OrderPlaced(orderId, new Money(cents), currency);
        expect(await overTheWire(catalogOfOrders(), event)).toStrictEqual(event);
      }),
    );
  });
});

class Grown {
  constructor(readonly steps: readonly number[]) {}
}

describe('a chain of upcasters', () => {
  it('takes each step once, in order, from any version that it reads', async () => {
    const chains = fc
      .integer({ min: 1, max: 20 })
      .chain((version) =>
        fc
          .integer({ min: 1, max: version })
          .chain((oldest) =>
            fc.tuple(fc.constant(version), fc.constant(oldest), fc.integer({ min: oldest, max: version })),
          ),
      );
    await fc.assert(
      fc.asyncProperty(chains, async ([version, oldest, from]) => {
        const range = (first: number, end: number): number[] =>
          Array.from({ length: end - first }, (_, index) => first + index);
        const upcast = Object.fromEntries(
          range(oldest, version).map((step) => [step, ({ steps }: Grown) => ({ steps: [...steps, step] })]),
        );
        const catalog = new EventCatalog().add(Grown, {
          name: 'grown.up',
          version,
          upcast,
          read: ({ steps }) => new Grown(steps),
        });
        expect(await catalog.read('grown.up', from, { steps: [] })).toEqual(new Grown(range(from, version)));
        expect(catalog.named('grown.up')?.reads).toEqual(range(oldest, version + 1));
      }),
    );
  });
});
