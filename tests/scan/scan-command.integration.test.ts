import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../src/cli/command.js';
import { scanCommand } from '../../src/cli/scan-command.js';
import type { Scan } from '../../src/scan/scan.js';
import { classEvents } from '../cli/command.js';
import { projectOnDisk, removeProjects } from './project-on-disk.js';

const shop = 'tests/scan/fixtures/shop';

const report = `Published, handled nowhere
  InvoicePrinted  ${shop}/billing/charging.ts:10:5
  OrderCancelled  ${shop}/kernel/repository.ts:12:11  as DomainEvent

Handled, published nowhere
  OrderReturned  ${shop}/app/shipping.ts:16:3  Shipping.restock

Circles: handling the event may publish it again
  StockArrived → StockKeeper.reserve (${shop}/stock/stock-keeper.ts:15:3)
    → StockShort → StockKeeper.reorder (${shop}/stock/stock-keeper.ts:21:3)
    → StockArrived

Marked by @On, registered nowhere
  Newsletter.handle  ${shop}/app/newsletter.ts:5:1

Of a type that names no event class
  object  ${shop}/app/webhooks.ts:5:9

22 files, 9 event classes, 7 publishes, 7 subscriptions: 6 findings
`;

describe('class-events scan', () => {
  it('reports what does not meet in a project of many files, and ends well', async () => {
    expect(await classEvents(['scan', `${shop}/tsconfig.json`])).toEqual({ code: 0, output: report, errors: '' });
  });

  it('prints what its document shows', () => {
    const document = readFileSync('docs/scan.md', 'utf8');
    expect(document).toContain(`\`\`\`text\n${report.replaceAll(`${shop}/`, '')}\`\`\``);
  });

  it('takes a folder, and with --strict ends with 1 when there are findings', async () => {
    expect(await classEvents(['scan', shop, '--strict'])).toEqual({ code: 1, output: report, errors: '' });
  });

  it('says in one line what it takes', async () => {
    const { code, errors } = await classEvents(['scan', 'nowhere.json']);
    expect({ code, errors }).toEqual({
      code: 2,
      errors: 'class-events: There is no nowhere.json. Name a tsconfig file, or a folder that has one.\n',
    });
  });
});

const orders = `
  import { EventBus } from 'class-events';
  class OrderPlaced { readonly a = 1; }
  class OrderLost { readonly b = 1; }
  const bus = new EventBus();
`;

const scanned = async (folder: string, options = {}): Promise<{ output: string; exitCode: 0 | 1 }> =>
  scanCommand.run(folder, options);

describe('a scan', () => {
  afterAll(removeProjects);

  it('without findings says so, and ends well with --strict too', async () => {
    const code = `${orders} bus.subscribe(OrderPlaced, () => {}); bus.emit(new OrderPlaced()); export { OrderLost };`;
    expect(await scanned(projectOnDisk({ 'a.ts': code }), { strict: true })).toEqual({
      output: '1 file, 1 event class, 1 publish, 1 subscription: 0 findings\n',
      exitCode: 0,
    });
  });

  it('notes who catches an event that nobody waits for: that is a finding all the same', async () => {
    const code = `${orders} bus.subscribe(Object, function log() {}); bus.emit(new OrderPlaced()); export { OrderLost };`;
    const { output, exitCode } = await scanned(projectOnDisk({ 'a.ts': code }), { strict: true });
    expect(output).toMatch(/^Published, handled nowhere\n {2}OrderPlaced {2}\S+a\.ts:6:44 {2}caught by log\n/);
    expect(exitCode).toBe(1);
  });

  it('prints JSON that is the same each time, with the place of each class, publish and handler', async () => {
    const code = `${orders} bus.subscribe(OrderPlaced, function a() { bus.emit(new OrderPlaced()); }); bus.emit(new OrderLost());`;
    const folder = projectOnDisk({ 'a.ts': code });
    const { output } = await scanned(folder, { json: true });
    expect(await scanned(folder, { json: true })).toEqual({ output, exitCode: 0 });
    const { totals, unhandled, circles, ...rest } = JSON.parse(output) as Scan;
    const file = expect.stringMatching(/a\.ts$/) as string;
    expect(totals).toEqual({ files: 1, eventClasses: 2, publishes: 2, subscriptions: 1 });
    expect(unhandled).toEqual([
      {
        eventClass: 'OrderLost',
        declaredAt: { file, line: 4, column: 3 },
        places: [{ name: 'OrderLost', file, line: 6, column: 77 }],
        caughtBy: [],
      },
    ]);
    expect(circles).toEqual([
      [
        {
          eventClass: 'OrderPlaced',
          handler: { name: 'a', file, line: 6, column: 2 },
          publishedAt: { file, line: 6, column: 44 },
        },
      ],
    ]);
    expect(rest).toEqual({ unpublished: [], unregistered: [], unknown: [] });
  });

  it('reads class-events as an installed package, by its declarations', async () => {
    const declarations = `export declare class EventBus { emit(event: object): void; subscribe(key: Function, handler: unknown): void; }`;
    const installed = {
      'node_modules/class-events/package.json': '{ "name": "class-events", "types": "dist/index.d.ts" }',
      'node_modules/class-events/dist/package.json': '{ "type": "commonjs" }',
      'node_modules/class-events/dist/index.d.ts': declarations,
    };
    const folder = projectOnDisk({ ...installed, 'a.ts': `${orders} bus.emit(new OrderLost());` }, { paths: {} });
    expect((await scanned(folder)).output).toMatch(/^Published, handled nowhere\n {2}OrderLost/);
  });

  const fakeTypeScript = (code: string): Record<string, string> => ({
    'node_modules/typescript/package.json': '{ "name": "typescript", "main": "index.js" }',
    'node_modules/typescript/index.js': code,
  });

  it.each<[what: string, files: Record<string, string>, message: RegExp]>([
    [
      'a tsconfig with a mistake',
      { 'tsconfig.json': '{ "compilerOptions": { "target": "es99" } }', 'a.ts': '' },
      /tsconfig\.json cannot be used: Argument for '--target' option must be.* Put it right/,
    ],
    [
      'a tsconfig that is no JSON',
      { 'tsconfig.json': '{ "include": [', 'a.ts': '' },
      /tsconfig\.json cannot be used: .* expected\. Put it right/,
    ],
    [
      'a tsconfig without files',
      { 'tsconfig.json': '{ "include": ["src"] }' },
      /tsconfig\.json has no source files\. Look at its "include" and "files"\.$/,
    ],
    [
      'a tsconfig that only names others',
      { 'tsconfig.json': '{ "files": [], "references": [{ "path": "a" }] }' },
      /has no source files\. It only names other projects: scan one of those/,
    ],
    [
      'a project that does not use it',
      { 'a.ts': 'export const a = 1;' },
      /has 1 source file, and none uses class-events: no publish, emit, subscribe, waitFor or stream of an EventBus, and no @On/,
    ],
    [
      'a package that is not installed',
      { 'a.ts': `import { EventBus } from 'class-events/missing'; new EventBus().emit({});` },
      /a\.ts:1:26 imports class-events\/missing, which is not there\. Install the project's dependencies/,
    ],
    [
      'a TypeScript without the API',
      fakeTypeScript(`exports.version = '7.0.2';`),
      /which TypeScript 7\.0\.2 does not have\. Install a version before 7: npm install -D typescript@6/,
    ],
  ])('refuses %s', async (_, files, message) => {
    const refused = scanned(projectOnDisk(files));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(CommandError);
  });

  it('says so when there is no TypeScript, neither in the project nor in the working directory', async () => {
    const folder = projectOnDisk({});
    const home = process.cwd();
    process.chdir(folder);
    try {
      await expect(scanned('.')).rejects.toThrow(/^scan needs TypeScript, .* Install it: npm install -D typescript@6$/);
    } finally {
      process.chdir(home);
    }
  });

  it('does not read a device, which may have no end', async () => {
    await expect(scanned('/dev/zero')).rejects.toThrow(/dev\/zero is no file\. Name a tsconfig file\.$/);
  });

  it('lets other errors of the compiler through as they are', async () => {
    const folder = projectOnDisk(fakeTypeScript(`throw new RangeError('out of order');`));
    await expect(scanned(folder)).rejects.toThrow('out of order');
  });

  it('names its tsconfig by the path from the working directory', async () => {
    await expect(scanned(join('tests', 'nowhere'))).rejects.toThrow('There is no tests/nowhere. ');
  });
});
