import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Wiring } from 'class-events/wiring';
import { classEvents, entry } from './command.js';

describe('class-events wiring', () => {
  it('shows the handlers of each event class in their order, with the places where they stand', async () => {
    expect(await classEvents(['wiring', entry('shop.ts')])).toEqual({
      code: 0,
      errors: '',
      output: `OrderEvent
  1  sync  Journal.note  tests/wiring/entries/shop.ts:17

OrderPlaced extends OrderEvent
  1  sync   reserveStock   filter           tests/wiring/entries/shop.ts:17
  2  sync   Journal.note   by OrderEvent    tests/wiring/entries/shop.ts:17
  3  async  Receipts.send  timeout 2000 ms  tests/wiring/entries/shop.ts:11

OrderShipped extends OrderEvent
  1  sync  Journal.note  by OrderEvent  tests/wiring/entries/shop.ts:17
`,
    });
  });

  it('shows one event class, when it is asked for one', async () => {
    const { output } = await classEvents(['wiring', entry('shop.ts'), '--event', 'OrderShipped', '--format', 'json']);
    const { events, handlers } = JSON.parse(output) as Wiring;
    expect(events.map(({ id }) => id)).toEqual(['OrderShipped']);
    expect(handlers.map(({ id }) => id)).toEqual(['Journal.note']);
  });

  it.each([
    ['json', /^\{\n {2}"bus": "shop"/],
    ['mermaid', /^flowchart LR\n/],
    ['dot', /^digraph wiring \{\n/],
    ['html', /^<!doctype html>[^]*<svg[^]*Receipts\.send/],
  ])('writes %s', async (format, text) => {
    const { code, output, errors } = await classEvents(['wiring', entry('shop.ts'), '--format', format]);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(text);
  });

  it('calls the function of an entry that exports one', async () => {
    const { code, output } = await classEvents(['wiring', entry('function.ts')]);
    expect({ code, output }).toEqual({
      code: 0,
      output: 'OrderPlaced\n  1  sync  shipOrder  tests/wiring/entries/function.ts:8\n',
    });
  });

  it('ends, whatever the entry has left open', async () => {
    const { code, output } = await classEvents(['wiring', entry('busy.ts'), '--event', 'OrderPlaced']);
    expect(code).toBe(0);
    expect(output).toContain('Receipts.send');
  });

  it('tells two classes of one name apart', async () => {
    const { output } = await classEvents(['wiring', entry('namesakes.ts')]);
    expect(output).toMatch(/^OrderPlaced\n.*inSales.*\n\nOrderPlaced#2\n.*inDepot/);
    const first = await classEvents(['wiring', entry('namesakes.ts'), '--event', 'OrderPlaced#1']);
    expect(first.output).toMatch(/^OrderPlaced\n.*inSales.*\n$/);
  });
});

describe('class-events explain', () => {
  it('says of each handler whether it would run, and why not', async () => {
    const { code, output } = await classEvents(['explain', entry('filters.ts'), '--event', 'GiftWrapped']);
    expect(code).toBe(0);
    expect(output.replaceAll(/ {2,}/g, '  ')).toBe(`GiftWrapped
  1  sync  needsFields  does not run: its filter threw; it may need fields that --data can give  by OrderPlaced  tests/wiring/entries/filters.ts:13
  2  sync  wantsMuch  does not run: its filter says no  by OrderPlaced  tests/wiring/entries/filters.ts:14
  3  sync  another  runs  tests/wiring/entries/filters.ts:16
  4  sync  thisClassOnly  does not run: it wants the base class alone (exact)  by OrderPlaced  tests/wiring/entries/filters.ts:15
`);
  });

  it('gives the filters the fields of --data, also where the class has an accessor', async () => {
    const data = JSON.stringify({ total: 101, first: 'tea' });
    const { output } = await classEvents(['explain', entry('filters.ts'), '--event', 'OrderPlaced', '--data', data]);
    expect(output).toMatch(/needsFields {4}runs/);
    expect(output).toMatch(/wantsMuch {6}runs/);
    expect(output).toContain('1 handler waits for other events.');
  });
});

describe('class-events check', () => {
  let lock: string;
  beforeAll(async () => {
    lock = join(mkdtempSync(join(tmpdir(), 'class-events-lock-')), 'events.lock.json');
    const { code, output } = await classEvents(['lock', entry('shop.ts'), '--output', lock]);
    expect({ code, output }).toEqual({ code: 0, output: `Wrote ${lock}: 3 event classes.\n` });
  });
  afterAll(() => rmSync(join(lock, '..'), { recursive: true }));
  const check = (change: string): ReturnType<typeof classEvents> =>
    classEvents(['check', entry('shop.ts'), '--lock', lock], { SHOP_CHANGE: change });

  it('finds the wiring as the lock says', async () => {
    expect(await check('')).toEqual({
      code: 0,
      errors: '',
      output: `The wiring is as ${lock} says: 3 event classes.\n`,
    });
  });

  it.each([
    ['added', ['added      tellCustomer (async), for OrderShipped']],
    [
      'lost',
      [
        'lost       the event class, with Journal.note, for OrderEvent',
        'lost       Journal.note (sync), for OrderPlaced, OrderShipped',
      ],
    ],
    [
      'reordered',
      [
        'reordered  reserveStock, Journal.note, Receipts.send → Journal.note, reserveStock, Receipts.send, for OrderPlaced',
      ],
    ],
    ['changed', ['changed    reserveStock: priority as usual → 5, for OrderPlaced']],
  ])('fails when a handler was %s', async (change, lines) => {
    const { code, output, errors } = await check(change);
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(output.trimEnd().split('\n')).toEqual([
      `The wiring is not as ${lock} says:`,
      ...lines.map((line) => `  ${line}`),
      `If that is meant: class-events lock ${entry('shop.ts')} --output ${lock}`,
    ]);
  });

  it('takes a lock that a formatter has written anew', async () => {
    const formatted = join(lock, '../formatted.json');
    writeFileSync(formatted, JSON.stringify(JSON.parse(readFileSync(lock, 'utf8')), null, 4));
    expect(await classEvents(['check', entry('shop.ts'), '--lock', formatted])).toMatchObject({ code: 0 });
  });

  it.each([
    ['no JSON', '<<<<<<< HEAD'],
    ['no lock', '[]'],
    ['a lock of another version', '{ "version": 2, "events": {} }'],
    ['no handlers', '{ "version": 1, "events": { "OrderPlaced": ["reserveStock"] } }'],
  ])('cannot look at a file that holds %s', async (_, text) => {
    const broken = join(lock, '../broken.json');
    writeFileSync(broken, text);
    const { code, errors } = await classEvents(['check', entry('shop.ts'), '--lock', broken]);
    expect(errors).toMatch(/^class-events: .*broken\.json cannot be read: .*Write it: class-events lock .*\n$/);
    expect(code).toBe(2);
  });
});

describe('class-events says in one line what went wrong and what to do', () => {
  it.each<[string[], RegExp]>([
    [['wirings', 'x.ts'], /There is no command wirings\. The commands are wiring, explain, lock, check/],
    [['wiring'], /wiring needs <entry>\. See class-events help wiring\./],
    [['wiring', 'a.ts', 'b.ts'], /wiring takes one <entry>, not b\.ts too\./],
    [['wiring', 'a.ts', '--fromat', 'dot'], /Unknown option '--fromat'\. See class-events help wiring\./],
    [['wiring', 'a.ts', '--format', 'png'], /There is no format png\. Give one of table, json, mermaid, dot, html\./],
    [['wiring', 'gone.ts'], /There is no file gone\.ts\. Give the path of the module that exports your bus\./],
    [
      ['wiring', entry('no-bus.ts')],
      /no-bus\.ts exports no bus\. Export it, or a function that returns it, as default\./,
    ],
    [['wiring', entry('two-buses.ts')], /exports several buses: depot, sales\. Export the one to look at as default\./],
    [['wiring', entry('other-result.ts')], /The function default of .* returned no bus\. Return the EventBus itself/],
    [
      ['wiring', entry('throwing.ts')],
      /Loading .* failed: Error: no connection to the database\. Run the file by itself/,
    ],
    [
      ['wiring', entry('throwing-later.ts')],
      /Error: lost the connection\. Run the entry by itself to see where; if that works/,
    ],
    [
      ['wiring', entry('waiting.ts')],
      /The entry waits for something that never comes, so there is nothing to look at\./,
    ],
    [
      ['wiring', entry('shop.ts'), '--event', 'OrderPlcaed'],
      /No event class is called OrderPlcaed\. Did you mean OrderPlaced\?/,
    ],
    [
      ['wiring', entry('shop.ts'), '--event', 'Refund'],
      /There is OrderEvent, OrderPlaced, OrderShipped\. A class without/,
    ],
    [
      ['wiring', entry('shop.ts'), '--output', 'no/such/folder/x'],
      /no\/such\/folder\/x cannot be written: .*--output\./,
    ],
    [
      ['wiring', entry('namesakes.ts'), '--event', 'OrderPlaced'],
      /2 event classes are called OrderPlaced\. Give one of OrderPlaced#1, OrderPlaced#2\./,
    ],
    [['explain', entry('shop.ts')], /explain needs an event class: --event NAME\./],
    [
      ['explain', entry('shop.ts'), '--event', 'OrderPlaced', '--data', '{total}'],
      /--data is no JSON: .* Quote it for the shell/,
    ],
    [
      ['explain', entry('shop.ts'), '--event', 'OrderPlaced', '--data', '[1]'],
      /--data takes an object with the fields/,
    ],
    [['check', entry('shop.ts'), '--lock', 'gone.json'], /There is no gone\.json\. Write it: class-events lock tests/],
  ])('%p', async (words, problem) => {
    const { code, output, errors } = await classEvents(words);
    expect(errors).toMatch(problem);
    expect(errors).toMatch(/^class-events: [^\n]*\n$/);
    expect({ code, output }).toEqual({ code: 2, output: '' });
  });
});

describe('class-events --help', () => {
  it.each([[['--help']], [['-h']], [['help']], [[]]])(
    'help asked for by %j lists the commands and the exit codes',
    async (words) => {
      const { code, output, errors } = await classEvents(words);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output).toMatch(/^Usage: class-events <command>/);
      for (const text of ['wiring <entry>', 'explain <entry>', 'lock <entry>', 'check <entry>', 'Exit codes:']) {
        expect(output).toContain(text);
      }
    },
  );

  it('the help of one command lists its options, by either form', async () => {
    const [one, other] = await Promise.all([classEvents(['help', 'explain']), classEvents(['explain', '--help'])]);
    expect(one).toEqual(other);
    expect(one.output).toContain('--data JSON');
    expect(one.output).toContain('made without its constructor');
  });

  it('has lines for a terminal of 120 columns', async () => {
    const { output } = await classEvents(['help', 'explain']);
    expect(output.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  it('--version tells that of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await classEvents(['--version'])).toEqual({ code: 0, output: `${version}\n`, errors: '' });
  });
});
