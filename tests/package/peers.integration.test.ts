import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programLimit } from '../support/limits.js';
import { Consumer, tarball } from './consumer.js';

/** Projects that had one of the optional packages before this one, in another version than ours. */
const projects: [name: string, dependencies: Record<string, string>][] = [
  ['TypeScript 4.9', { typescript: '4.9.5' }],
  ['TypeScript 5.2 and vitest 0.34', { typescript: '5.2.2', vitest: '0.34.6' }],
  ['NestJS 10', { '@nestjs/common': '10', '@nestjs/core': '10' }],
  ['piscina 4', { piscina: '4' }],
  ['OpenTelemetry 1.0', { '@opentelemetry/api': '1.0.4' }],
  ['jest 28', { jest: '28', expect: '28' }],
  ['tsx 3, cli-progress 2 and @viz-js/viz 3.0', { tsx: '3', 'cli-progress': '2', '@viz-js/viz': '3.0.0' }],
  [
    'TypeScript 7, vitest 4 and NestJS 12',
    { typescript: '7', vitest: '4', '@nestjs/common': '12', '@nestjs/core': '12' },
  ],
];

describe('npm installs the packed package', () => {
  it.each(projects)('beside %s', (_, dependencies) => {
    const folder = mkdtempSync(join(tmpdir(), 'class-events-peers-'));
    try {
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', dependencies }));
      // npm decides here what it refuses; nothing has to be fetched for that.
      const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', tarball()];
      const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: programLimit });
      expect({ status, errors: stderr.match(/npm (?:error|ERR!).*/g) ?? [] }).toEqual({ status: 0, errors: [] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const files: Readonly<Record<string, string>> = {
  'shop.js': `import { EventBus } from 'class-events';
    class OrderPlaced {}
    export const bus = new EventBus();
    bus.subscribe(OrderPlaced, function reserveStock() { console.log('reserved'); });
    if (process.argv[2] === 'publish') await bus.publish(new OrderPlaced());`,
  'shop.ts': `export { bus } from './shop.js';`,
  'tsconfig.json': JSON.stringify({ files: ['shop.ts'] }),
  'pool.js': `import { EventBus } from 'class-events';
    import { EventCatalog } from 'class-events/catalog';
    import { WorkerPool } from 'class-events/workers';
    new WorkerPool({ catalog: new EventCatalog(), bus: new EventBus() });`,
  'traces.js': `import { openTelemetry } from 'class-events/outbox/opentelemetry';
    openTelemetry();`,
  'gauges.js': `import { observeOutbox } from 'class-events/outbox/opentelemetry';
    observeOutbox({ status: () => Promise.reject(new Error('not asked')) });`,
  'progress.js': `import { progressOf } from './node_modules/class-events/dist/esm/cli/progress.js';
    const terminal = Object.assign(Object.create(process.stdout), { isTTY: true });
    const progress = await progressOf('redrive', terminal);
    progress.show(1);
    progress.end();`,
};

describe('beside old versions of the optional packages', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer([
      'typescript@5.2.2',
      'tsx@3',
      'cli-progress@2',
      '@viz-js/viz@3.0.0',
      'piscina@4',
      '@opentelemetry/api@1.0.4',
    ]);
    for (const [file, text] of Object.entries(files)) consumer.write(file, text);
  });
  afterAll(() => consumer.remove());
  const classEvents = (...words: string[]): ReturnType<Consumer['run']> =>
    consumer.run(join('node_modules', '.bin', 'class-events'), ...words);

  it('the core works', () => {
    expect(consumer.node('shop.js', 'publish')).toEqual({ status: 0, output: 'reserved\n' });
  });

  it('a pool says which piscina it needs', () => {
    const { status, output } = consumer.node('pool.js');
    expect(output).toMatch(
      /^Error: WorkerPool needs piscina 5 or newer, and found 4\.\S+\. Install it: npm install piscina@5\.$/m,
    );
    expect(status).toBe(1);
  });

  it.each(['traces.js', 'gauges.js'])('the outbox says which OpenTelemetry it needs: %s', (program) => {
    const { status, output } = consumer.node(program);
    expect(output).toMatch(
      /^Error: class-events\/outbox\/opentelemetry needs @opentelemetry\/api 1\.4 or newer, and found/m,
    );
    expect(status).toBe(1);
  });

  it('the page says which Graphviz it needs', () => {
    const { status, output } = classEvents('wiring', 'shop.js', '--format', 'html');
    expect(output).toMatch(
      /^class-events: The page needs @viz-js\/viz 3\.11 or newer, and found an older one\. Install it: /,
    );
    expect(status).toBe(2);
  });

  it('the command says which tsx it needs, where Node cannot read TypeScript', () => {
    if ((process.features as { typescript?: unknown }).typescript) return;
    const { status, output } = classEvents('wiring', 'shop.ts');
    expect(output).toMatch(
      /^class-events: shop\.ts is TypeScript, which takes tsx 4\.7 or newer, and your project has 3\.\S+\. Install it: /,
    );
    expect(status).toBe(2);
  });

  it('a scan says which TypeScript it needs', () => {
    const { status, output } = classEvents('scan', 'tsconfig.json');
    expect(output).toMatch(
      /^class-events: scan needs TypeScript 5\.4 or newer, and \S+typescript\.js is 5\.2\.2\. Install it: /,
    );
    expect(status).toBe(2);
  });

  it('long work goes on, and says which cli-progress would show it', () => {
    expect(consumer.node('progress.js')).toEqual({
      status: 0,
      output: 'Progress is shown by cli-progress 3 or newer, and found an older one: npm install cli-progress@3.\n',
    });
  });
});
