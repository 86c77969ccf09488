import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, root } from './consumer.js';

/** The version of a package that this project tests with. */
function version(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return `${name}@${devDependencies[name]}`;
}

const wire = `
  class OrderPlaced {}
  const bus = new EventBus();
  bus.subscribe(OrderPlaced, function reserveStock() {});
`;
const entries: Readonly<Record<string, string>> = {
  'shop.js': `import { EventBus } from 'class-events';${wire}export { bus };`,
  'shop.cjs': `const { EventBus } = require('class-events');${wire}module.exports = bus;`,
  'bag.cjs': `const { EventBus } = require('class-events');${wire}module.exports = { settings: {}, bus };`,
  'shop.ts': `import { EventBus } from 'class-events';${wire}export const start = async (): Promise<EventBus> => bus;`,
  'shop.cts': `import { EventBus, On } from 'class-events';${wire}
    class Receipts { @On(OrderPlaced) async send(event: OrderPlaced): Promise<void> {} }
    bus.register(new Receipts());
    export default bus;`,
};

describe('the command of the packed package', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer();
    for (const [file, text] of Object.entries(entries)) consumer.write(file, text);
  });
  afterAll(() => consumer.remove());
  const classEvents = (...words: string[]): ReturnType<Consumer['run']> =>
    consumer.run(join('node_modules', '.bin', 'class-events'), ...words);

  it.each(['shop.js', 'shop.cjs', 'bag.cjs'])('looks at the bus of %s', (entry) => {
    const { status, output } = classEvents('wiring', entry);
    expect(output).toMatch(new RegExp(`^OrderPlaced\\n  1  sync  reserveStock  ${entry}:\\d+\\n$`));
    expect(status).toBe(0);
  });

  it('locks and checks', () => {
    expect(classEvents('check', 'shop.js')).toEqual({
      status: 2,
      output: 'class-events: There is no events.lock.json. Write it: class-events lock shop.js\n',
    });
    expect(classEvents('lock', 'shop.js').status).toBe(0);
    expect(existsSync(join(consumer.folder, 'events.lock.json'))).toBe(true);
    // The same wiring, another file, another module format.
    expect(classEvents('check', 'shop.cjs').status).toBe(0);
    consumer.write('later.js', entries['shop.js']!.replace('reserveStock', 'shipOrder'));
    const { status, output } = classEvents('check', 'later.js');
    expect(output).toContain('added      shipOrder (sync), for OrderPlaced\n  lost       reserveStock (sync)');
    expect(status).toBe(1);
  });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(classEvents('--version')).toEqual({ status: 0, output: `${version}\n` });
  });

  it('says what to install for the page, and for TypeScript where Node cannot read it', () => {
    expect(classEvents('wiring', 'shop.js', '--format', 'html')).toEqual({
      status: 2,
      output: 'class-events: The page is drawn by Graphviz. Install it: npm install --save-dev @viz-js/viz.\n',
    });
    if ((process.features as { typescript?: unknown }).typescript) return;
    expect(classEvents('wiring', 'shop.ts')).toEqual({
      status: 2,
      output: 'class-events: shop.ts is TypeScript, which takes tsx. Install it: npm install --save-dev tsx.\n',
    });
  });

  describe('beside tsx and @viz-js/viz', () => {
    beforeAll(() => {
      const { status, output } = consumer.run(
        ...(['npm', 'install', '--no-audit', '--no-fund', '--no-save'] as const),
        ...['tsx', '@viz-js/viz'].map(version),
        process.env['CLASS_EVENTS_TARBALL']!,
      );
      if (status !== 0) throw new Error(output);
    });

    it.each(['shop.ts', 'shop.cts'])('looks at the bus of %s', (entry) => {
      const { status, output } = classEvents('wiring', entry);
      expect(output).toMatch(new RegExp(`^OrderPlaced\\n  1  sync   ?reserveStock +${entry}:4\\n`));
      expect(status).toBe(0);
    });

    it('writes the page', () => {
      const { status, output } = classEvents('wiring', 'shop.ts', '--format', 'html', '--output', 'wiring.html');
      expect({ status, output }).toEqual({ status: 0, output: 'Wrote wiring.html.\n' });
      expect(readFileSync(join(consumer.folder, 'wiring.html'), 'utf8')).toContain('<svg');
    });

    it('is a module for import and for require, with the same renderings', () => {
      consumer.write(
        'both.mjs',
        `import { createRequire } from 'node:module';
       import bus from './shop.cjs';
       import * as imported from 'class-events/wiring';
       import { functionLocations } from 'class-events/wiring/node';
       const require = createRequire(import.meta.url);
       const required = require('class-events/wiring');
       const options = { locate: functionLocations() };
       const other = { locate: require('class-events/wiring/node').functionLocations() };
       const [one, two] = [imported.describeWiring(bus, options), required.describeWiring(bus, other)];
       const pages = await Promise.all([imported.toHtml(one), required.toHtml(two)]);
       console.log(pages[0] === pages[1], one.handlers[0].location.file);`,
      );
      expect(consumer.node('both.mjs')).toEqual({ status: 0, output: 'true shop.cjs\n' });
    });
  });
});
