import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { DeadLetter, OutboxStatus } from 'class-events/outbox';
import { postgresSql } from 'class-events/outbox/postgres';
import { Client } from 'pg';
import { progressOf } from '../../src/cli/progress.js';
import { classEvents, entry } from '../cli/command.js';
import { shop } from './cli-entries/shop.js';
import { command, json, openShop, shopDatabase, shopFile, threeDead, until, withShopDatabase } from './shop-command.js';

withShopDatabase();

describe('class-events outbox status', () => {
  it('shows what waits for each handler', async () => {
    await threeDead();
    const { code, output, errors } = await command('status');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toBe(
      `0 relays, 0 of 64 buckets taken, 5 events in the log

handler       pending  blocked  dead  oldest due
mail.receipt  2        0        3     -
`,
    );
  });

  it('shows relays and buckets, and that nothing waits', async () => {
    const { outbox } = await openShop();
    await until(async () => (await outbox.status()).buckets.taken === 64);
    expect((await command('status')).output).toBe(
      '1 relay, 64 of 64 buckets taken, 0 events in the log\nNothing waits.\n',
    );
  });

  it('is a value with --json', async () => {
    const { place, end } = shop(shopDatabase());
    await place('o-1');
    await end();
    const { handlers, ...rest } = await json<OutboxStatus>('status');
    expect(rest).toEqual({ relays: 0, buckets: { taken: 0, all: 64 }, events: 1 });
    expect(handlers).toMatchObject([{ handler: 'mail.receipt', pending: 1, blocked: 0, dead: 0 }]);
    expect((await command('status')).output).toMatch(/mail\.receipt +1 +0 +0 +\d+\.\d s/);
  });
});

describe('class-events outbox dead', () => {
  it('lists dead letters with their keys, attempts, followers and last errors', async () => {
    await threeDead();
    const { code, output } = await command('dead');
    expect(code).toBe(0);
    expect(output.replaceAll(/died [\dT:-]{19}Z/g, 'died WHEN')).toBe(`mail.receipt
  1  order.placed v1  order:o-1  1 attempt  2 followers  died WHEN  RangeError: no mail for o-1
  2  order.placed v1  order:o-2  1 attempt               died WHEN  RangeError: no mail for o-2
  5  order.placed v1  order:o-3  1 attempt               died WHEN  RangeError: no mail for o-3
`);
  });

  it('lists those that match', async () => {
    await threeDead();
    const [one] = await json<DeadLetter[]>('dead', '--key', 'order:o-2');
    const seqs = async (...options: string[]): Promise<number[]> =>
      (await json<DeadLetter[]>('dead', ...options)).map(({ seq }) => seq);
    expect(one).toMatchObject({ seq: 2, key: 'order:o-2', errors: [{ attempt: 1, name: 'RangeError' }] });
    expect(await seqs('--event', String(one?.event))).toEqual([2]);
    expect(await seqs('--seq', '5')).toEqual([5]);
    expect(await seqs('--handler', 'mail.receipt', '--limit', '2')).toEqual([1, 2]);
    expect(await seqs('--handler', 'nobody')).toEqual([]);
    expect((await command('dead', '--limit', '1')).output).toMatch(/\nThese are the first 1; --limit shows more\.\n$/);
  });

  it('says that there are none', async () => {
    expect(await command('dead')).toEqual({ code: 0, errors: '', output: 'No dead letter matches.\n' });
  });
});

describe('class-events outbox redrive', () => {
  it('tries again what matches', async () => {
    await threeDead();
    expect(await command('redrive', '--key', 'order:o-1')).toEqual({
      code: 0,
      errors: '',
      output: '1 dead letter will be tried again.\n',
    });
    const { delivered } = await openShop();
    await until(() => delivered.length === 3);
    expect(delivered).toEqual(['o-1', 'o-1', 'o-1']);
    expect(await json('dead')).toHaveLength(2);
  });

  it('tries all of them again, each once, also where they die again at once', async () => {
    const refused = Array.from({ length: 250 }, (_, n) => `o-${n}`);
    const { outbox, place } = await openShop(...refused);
    await place(...refused);
    const dead = async (): Promise<number> => (await outbox.status()).handlers[0]?.dead ?? 0;
    await until(async () => (await dead()) === 250);
    expect(await json('redrive', '--all')).toEqual({ count: 250 });
    await until(async () => (await dead()) === 250);
    expect((await outbox.deadLetters.list()).every(({ errors }) => errors.length === 2)).toBe(true);
  });

  it('refuses to mean all of them by accident', async () => {
    const { code, output, errors } = await command('redrive', '--limit', '10');
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(/^class-events: redrive without a filter means every dead letter\. Give .*--all/);
  });
});

describe('class-events outbox discard', () => {
  it('gives up what matches, and what waited for it goes on', async () => {
    await threeDead();
    expect((await command('discard', '--seq', '1')).output).toBe('1 dead letter given up.\n');
    const { delivered } = await openShop();
    await until(() => delivered.length === 2);
    expect(delivered).toEqual(['o-1', 'o-1']);
  });

  it('gives up at most so many', async () => {
    await threeDead();
    expect(await json('discard', '--all', '--limit', '2')).toEqual({ count: 2 });
    expect((await json<DeadLetter[]>('dead')).map(({ seq }) => seq)).toEqual([5]);
  });

  it('refuses to mean all of them by accident', async () => {
    expect((await command('discard')).errors).toMatch(/^class-events: discard without a filter means every/);
  });
});

describe('class-events outbox replay', () => {
  it('delivers events of the log again', async () => {
    const { place, delivered } = await openShop();
    await place('o-1', 'o-2');
    await until(() => delivered.length === 2);
    expect(await json('replay', '--handler', 'mail.receipt', '--from', '2099-01-01', '--to', '2099-01-02')).toEqual({
      count: 0,
    });
    expect((await command('replay', '--handler', 'mail.receipt')).output).toBe(
      '2 deliveries written for mail.receipt.\n',
    );
    await until(() => delivered.length === 4);
  });

  it.each([
    [[], /replay needs a durable handler: --handler ID\./],
    [['--handler', 'mail.receit'], /No handler has the durable id 'mail\.receit'\. Known are: mail\.receipt\./],
    [['--handler', 'mail.receipt', '--from', 'yesterday'], /--from takes a date like .*, not yesterday\./],
  ])('refuses %j', async (options, problem) => {
    const { code, errors } = await command('replay', ...options);
    expect(errors).toMatch(problem);
    expect(code).toBe(2);
  });
});

describe('class-events outbox migrate', () => {
  it('creates the tables, once', async () => {
    const client = new Client({ connectionString: shopDatabase() });
    await client.connect();
    await client.query('drop schema class_events cascade');
    await client.end();
    const { errors } = await command('status');
    expect(errors).toMatch(/relation .* does not exist\. Create its tables: class-events outbox migrate tests\//);
    expect((await command('migrate')).output).toMatch(/^Taken:\n {2}1: schema\n/);
    expect((await command('migrate')).output).toBe('The tables are up to date.\n');
    expect(await json('migrate')).toEqual({ steps: [] });
  });
});

describe('class-events outbox migrate --check', () => {
  const asOwner = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: shopDatabase() });
    await client.connect();
    await client.query(statement);
    await client.end();
  };

  it('changes nothing, and says that nothing is missing', async () => {
    expect(await command('migrate', '--check')).toEqual({
      code: 0,
      errors: '',
      output: 'The tables are up to date.\n',
    });
  });

  it('ends with 1 where there are no tables, and creates none', async () => {
    await asOwner('drop schema class_events cascade');
    const { code, output, errors } = await command('migrate', '--check');
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(output).toMatch(/^Missing:\n {2}1: schema\nTake them before .*outbox migrate tests\/.*outbox sql\.\n$/);
    expect((await command('migrate', '--check')).code).toBe(1);
    await command('migrate');
    expect((await command('migrate', '--check')).code).toBe(0);
  });

  it('ends with 1 where a step is missing, as a value too', async () => {
    await asOwner("delete from class_events.migration; insert into class_events.migration values ('0: before')");
    const { code, output } = await command('migrate', '--check', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toEqual({ taken: [], missing: ['1: schema'], ahead: ['0: before'] });
  });

  it('names the steps of a newer version, on whose tables this one works', async () => {
    await asOwner("insert into class_events.migration values ('2: later'), ('3: much later')");
    const { code, output } = await command('migrate', '--check');
    expect(code).toBe(0);
    expect(output).toMatch(
      /^Ahead, taken by a newer version:\n {2}2: later\n {2}3: much later\nPrograms of this version work/,
    );
    expect((await command('migrate')).output).toBe('The tables are up to date.\n');
    const { outbox } = await openShop();
    expect((await outbox.status()).relays).toBe(1);
  });
});

describe('class-events outbox sql', () => {
  it('prints the statements, without any module', async () => {
    expect(await classEvents(['outbox', 'sql'])).toEqual({ code: 0, output: postgresSql(), errors: '' });
  });

  it('prints those after a step that was taken', async () => {
    expect((await classEvents(['outbox', 'sql', '--after', '1'])).output).toBe(postgresSql('class_events', 1));
    expect((await classEvents(['outbox', 'sql', '--after', 'two'])).errors).toMatch(
      /--after takes the number of a step/,
    );
  });

  it('writes those of another schema to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'class-events-sql-'));
    const file = join(folder, 'tables.sql');
    await classEvents(['outbox', 'sql', '--schema', 'shop_events', '--output', file]);
    expect(readFileSync(file, 'utf8')).toBe(postgresSql('shop_events'));
    rmSync(folder, { recursive: true });
  });
});

describe('class-events outbox says in one line what went wrong and what to do', () => {
  it.each<[string[], RegExp]>([
    [['outbox', 'stauts', 'x.ts'], /There is no command outbox stauts\. The commands are outbox status, outbox dead/],
    [['outbox', 'status'], /outbox status needs <outbox>\. See class-events help outbox status\./],
    [['outbox', 'sql', 'x.ts'], /outbox sql takes options alone, not x\.ts\./],
    [['outbox', 'sql', '--schema', 'Shop'], /The schema's name must be lower-case letters/],
    [
      ['outbox', 'status', 'gone.ts'],
      /There is no file gone\.ts\. Give the path of the module that exports your outbox/,
    ],
    [['outbox', 'status', entry('shop.ts')], /shop\.ts exports no outbox\. Export it, or a function that returns it/],
    [['outbox', 'dead', shopFile, '--seq', 'two'], /--seq takes a whole number above 0, not two\./],
    [['outbox', 'dead', shopFile, '--event', 'e-1'], /--event takes the id of an event, a UUID .*, not e-1\./],
  ])('%p', async (words, problem) => {
    const { code, output, errors } = await classEvents(words, { SHOP_DATABASE: shopDatabase() });
    expect(errors).toMatch(problem);
    expect(errors).toMatch(/^class-events: [^\n]*\n$/);
    expect({ code, output }).toEqual({ code: 2, output: '' });
  });

  it('class-events outbox says in one line what to do when the database is not there', async () => {
    const nobody = { SHOP_DATABASE: 'postgres://nobody@127.0.0.1:1/none' };
    const { code, errors } = await classEvents(['outbox', 'status', shopFile], nobody);
    expect(errors).toBe(`class-events: The outbox of ${shopFile} refused: connect ECONNREFUSED 127.0.0.1:1.\n`);
    expect(code).toBe(2);
  });
});

describe('class-events outbox --help', () => {
  it.each([[['outbox']], [['outbox', '--help']], [['help', 'outbox']]])(
    'the help of class-events outbox, asked for by %j, lists its commands',
    async (words) => {
      const { code, output } = await classEvents(words);
      expect(code).toBe(0);
      expect(output).toMatch(/^Usage: class-events <command>[^]*outbox status <outbox>[^]*outbox sql /);
      expect(output).not.toContain('wiring <entry>');
    },
  );

  it('the help of a command of class-events outbox lists its options', async () => {
    const [one, other] = await Promise.all([
      classEvents(['help', 'outbox', 'redrive']),
      classEvents(['outbox', 'redrive', '--help']),
    ]);
    expect(one).toEqual(other);
    expect(one.output).toContain('--handler ID');
    expect(one.output).toContain('<outbox> is a module that exports an Outbox');
    expect(one.output.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('the progress of long work', () => {
  it('is shown on a terminal', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, cursorTo: () => true, clearLine: () => true });
    const written: string[] = [];
    terminal.on('data', (text: Buffer) => written.push(String(text)));
    const progress = await progressOf('redrive', terminal as unknown as NodeJS.WriteStream);
    progress.show(1_200);
    progress.end();
    expect(written.join('')).toContain('redrive: 1200 in 0s');
  });
});
