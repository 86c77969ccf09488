import { queryableOf } from '../../../src/outbox/postgres/queryable.js';
import { sqlStateOf } from 'class-events/domain';
import { rejectionOf } from '../../support/rejection.js';

/** A library as its users begin transactions with it, on a database that has a table of notes. */
export interface Library<Transaction> {
  begin(run: (transaction: Transaction) => Promise<unknown>): Promise<unknown>;
  savepoint(transaction: Transaction, run: (transaction: Transaction) => Promise<unknown>): Promise<unknown>;
  /** Writes a note by the library's own means. */
  insert(transaction: Transaction, id: string): Promise<unknown>;
  /** The ids of all notes, as somebody sees them who is not in the transaction. */
  committed(): Promise<string[]>;
  clear(): Promise<unknown>;
  /** What this library hands out besides transactions, and how it is refused. */
  readonly roots: readonly (readonly [given: unknown, message: string])[];
  close(): Promise<unknown>;
}

export const schema = 'create table if not exists notes (id text primary key, created_at timestamptz default now())';
export const insert = 'insert into notes (id) values ($1)';

const text = `it's "so" \\ ? $1 :id ??, äß€`;
const json = { text, list: [1, { deep: null }], moment: '2026-01-02T03:04:05.678Z' };

/** What is asked with which parameter, and what it comes to. */
const kinds: readonly (readonly [expression: string, param: unknown, value: unknown])[] = [
  ['$::text', text, text],
  ['$::text', json.moment, json.moment],
  ['$::text', '007', '007'],
  ['$::text', null, null],
  ['$::int + $', 20, 40],
  ['$::int', 2 ** 31 - 1, 2 ** 31 - 1],
  ['$::smallint', 63, 63],
  ['$::bigint::text', 2 ** 40, String(2 ** 40)],
  ['$::bigint::text', '9007199254740993', '9007199254740993'],
  ['$::float8', 0.1, 0.1],
  ['$::boolean', true, true],
  ['$::timestamptz = to_timestamp(1.000001)', '1970-01-01 00:00:01.000001+00', true],
  ['$::text::jsonb', JSON.stringify(json), json],
  ['$::jsonb', JSON.stringify(json), json],
  ["($::json->>'moment')", JSON.stringify(json), json.moment],
  ['($::json)::text', '{"exact": 12345678901234567890}', '{"exact": 12345678901234567890}'],
  ['(select array_agg(item::int) from jsonb_array_elements_text($::text::jsonb) item)', '[1,2]', [1, 2]],
];

/** What holds for the transactions of any library. `isolated`: others can look while one is open. */
export function writesInTransactionsOf<Transaction>(
  name: string,
  open: () => Promise<Library<Transaction>>,
  { isolated }: { readonly isolated: boolean },
): void {
  describe(`a transaction of ${name}`, () => {
    let library: Library<Transaction>;

    beforeAll(async () => {
      library = await open();
    });
    afterAll(() => library.close());
    beforeEach(() => library.clear());

    it('is what the outbox writes in: others see it when the caller has committed', async () => {
      await library.begin(async (transaction) => {
        await queryableOf(transaction).query(insert, ['n-1']);
        if (isolated) expect(await library.committed()).toEqual([]);
      });
      expect(await library.committed()).toEqual(['n-1']);
    });

    it('takes back what the outbox wrote when it is rolled back', async () => {
      const error = new Error('out of stock');
      const failing = library.begin(async (transaction) => {
        await queryableOf(transaction).query(insert, ['n-1']);
        throw error;
      });
      expect(await rejectionOf(failing)).toBe(error);
      expect(await library.committed()).toEqual([]);
    });

    it('shows what it wrote before', async () => {
      await library.begin(async (transaction) => {
        await library.insert(transaction, 'n-1');
        expect(await queryableOf(transaction).query('select id from notes', [])).toEqual([{ id: 'n-1' }]);
      });
    });

    it('passes parameters of each kind as they are, and gives values of each kind', async () => {
      const columns = kinds.map(([expression], at) => `${expression.replaceAll('$', `$${at + 1}`)} as column_${at}`);
      const params = Object.freeze(kinds.map(([, param]) => param));
      const values = Object.fromEntries(kinds.map(([, , value], at) => [`column_${at}`, value]));
      await library.begin(async (transaction) => {
        const rows = await queryableOf(transaction).query(`select ${columns.join()}`, params);
        expect(rows).toEqual([values]);
      });
    });

    it('takes the text of a statement as it is, also what a library has a meaning of its own for', async () => {
      const statement = `select jsonb_build_object('a', 1) ? 'a' as has, '? ?? :id {id} $1 \\?' as quoted, $1::text as given`;
      await library.begin(async (transaction) => {
        expect(await queryableOf(transaction).query(statement, ['x'])).toEqual([
          { has: true, quoted: '? ?? :id {id} $1 \\?', given: 'x' },
        ]);
      });
    });

    it('gives rows of every statement that returns some, and none of others', async () => {
      await library.begin(async (transaction) => {
        const queryable = queryableOf(transaction);
        const rows = async (text: string): Promise<unknown> => [...(await queryable.query(text, []))];
        expect(await rows("insert into notes (id) values ('n-1'), ('n-2') returning id")).toEqual([
          { id: 'n-1' },
          { id: 'n-2' },
        ]);
        expect(await rows("update notes set id = 'n-3' where id = 'n-2' returning id")).toEqual([{ id: 'n-3' }]);
        expect(await rows("delete from notes where id = 'n-1' returning id")).toEqual([{ id: 'n-1' }]);
        expect(await rows("select id from notes where id = 'n-1'")).toEqual([]);
        expect(await rows("update notes set id = 'n-4'")).toEqual([]);
        expect(await rows('delete from notes')).toEqual([]);
      });
    });

    it('runs statements that define something', async () => {
      const define =
        'create or replace function pg_temp.answer() returns integer language plpgsql as $$ begin return 42; end $$';
      await library.begin(async (transaction) => {
        const queryable = queryableOf(transaction);
        expect([...(await queryable.query(define, []))]).toEqual([]);
        expect(await queryable.query('select pg_temp.answer() as answer', [])).toEqual([{ answer: 42 }]);
      });
    });

    it("gives the database's refusal to whoever asked, with its SQLSTATE", async () => {
      const failing = library.begin(async (transaction) => {
        await queryableOf(transaction).query(insert, ['n-1']);
        await queryableOf(transaction).query(insert, ['n-1']);
      });
      expect(sqlStateOf(await rejectionOf(failing))).toBe('23505');
      expect(await library.committed()).toEqual([]);
    });

    it('takes back what was written in a savepoint, with it and alone', async () => {
      await library.begin(async (transaction) => {
        await queryableOf(transaction).query(insert, ['before']);
        const inner = library.savepoint(transaction, async (savepoint) => {
          await queryableOf(savepoint).query(insert, ['inside']);
          throw new Error('only this');
        });
        await expect(inner).rejects.toThrow('only this');
        await library.savepoint(transaction, (savepoint) => queryableOf(savepoint).query(insert, ['kept']));
        await queryableOf(transaction).query(insert, ['after']);
      });
      expect(await library.committed()).toEqual(['after', 'before', 'kept']);
    });

    it('is told from what is not in a transaction', () => {
      for (const [given, message] of library.roots) {
        expect(() => queryableOf(given)).toThrow(new TypeError(message));
      }
      expect(library.roots.length).toBeGreaterThan(0);
    });
  });
}
