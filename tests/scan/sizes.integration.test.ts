import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { Scan } from '../../src/scan/scan.js';
import { projectOnDisk, removeProjects } from './project-on-disk.js';

const root = resolve(__dirname, '../..');
let command: string;

/** The command as one file: a thread of its own cannot load the sources. */
function buildCommand(): string {
  mkdirSync(join(root, 'build'), { recursive: true });
  const outfile = join(mkdtempSync(join(root, 'build/scan-')), 'main.mjs');
  const entryPoints = [join(root, 'src/cli/main.ts')];
  buildSync({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
  return outfile;
}

/** Lines of code, one for each number. */
const lines = (count: number, lineOf: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => lineOf(index)).join('\n');

function scanned(code: string): Scan {
  const prelude = `import { EventBus } from 'class-events'; const bus = new EventBus(); class Paid { readonly paid = 1; }`;
  const folder = projectOnDisk({ 'a.ts': `${prelude}\n${code}\nexport {};` });
  const output = execFileSync(process.execPath, [command, 'scan', folder, '--json'], { maxBuffer: 2 ** 28 });
  return JSON.parse(output.toString()) as Scan;
}

/** Each of these took minutes, or the stack: the limit of the tests is that they end. */
describe('A scan of much code', () => {
  beforeAll(() => void (command = buildCommand()));
  afterAll(() => {
    removeProjects();
    rmSync(join(command, '..'), { recursive: true });
  });

  const handlers = (count: number, next: (index: number) => string): string =>
    [
      lines(count, (index) => `class E${index} { readonly k${index} = 1; }`),
      lines(count, (index) => `bus.subscribe(E${index}, function h${index}() { ${next(index)} });`),
    ].join('\n');

  it('finds one circle of 1,000 events', () => {
    const { circles } = scanned(handlers(1_000, (index) => `bus.emit(new E${(index + 1) % 1_000}());`));
    expect(circles.map(({ length }) => length)).toEqual([1_000]);
  });

  it('finds each circle where 1,000 events have two ways on', () => {
    const code = handlers(
      1_000,
      (index) => `bus.emit(new E${(index + 1) % 1_000}()); bus.emit(new E${(index + 2) % 1_000}());`,
    );
    const { circles } = scanned(code);
    expect(new Set(circles.map(({ length }) => length))).toEqual(new Set([500]));
  });

  it('finds no circle in a line of 3,000 events', () => {
    const { circles, unpublished } = scanned(
      handlers(3_000, (index) => (index < 2_999 ? `bus.emit(new E${index + 1}());` : '')),
    );
    expect(circles).toEqual([]);
    expect(unpublished.map(({ eventClass }) => eventClass)).toEqual(['E0']);
  });

  it('knows an event 5,000 classes below the one that is handled', () => {
    const code = `class L0 { readonly level = 0; }
      ${lines(4_999, (index) => `class L${index + 1} extends L${index} {}`)}
      bus.subscribe(L0, () => {}); bus.emit(new L4999());`;
    expect(scanned(code)).toMatchObject({ unhandled: [], unpublished: [] });
  });

  it('knows an event that 3,000 functions hand on, in either order', () => {
    const code = `
      function f0(event: object) { bus.emit(event); }
      ${lines(2_999, (index) => `function f${index + 1}(event: object) { f${index}(event); }`)}
      ${lines(2_999, (index) => `function g${index}(event: object) { return g${index + 1}(event); }`)}
      function g2999(event: object) { bus.emit(event); }
      class Placed { readonly placed = 1; }
      f2999(new Paid()); g0(new Placed());
      bus.subscribe(Paid, () => {});`;
    const { unhandled, unpublished, unknown } = scanned(code);
    expect(unhandled.map(({ eventClass }) => eventClass)).toEqual(['Placed']);
    expect([unpublished, unknown]).toEqual([[], []]);
  });

  it('knows what 3,000 methods of one class hierarchy stand for', () => {
    const code = `class L0 { react() {} }
      ${lines(2_999, (index) => `class L${index + 1} extends L${index} { override react() { ${index === 2_998 ? 'bus.emit(new Paid());' : ''} } }`)}
      bus.subscribe(Paid, () => {}); new L2999().react();`;
    expect(scanned(code)).toMatchObject({ unhandled: [], unpublished: [] });
  });
});
