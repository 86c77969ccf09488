import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, root } from './consumer.js';

const versions = ['5.4', '6.0', '7.0'];
const resolutions = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
const entryPoints = Object.keys(manifest.exports)
  .filter((entryPoint) => entryPoint !== './package.json')
  .map((entryPoint) => `class-events${entryPoint.slice(1)}`);

/** A package in CommonJS, and an application in ES modules that hands its bus to it. */
const files: Readonly<Record<string, string>> = {
  'orders/package.json': JSON.stringify({ name: 'orders', type: 'commonjs' }),
  'orders/index.ts': `
    import { EventBus, Subscription, PublishReport } from 'class-events';
    import { transactional } from 'class-events/domain';
    import { EventRecorder } from 'class-events/testing';
    export class OrderPlaced { constructor(readonly id: string) {} }
    export function wireOrders(bus: EventBus): Subscription { return bus.subscribe(OrderPlaced, (e) => console.log('orders got', e.id)); }
    export function log(report: PublishReport) { return report.failures.length; }
    export function unitsOfWork(bus: EventBus) { return transactional(bus, (run: (tx: number) => Promise<unknown>) => run(1)); }
    export function count(recorder: EventRecorder) { return recorder.events.length; }
    export function group(bus: EventBus) { return bus.register({}); }`,
  'app/main.ts': `
    import { EventBus, PublishError } from 'class-events';
    import { recordEvents } from 'class-events/testing';
    import { wireOrders, OrderPlaced, count, log, unitsOfWork } from '../orders/index.js';
    const bus = new EventBus();
    const recorder = recordEvents(bus);
    wireOrders(bus);
    unitsOfWork(bus);
    log(await bus.publish(new OrderPlaced('o-1')).catch((error: PublishError) => error.report));
    count(recorder);`,
  // Types of the package that this file does not import, so the compiler has to find a name for them.
  'app/inferred.ts': `
    import { group, wireOrders } from '../orders/index.js';
    export const parts = (bus: Parameters<typeof wireOrders>[0]) => ({ bus, subscription: wireOrders(bus), group: group(bus) });`,
};
const names = entryPoints.map((entryPoint, index) => [entryPoint, `m${index}`] as const);
const imports = names.map(([entryPoint, name]) => `import type * as ${name} from '${entryPoint}';`).join('\n');
const modules = `{ ${names.map(([, name]) => `${name}: typeof ${name}`).join('; ')} }`;

describe('a type of the packed package', () => {
  let consumer: Consumer;
  beforeAll(() => {
    const compilers = versions.map((version) => `typescript-${version}@npm:typescript@~${version}.0`);
    consumer = new Consumer([...compilers, '@types/node@~20.19.0']);
    for (const [file, text] of Object.entries(files)) consumer.write(file, text);
    consumer.write('theirs.cts', `${imports}\nexport declare const theirs: ${modules};`);
    consumer.write(
      'ours.mts',
      `${imports}
       import type { theirs } from './theirs.cjs';
       declare const ours: ${modules};
       export const one = (value: typeof theirs): typeof ours => value;
       export const other = (value: typeof ours): typeof theirs => value;`,
    );
  });
  afterAll(() => consumer.remove());
  const compile = (version: string, files: string[], options: object): ReturnType<Consumer['run']> =>
    consumer.compile(files, { target: 'es2022', types: ['node'], ...options }, `node_modules/typescript-${version}`);

  const rows = versions.flatMap((version) =>
    (['node16', 'nodenext', 'bundler'] as const).map((resolution) => [version, resolution] as const),
  );
  it.each(rows)('is the same for an ES module and for CommonJS: TypeScript %s, %s', (version, resolution) => {
    const options = { ...resolutions[resolution], noEmit: true, skipLibCheck: true };
    expect(compile(version, ['app/main.ts', 'ours.mts'], options)).toEqual({ status: 0, output: '' });
  });

  it.each(rows)('has a name in the declarations of its user: TypeScript %s, %s', (version, resolution) => {
    const outDir = `declared-${version}-${resolution}`;
    const options = {
      ...resolutions[resolution],
      declaration: true,
      emitDeclarationOnly: true,
      outDir,
      rootDir: '.',
      skipLibCheck: true,
    };
    expect(compile(version, ['app/inferred.ts'], options)).toEqual({ status: 0, output: '' });
    const declared = readFileSync(join(consumer.folder, outDir, 'app/inferred.d.ts'), 'utf8');
    expect(declared).toContain('import("class-events"');
    expect(declared).not.toContain('dist/');
  });
});
