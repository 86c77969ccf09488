import { join } from 'node:path';
import { build } from 'esbuild';
import { Consumer, root } from './consumer.js';

/** Two classes that a minifier will call by the same one-letter name, and a base class that both extend. */
const routing = `
  import { EventBus, On } from 'class-events';
  class DomainEvent {}
  const placed = (() => { class OrderPlaced extends DomainEvent {} return OrderPlaced; })();
  const shipped = (() => { class OrderShipped extends DomainEvent {} return OrderShipped; })();
  const seen: string[] = [];
  const bus = new EventBus();
  bus.subscribe(placed, () => { seen.push('placed'); });
  bus.subscribe(shipped, () => { seen.push('shipped'); });
  bus.subscribe(DomainEvent, () => { seen.push('any'); });
  class Warehouse {
    @On(placed, { priority: -1 }) reserve() { seen.push('method'); }
  }
  bus.register(new Warehouse());
  await bus.publish(new placed());
  await bus.publish(new shipped());
  const longNames = [placed.name, shipped.name].some((name) => name.length > 2);
  console.log(JSON.stringify({ seen, longNames }));
`;

describe('the packed package, installed', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer();
  });
  afterAll(() => consumer.remove());

  it('is one and the same for import and require', () => {
    consumer.write(
      'same.mjs',
      `import { createRequire } from 'node:module';
       import * as imported from 'class-events';
       const required = createRequire(import.meta.url)('class-events');
       console.log(imported.EventBus === required.EventBus && imported.On === required.On);`,
    );
    expect(consumer.node('same.mjs')).toEqual({ status: 0, output: 'true\n' });
  });

  it('works for a CommonJS test under jest', () => {
    consumer.write(
      'cjs.test.cjs',
      `const { EventBus } = require('class-events');
       class OrderPlaced {}
       test('publishes', async () => {
         const bus = new EventBus();
         const handler = jest.fn();
         bus.subscribe(OrderPlaced, handler);
         const report = await bus.publish(new OrderPlaced());
         expect(handler).toHaveBeenCalledTimes(1);
         expect(report.deliveries).toHaveLength(1);
         expect(require.resolve('class-events')).toContain('cjs');
       });`,
    );
    consumer.write('jest.config.json', JSON.stringify({ transform: {}, testMatch: ['**/*.test.cjs'] }));
    const { status, output } = consumer.node(
      join(root, 'node_modules/jest/bin/jest.js'),
      '--config',
      'jest.config.json',
    );
    expect(output).toContain('1 passed, 1 total');
    expect(status).toBe(0);
  });

  it('routes by class, and finds its @On methods, when a bundler has minified the names', async () => {
    consumer.write('routing.ts', routing);
    const outfile = join(consumer.folder, 'bundle.mjs');
    const entryPoints = [join(consumer.folder, 'routing.ts')];
    await build({
      entryPoints,
      outfile,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      logLevel: 'error',
    });
    const expected = { seen: ['placed', 'any', 'method', 'shipped', 'any'], longNames: false };
    expect(consumer.node('bundle.mjs')).toEqual({ status: 0, output: `${JSON.stringify(expected)}\n` });
  });

  it('leaves nothing behind in a bundle that does not use it, but what sets Symbol.metadata', async () => {
    const entry = {
      contents: `import { StoppableEvent } from 'class-events'; export { StoppableEvent };`,
      resolveDir: consumer.folder,
    };
    const { outputFiles } = await build({
      stdin: entry,
      write: false,
      bundle: true,
      minify: true,
      format: 'esm',
      logLevel: 'error',
    });
    expect(outputFiles[0]?.text).not.toContain('publishSettled');
  });
});
