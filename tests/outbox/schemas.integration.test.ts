/** @jest-environment ./tests/domain/databases/pglite-environment.cjs */
import { EventBus } from 'class-events';
import { EventCatalog } from 'class-events/catalog';
import { Outbox } from 'class-events/outbox';
import { postgresSql } from 'class-events/outbox/postgres';
import { thrownBy } from '../support/rejection.js';
import { inPGlite, inPostgres, type SqlDatabase } from './postgres-database.js';

describe.each([
  ['PostgreSQL', inPostgres],
  ['PGlite', inPGlite],
] as const)('the tables of an outbox in %s', (_, open) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  const columns = (schema: string): Promise<unknown[]> =>
    database.query(
      `select table_name, column_name, data_type, column_default, is_nullable from information_schema.columns
      where table_schema = $1 order by 1, 2`,
      [schema],
    );
  const functions = async (schema: string): Promise<unknown[]> =>
    (
      await database.query(
        'select prosrc from pg_proc join pg_namespace n on n.oid = pronamespace where nspname = $1 order by proname',
        [schema],
      )
    ).map(({ prosrc }) => String(prosrc).replaceAll(schema, 'S'));

  it('are in a schema of any name', async () => {
    await database.store({ schema: 'shop_events' }).migrate();
    expect((await columns('shop_events')).length).toBeGreaterThan(20);
    await database.query('drop schema shop_events cascade');
  });

  it('may be created by hand as well', async () => {
    for (const statement of postgresSql('by_hand').split(/;\n\n?(?=do|create|insert|--)/)) {
      await database.query(statement);
    }
    await database.store({ schema: 'by_outbox' }).migrate();
    expect(await columns('by_hand')).toEqual(await columns('by_outbox'));
    expect(await functions('by_hand')).toEqual(await functions('by_outbox'));
    expect(await database.store({ schema: 'by_hand' }).migrate()).toEqual([]);
    await database.query('drop schema by_hand cascade');
    await database.query('drop schema by_outbox cascade');
  });

  it('are not worked with where a step of this version is missing, and the error names the ways out', async () => {
    const store = database.store({ schema: 'behind' });
    const outbox = new Outbox({ bus: new EventBus(), catalog: new EventCatalog(), store });
    await expect(outbox.start()).rejects.toThrow(
      /^The outbox has no tables in the schema behind\. Call outbox\.migrate/,
    );
    await outbox.migrate();
    await database.query(`update behind.migration set name = '2: later'`);
    expect(await store.schemaSteps()).toEqual({ taken: [], missing: ['1: schema'], ahead: ['2: later'] });
    await expect(outbox.start()).rejects.toThrow(
      /^The tables in the schema behind are behind .*'1: schema'.*before programs .*outbox\.migrate\(\).*outbox sql --after 0\.$/,
    );
    await database.query('drop schema behind cascade');
  });

  it('are worked with where a newer version has taken further steps', async () => {
    const store = database.store({ schema: 'ahead' });
    const outbox = new Outbox({ bus: new EventBus(), catalog: new EventCatalog(), store });
    await outbox.migrate();
    await database.query("insert into ahead.migration values ('2: later')");
    expect(await store.schemaSteps()).toEqual({ taken: ['1: schema'], missing: [], ahead: ['2: later'] });
    await outbox.start();
    await outbox.stop();
    await database.query('drop schema ahead cascade');
  });
});

it('the SQL of the tables is that of the steps after a given one', () => {
  expect(postgresSql('by_hand')).toMatch(
    /^do [^\n]*create schema "by_hand"[^]*create table "by_hand".event[^]*create function/,
  );
  expect(postgresSql('by_hand', 1)).toMatch(
    /^do [^\n]*create schema "by_hand"(?![^]*create (table "by_hand".event|function))/,
  );
});

it('the SQL of the tables is refused for a schema or a step that is none', () => {
  expect(thrownBy(() => postgresSql('drop table'))).toBeInstanceOf(TypeError);
  expect(thrownBy(() => postgresSql('by_hand', -1))).toBeInstanceOf(TypeError);
});
