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

describe('consumers of the packed package compile, with skipLibCheck off', () => {
  let consumer: Consumer;
  beforeAll(() => {
    const compilers = versions.map((version) => `typescript-${version}@npm:typescript@~${version}.0`);
    consumer = new Consumer([...compilers, '@types/node@~20.19.0']);
    for (const source of ['standard.ts', 'legacy.ts', 'signals.ts']) {
      consumer.write(source, readFileSync(join(__dirname, 'consumers', source), 'utf8'));
    }
    consumer.write('standard.cts', readFileSync(join(__dirname, 'consumers/standard.ts'), 'utf8'));
  });
  afterAll(() => consumer.remove());

  it.each(rows)('TypeScript %s, %s, %s: %s', (version, resolution, platform, source) => {
    const dialect = source.startsWith('legacy') ? 'legacy' : 'standard';
    const compilerOptions = {
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      ...resolutions[resolution],
      ...platforms[platform],
      ...dialects[dialect],
    };
    consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, files: [source] }));
    const { status, output } = consumer.node(`node_modules/typescript-${version}/bin/tsc`, '-p', '.');
    expect(output).toBe('');
    expect(status).toBe(0);
  });
});
