import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer } from './consumer.js';

const versions = ['5.4', '5.9', '6.0', '7.0'];
const resolutions = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};
/** Nothing but the language; then what browsers and Node add to it. */
const platforms = {
  'ES2022 alone': { lib: ['es2022'], types: [] },
  DOM: { lib: ['es2022', 'dom'], types: [] },
  Node: { lib: ['es2022'], types: ['node'] },
};
const dialects = { standard: {}, legacy: { experimentalDecorators: true, emitDecoratorMetadata: true } };

type Row = [version: string, resolution: keyof typeof resolutions, platform: keyof typeof platforms, source: string];

const rows: Row[] = versions.flatMap((version) => [
  ...(['nodenext', 'bundler'] as const).flatMap((resolution): Row[] => [
    [version, resolution, 'ES2022 alone', 'standard.ts'],
    [version, resolution, 'ES2022 alone', 'legacy.ts'],
  ]),
  [version, 'nodenext', 'ES2022 alone', 'standard.cts'],
  [version, 'nodenext', 'DOM', 'signals.ts'],
  [version, 'nodenext', 'Node', 'signals.ts'],
]);

describe('consumers of the packed package compile', () => {
  let consumer: Consumer;
  beforeAll(() => {
    const compilers = versions.map((version) => `typescript-${version}@npm:typescript@~${version}.0`);
    consumer = new Consumer([...compilers, '@types/node@~20.19.0']);
    for (const source of ['standard.ts', 'legacy.ts', 'signals.ts', 'old-library.ts']) {
      consumer.write(source, readFileSync(join(__dirname, 'consumers', source), 'utf8'));
    }
    consumer.write('standard.cts', readFileSync(join(__dirname, 'consumers/standard.ts'), 'utf8'));
  });
  afterAll(() => consumer.remove());

  it.each(rows)('TypeScript %s, %s, %s: %s', (version, resolution, platform, source) => {
    const dialect = source.startsWith('legacy') ? 'legacy' : 'standard';
    const options = {
      target: 'es2022',
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      ...resolutions[resolution],
      ...platforms[platform],
      ...dialects[dialect],
    };
    const compiler = `node_modules/typescript-${version}`;
    expect(consumer.compile([source], options, compiler)).toEqual({ status: 0, output: '' });
  });

  const targets = versions.flatMap((version) => [
    [version, 'es2018', false] as const,
    [version, 'es2018', true] as const,
    [version, 'es2020', false] as const,
    [version, 'es2020', true] as const,
  ]);
  it.each(targets)('TypeScript %s, target %s, skipLibCheck %s: errors say what they hold', (version, target, skip) => {
    // Without the check of libraries as most have it, with the names of a browser; with it, the language alone.
    const lib = skip ? {} : { lib: [target] };
    const options = { target, ...lib, types: [], noEmit: true, skipLibCheck: skip, ...resolutions.nodenext };
    const compiler = `node_modules/typescript-${version}`;
    expect(consumer.compile(['old-library.ts'], options, compiler)).toEqual({ status: 0, output: '' });
  });
});
