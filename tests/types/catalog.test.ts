import type { type as arktype } from 'arktype';
import type { EventClass } from 'class-events';
import type { EventCatalog, EventDefinition, ManifestEntry, WireData, WrittenEvent } from 'class-events/catalog';
import * as v from 'valibot';
import { z } from 'zod';
import type { Same } from './same.js';

// It has ES modules only, which jest does not load.
declare const type: typeof arktype;

// These tests are passed by compiling. What stands in `compiles` is never run.
function compiles(code: (catalog: EventCatalog) => unknown): void {
  expect(code).toBeInstanceOf(Function);
}

class Noted {
  readonly #made = true;
  constructor(
    readonly at: Date,
    readonly by: string,
  ) {}
  get made(): boolean {
    return this.#made;
  }
}
class Other {
  readonly other = true;
}
const name = 'noted.it';

describe('the types of add', () => {
  it('give key and write the event, and ask read for one', () => {
    compiles((catalog) => {
      catalog.add(Noted, {
        name,
        key: (event) => {
          void (true satisfies Same<typeof event, Noted>);
          return event.by;
        },
        write: (event) => ({ at: event.at.toISOString() }),
        read: (data) => new Noted(data.at, data.by),
      });
      // @ts-expect-error -- another class
      catalog.add(Noted, { name, read: () => new Other() });
      // @ts-expect-error -- the data is no event
      catalog.add(Noted, { name, read: (data: { at: Date; by: string }) => data });
      // @ts-expect-error -- a key is a text
      catalog.add(Noted, { name, key: (event) => event.at, read: () => new Noted(new Date(), '') });
      // @ts-expect-error -- there is no such field
      catalog.add(Noted, { name, write: (event) => event.missing, read: () => new Noted(new Date(), '') });
      // @ts-expect-error -- read is missing
      catalog.add(Noted, { name });
      // @ts-expect-error -- the name is missing
      catalog.add(Noted, { read: () => new Noted(new Date(), '') });
    });
  });

  it('take anything for the data where there is no schema, and let read say what it takes it for', () => {
    compiles((catalog) => {
      catalog.add(Noted, {
        name,
        version: 2,
        upcast: { 1: (data) => ({ ...data, by: 'somebody' }) },
        read: (data) => {
          void (true satisfies Same<typeof data, WireData>);
          return new Noted(data.at, data.by);
        },
      });
      catalog.add(Noted, { name, read: ({ at, by }: { at: string; by: string }) => new Noted(new Date(at), by) });
      // @ts-expect-error -- a date where a text was said to be
      catalog.add(Noted, { name, read: ({ at }: { at: string }) => new Noted(at, '') });
    });
  });

  it('give read the output of the schema, and ask write for its input', () => {
    compiles((catalog) => {
      const inZod = z.object({
        at: z.iso.datetime().transform((text) => new Date(text)),
        by: z.string().default('somebody'),
      });
      const inValibot = v.object({
        at: v.pipe(
          v.string(),
          v.transform((text) => new Date(text)),
        ),
        by: v.optional(v.string(), 'somebody'),
      });
      const inArktype = type({ at: 'string.date.parse', by: "string = 'somebody'" });
      const read = (data: { at: Date; by: string }): Noted => new Noted(data.at, data.by);
      for (const schema of [inZod, inValibot, inArktype]) {
        catalog.add(Noted, { name, schema, read });
      }
      catalog.add(Noted, {
        name,
        schema: inZod,
        write: ({ at }) => ({ at: at.toISOString() }),
        read: (data) => {
          void (true satisfies Same<typeof data, { at: Date; by: string }>);
          return read(data);
        },
      });
      catalog.add(Noted, {
        name,
        schema: inValibot,
        write: ({ at }) => ({ at: at.toISOString() }),
        read: (data) => read(data),
      });
      catalog.add(Noted, {
        name,
        schema: inArktype,
        write: ({ at }) => ({ at: at.toISOString() }),
        read: (data) => read(data),
      });
      // @ts-expect-error -- the schema takes a text
      catalog.add(Noted, { name, schema: inZod, write: ({ at }) => ({ at }), read });
      // @ts-expect-error -- and the schema of valibot
      catalog.add(Noted, { name, schema: inValibot, write: ({ at }) => ({ at }), read });
      // @ts-expect-error -- and that of arktype
      catalog.add(Noted, { name, schema: inArktype, write: ({ at }) => ({ at }), read });
      // @ts-expect-error -- a field that is not in the schema
      catalog.add(Noted, { name, schema: inZod, read: (data) => new Noted(data.when, data.by) });
      // @ts-expect-error -- no schema
      catalog.add(Noted, { name, schema: { parse: () => undefined }, read });
    });
  });

  it('let definitions be declared elsewhere, and passed on', () => {
    compiles((catalog) => {
      const definition: EventDefinition<Noted> = { name, read: (data) => new Noted(data.at, data.by) };
      const passOn = <E extends object>(eventClass: EventClass<E>, given: EventDefinition<E>): EventCatalog =>
        catalog.add(eventClass, given);
      passOn(Noted, definition);
      // @ts-expect-error -- the definition of another class
      passOn(Other, definition);
      return catalog
        .add(Noted, definition)
        .add(Other, { name: 'other.one', read: () => new Other() })
        .manifest();
    });
  });

  it('take abstract classes and classes with a private constructor', () => {
    class Made {
      readonly made = 1;
      private constructor() {}
      static make(): Made {
        return new Made();
      }
    }
    compiles((catalog) => catalog.add(Made, { name: 'made.it', read: () => Made.make() }));
  });
});

describe('the types of what comes out', () => {
  it('are those of the documents', () => {
    compiles(async (catalog) => {
      const written = catalog.write(new Other());
      void (true satisfies Same<typeof written, WrittenEvent | Promise<WrittenEvent>>);
      void (true satisfies Same<WrittenEvent['key'], string | undefined>);
      const event = await catalog.read(name, 1, catalog.parse('{}'));
      void (true satisfies Same<typeof event, object>);
      void (true satisfies Same<ReturnType<typeof catalog.manifest>, readonly ManifestEntry[]>);
      // @ts-expect-error -- what was written cannot be changed
      (await written).name = 'another';
    });
  });
});
