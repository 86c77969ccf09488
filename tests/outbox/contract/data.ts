import { EventCatalog, type StandardSchema, type WireData } from 'class-events/catalog';
import { rejectionOf } from '../../support/rejection.js';
import type { OutboxDatabase } from '../database.js';
import { Shop } from '../shop.js';

/** What an event's data may be: what a reader gets back is what was written. */
export function keepsDataAsItWasWritten(database: () => OutboxDatabase): void {
  describe('keeps data as it was written:', () => {
    class Noted {
      constructor(readonly value: unknown) {}
    }
    class Money {
      constructor(
        readonly amount: number,
        readonly currency = 'EUR',
      ) {}
    }
    class Sealed {
      readonly #secret = 1;
      open(): number {
        return this.#secret;
      }
    }
    const shopFor = (
      schema?: StandardSchema,
      read = (data: WireData): Noted => new Noted(data.value),
      write?: (event: Noted) => unknown,
    ) => {
      const catalog = new EventCatalog().add(Noted, { name: 'noted', schema, write, read } as never);
      const shop = new Shop(database(), { catalog });
      const got: unknown[] = [];
      shop.bus.subscribe(Noted, ({ value }) => void got.push(value), { durable: 'notes.keep' });
      return { shop, got };
    };
    const circle: Record<string, unknown> = {};
    circle['self'] = { circle };

    it.each<[string, unknown, string, string]>([
      ['a map', new Map([['a', 1]]), 'value', 'an object of Map, which becomes {}'],
      ['a set', new Set([1]), 'value', 'an object of Set, which becomes {}'],
      ['a regular expression', { by: /a/ }, 'value.by', 'an object of RegExp, which becomes {}'],
      ['an error', { error: new RangeError('secret') }, 'value.error', 'an object of RangeError, which becomes {}'],
      ['a promise', { later: Promise.resolve(1) }, 'value.later', 'an object of Promise, which becomes {}'],
      ['an instance whose fields are private', { sealed: new Sealed() }, 'value.sealed', 'Sealed, which becomes {}'],
      ['bytes', { bytes: new Uint8Array([1, 2]) }, 'value.bytes', 'an object of Uint8Array, which becomes an object'],
      ['a buffer', { bytes: Buffer.from('a') }, 'value.bytes', 'an object of Buffer, which becomes an object'],
      ['not a number', { lines: [{ price: Number.NaN }] }, 'value.lines.0.price', 'a number that is not finite'],
      ['infinity', -Infinity, 'value', 'a number that is not finite'],
      // oxlint-disable-next-line no-loss-of-precision -- that it has lost it is what the test is about
      ['an id that was rounded', { id: 12345678901234567890 }, 'value.id', 'a whole number beyond 2^53'],
      ['a bigint', [1n], 'value.0', 'a bigint, which JSON has not'],
      ['a function', { go: () => 1 }, 'value.go', 'a function, which is left out'],
      ['a symbol', { kind: Symbol('secret') }, 'value.kind', 'a symbol, which is left out'],
      ['a property named by a symbol', { [Symbol('secret')]: 1 }, 'value', 'a property with a symbol for a name'],
      ['an undefined item', [1, undefined, 2], 'value.1', 'an undefined item of a list, which becomes null'],
      // oxlint-disable-next-line no-sparse-arrays -- what it is about
      ['a hole', [1, , 2], 'value.1', 'an undefined item of a list, which becomes null'],
      ['a property of a list', Object.assign([1], { total: 1 }), 'value.total', 'a property of a list'],
      ['a date that is none', { at: new Date(Number.NaN) }, 'value.at', 'an object of Date whose toJSON returns null'],
      [
        'what becomes nothing',
        { odd: { toJSON: () => undefined } },
        'value.odd',
        'a plain object whose toJSON returns',
      ],
      ['what becomes a map', { odd: { toJSON: () => new Map() } }, 'value.odd', 'an object of Map, which becomes {}'],
      ['what contains itself', circle, 'value.self.circle', 'an object that contains itself'],
    ])('%s is refused at the publisher, with its path and without its content', async (_, value, path, problem) => {
      const { shop } = shopFor();
      const message = String(await rejectionOf(shop.publish(new Noted(value))));
      expect(message).toContain('OutboxError: Noted (noted) cannot be kept in the outbox: ');
      expect(message).toContain(`its data at ${path} is `);
      expect(message).toContain(problem);
      expect(message).not.toMatch(/secret|1234567/);
      expect(await database().tamper.events()).toEqual([]);
    });

    it.each<[string, unknown]>([
      ['a map', new Map()],
      ['a set', new Set([1])],
      ['an error', new Error('no')],
      ['a number that is none', Number.NaN],
      ['a bigint', 1n],
    ])('%s as the whole of the data is refused at the publisher', async (_, whole) => {
      const { shop } = shopFor(undefined, undefined, () => whole);
      const message = String(await rejectionOf(shop.publish(new Noted(1))));
      expect(message).toMatch(/OutboxError: Noted \(noted\) cannot be kept in the outbox: .*its data is /);
    });

    it.each<[string, unknown, unknown]>([
      ['a date, as its text', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
      ['an instance, as its fields', { price: new Money(5) }, { price: { amount: 5, currency: 'EUR' } }],
      ['a property that is undefined, as none', { note: undefined, a: 1 }, { a: 1 }],
      ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
      ['large numbers', [6.02e23, 2 ** 53 - 1, -1e300], [6.02e23, 2 ** 53 - 1, -1e300]],
      ['the same object twice', ((same) => [same, same])({ a: 1 }), [{ a: 1 }, { a: 1 }]],
      ['an address, as its text', { page: new URL('https://a.example/') }, { page: 'https://a.example/' }],
      ['null, and an empty list and object', [null, [], {}], [null, [], {}]],
    ])('%s is kept', async (_, value, expected) => {
      const { shop, got } = shopFor();
      await shop.publish(new Noted(value));
      await shop.outbox.start();
      await shop.drained();
      expect(got).toEqual([expected]);
    });

    it('an event of a class without fields is kept, whether write copies it or returns it', async () => {
      class Ticked {}
      const catalog = new EventCatalog().add(Ticked, {
        name: 'ticked',
        write: (event) => event,
        read: () => new Ticked(),
      });
      const shop = new Shop(database(), { catalog });
      shop.bus.subscribe(Ticked, () => undefined, { durable: 'notes.keep' });
      await shop.publish(new Ticked());
      expect((await database().tamper.events()).map(({ data }) => data)).toEqual(['{}']);
    });

    describe('a schema is asked about what a reader will get:', () => {
      const asking = (fits: (value: unknown) => boolean, isAsync: boolean): StandardSchema => ({
        '~standard': {
          version: 1,
          vendor: 'tests',
          validate: (data) => {
            const { value } = data as Noted;
            const answer = fits(value) ? { value: data } : { issues: [{ message: 'wrong', path: ['value'] }] };
            return isAsync ? Promise.resolve(answer) : answer;
          },
        },
      });
      const isDate = (value: unknown): boolean => value instanceof Date;
      const isMoney = (value: unknown): boolean => value instanceof Money;
      const isDefined = (value: unknown): boolean => Object.hasOwn(value as object, 'note');

      it.each<[string, unknown, (value: unknown) => boolean, boolean]>([
        ['a date, of a schema that wants one', new Date(0), isDate, false],
        ['a date, of an async schema', new Date(0), isDate, true],
        ['an instance, of a schema that wants one', new Money(1), isMoney, false],
        ['a property that is undefined, of a schema that wants it', { note: undefined }, isDefined, false],
      ])('%s is refused at the publisher', async (_, value, fits, isAsync) => {
        const { shop } = shopFor(asking(fits, isAsync));
        const message = String(await rejectionOf(shop.publish(new Noted(value))));
        expect(message).toMatch(
          /EventDataError: Noted \(noted v1\) cannot be written: as JSON its data does not fit the schema\.\n {2}value/,
        );
        expect(await database().tamper.events()).toEqual([]);
      });

      it.each([false, true])('a schema that takes both forms of a date is satisfied (async: %p)', async (isAsync) => {
        const fits = (value: unknown): boolean => isDate(value) || typeof value === 'string';
        const { shop, got } = shopFor(asking(fits, isAsync), (data) => new Noted(new Date(data.value)));
        await shop.publish(new Noted(new Date(0)));
        await shop.outbox.start();
        await shop.drained();
        expect(got).toEqual([new Date(0)]);
        expect(shop.problems).toEqual([]);
      });
    });
  });
}
