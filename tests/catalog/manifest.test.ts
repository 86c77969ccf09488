/** @jest-environment ./tests/catalog/arktype-environment.cjs */
import type { type } from 'arktype';
import { EventCatalog, type StandardSchema } from 'class-events/catalog';
import * as v from 'valibot';
import { z } from 'zod';
import { catalogOfOrders } from './orders.js';

declare global {
  // Given by the environment.
  var arktype: typeof type;
}

class Noted {
  constructor(readonly text: string) {}
}
const catalogWith = <Input>(schema: StandardSchema<Input, { text: string }>): EventCatalog =>
  new EventCatalog().add(Noted, { name: 'noted.it', schema, read: ({ text }) => new Noted(text) });

describe('the manifest of a catalog', () => {
  it('says what is written and read, sorted by name', () => {
    class Before {}
    class Upper {}
    const catalog = catalogOfOrders()
      .add(Before, { name: 'a.before', read: () => new Before() })
      .add(Upper, { name: 'Z.upper', read: () => new Upper() });
    expect(catalog.manifest()).toEqual([
      { name: 'Z.upper', version: 1, formerNames: [], keyed: false, reads: [1] },
      { name: 'a.before', version: 1, formerNames: [], keyed: false, reads: [1] },
      { name: 'order.placed', version: 3, formerNames: ['order.created'], keyed: true, reads: [1, 2, 3] },
      { name: 'order.shipped', version: 1, formerNames: [], keyed: false, reads: [1] },
    ]);
  });

  it('is the same whatever the order in which the classes were added', () => {
    const names = ['b.b', 'a.a', 'c.c', 'a.b'];
    const manifests = [names, [...names].reverse()].map((order) => {
      const catalog = new EventCatalog();
      for (const name of order) catalog.add(class {}, { name, read: (data) => data as object });
      return catalog.manifest();
    });
    expect(manifests[0]).toEqual(manifests[1]);
    expect(manifests[0]?.map(({ name }) => name)).toEqual(['a.a', 'a.b', 'b.b', 'c.c']);
  });

  it('holds values only, so that it can be a snapshot or a file', () => {
    const manifest = catalogOfOrders().manifest();
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  });

  it.each([
    ['zod', z.object({ text: z.string() })],
    ['arktype', globalThis.arktype({ text: 'string' })],
  ])('has the JSON Schema of what is written, where the library can say it: %s', (_, schema) => {
    expect(catalogWith(schema).manifest()[0]?.schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
    });
  });

  it('has that of the input, not of the output', () => {
    const schema = z.object({ text: z.string().default('none') });
    expect(catalogWith(schema).manifest()[0]?.schema).not.toHaveProperty('required');
  });

  it('has none where the library cannot', () => {
    expect(catalogWith(v.object({ text: v.string() })).manifest()).toEqual([
      { name: 'noted.it', version: 1, formerNames: [], keyed: false, reads: [1] },
    ]);
  });

  it('says why, where this schema has none', () => {
    class Dated {
      constructor(readonly at: Date) {}
    }
    const catalog = new EventCatalog().add(Dated, {
      name: 'dated.it',
      schema: z.object({ at: z.date() }),
      read: ({ at }) => new Dated(at),
    });
    expect(catalog.manifest()[0]?.schema).toEqual({
      $comment: 'No JSON Schema: Error: Date cannot be represented in JSON Schema',
    });
  });
});
