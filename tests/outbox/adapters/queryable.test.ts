import { queryableOf } from '../../../src/outbox/postgres/queryable.js';

describe('queryableOf', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['postgres://localhost/orders', "'postgres://localhost/orders'"],
    [{}, 'a plain object'],
    [Promise.resolve(), 'an object of Promise'],
    [() => undefined, '(anonymous)'],
  ])('refuses what can be no transaction: %p', (given, described) => {
    expect(() => queryableOf(given)).toThrow(
      new TypeError(
        `${described} is no transaction that the outbox can write in. Pass what the transaction function of your library ` +
          'hands you, or an object with query(text, params) that resolves with rows.',
      ),
    );
  });

  it('takes any object with query(text, params), as the one that the method is called on', async () => {
    class Connection {
      readonly asked: unknown[] = [];
      async query(...args: unknown[]): Promise<{ rows: object[] }> {
        this.asked.push(args);
        return { rows: [{ id: 1 }] };
      }
    }
    const connection = new Connection();
    expect(await queryableOf(connection).query('select $1', ['a'])).toEqual([{ id: 1 }]);
    expect(connection.asked).toEqual([['select $1', ['a']]]);
  });

  it('takes rows as they are, and at once', async () => {
    expect(await queryableOf({ query: () => [{ id: 1 }] }).query('select', [])).toEqual([{ id: 1 }]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [3, '3'],
    [{ records: [] }, 'a plain object'],
  ])('rejects an answer without rows: %p', async (answer, described) => {
    await expect(queryableOf({ query: async () => answer }).query('select', [])).rejects.toThrow(
      new TypeError(
        `query answered with ${described}. Let query(text, params) resolve with rows, or with an object that has rows.`,
      ),
    );
  });

  it('rejects with what query throws, also at once', async () => {
    const error = new Error('the connection is closed');
    const query = (): never => {
      throw error;
    };
    await expect(queryableOf({ query }).query('select', [])).rejects.toBe(error);
  });
});
