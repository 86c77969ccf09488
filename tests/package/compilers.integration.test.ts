import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, root } from './consumer.js';

/** Marks a method and a class, and says whether both have run. */
const named = `
  import { EventBus, On } from 'class-events';
  class OrderPlaced {}
  let ran = 0;
  class Receipts {
    @On(OrderPlaced)
    send(_event: OrderPlaced): void { ran += 1; }
  }
  @On(OrderPlaced)
  class Notify {
    handle(_event: OrderPlaced): void { ran += 1; }
  }
  const bus = new EventBus();
  bus.register(new Receipts());
  bus.registerClass(Notify, () => new Notify());
  bus.emit(new OrderPlaced());
  console.log(ran === 2 ? 'yes' : \`ran \${ran}\`);
`;
/** The same, where the class is to be taken from the parameter's type. */
const inferred = `
  import { EventBus, On } from 'class-events';
  class OrderPlaced {}
  let ran = 0;
  try {
    class Receipts {
      @On()
      send(_event: OrderPlaced): void { ran += 1; }
    }
    const bus = new EventBus();
    bus.register(new Receipts());
    bus.emit(new OrderPlaced());
    console.log(ran === 1 ? 'yes' : \`ran \${ran}\`);
  } catch (error) {
    console.log(String(error).includes('@On() cannot tell the event class of Receipts.send: there is no type metadata')
      ? 'no: name the class' : error);
  }
`;

const dialects = ['standard', 'legacy', 'legacy with types'] as const;
type Dialect = (typeof dialects)[number];

const compilerOptions = (dialect: Dialect): object => ({
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  experimentalDecorators: dialect !== 'standard',
  emitDecoratorMetadata: dialect === 'legacy with types',
});

/** Scripts that compile `source.ts` and run what comes of it, by the JavaScript interfaces of the compilers. */
const swc = (dialect: Dialect): string => `
  import { transformFileSync } from '@swc/core';
  import { writeFileSync } from 'node:fs';
  const { code } = transformFileSync('source.ts', {
    swcrc: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: ${JSON.stringify(
        dialect === 'standard'
          ? { decoratorVersion: '2022-03' }
          : { legacyDecorator: true, decoratorMetadata: dialect === 'legacy with types' },
      )},
    },
  });
  writeFileSync('out.mjs', code);
  await import('./out.mjs');
`;
const babel =
  (version: string) =>
  (dialect: Dialect): string => `
  import { transformFileSync } from '@babel/core';
  import { writeFileSync } from 'node:fs';
  const { code } = transformFileSync('source.ts', {
    configFile: false,
    presets: ['@babel/preset-typescript'],
    plugins: [['@babel/plugin-proposal-decorators', { version: '${dialect === 'standard' ? version : 'legacy'}' }]],
  });
  writeFileSync('out.mjs', code);
  await import('./out.mjs');
`;
const esbuild =
  (name: string) =>
  (dialect: Dialect): string => `
  import { buildSync } from '${name}';
  const { target, ...compilerOptions } = ${JSON.stringify(compilerOptions(dialect))};
  buildSync({
    entryPoints: ['source.ts'], outfile: 'out.mjs', format: 'esm', target, tsconfigRaw: { compilerOptions },
  });
  await import('./out.mjs');
`;
const vite = (name: string, options: string) => (): string => `
  import { build } from '${name}';
  await build({
    configFile: false,
    logLevel: 'error',
    ${options}
    build: { ssr: 'source.ts', outDir: '.', emptyOutDir: false, target: 'es2022', rollupOptions: { output: { entryFileNames: 'out.mjs' } } },
  });
  await import('./out.mjs');
`;
const tsc = (name: string) => (): string => `
  import { execFileSync } from 'node:child_process';
  execFileSync(process.execPath, ['node_modules/${name}/bin/tsc', '-p', '.'], { stdio: 'inherit' });
  await import('./source.js');
`;

/** The compilers of README's table, as it names them. */
const compilers: Record<string, (dialect: Dialect) => string> = {
  'TypeScript 5.4': tsc('typescript-5.4'),
  'TypeScript 7.0': tsc('typescript-7.0'),
  swc,
  'Babel 7.24 (2023-05)': babel('2023-05'),
  'Babel 7.24 (2023-11)': babel('2023-11'),
  'esbuild 0.21': esbuild('esbuild-0.21'),
  'esbuild 0.28': esbuild('esbuild-0.28'),
  tsx: () => `
    import { execFileSync } from 'node:child_process';
    execFileSync(process.execPath, ['--import', 'tsx', 'source.ts'], { stdio: 'inherit' });
  `,
  Bun: () => `
    import { execFileSync } from 'node:child_process';
    execFileSync('node_modules/.bin/bun', ['source.ts'], { stdio: 'inherit' });
  `,
  Deno: (dialect) => `
    import { execFileSync } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    const { experimentalDecorators, emitDecoratorMetadata } = ${JSON.stringify(compilerOptions(dialect))};
    const compilerOptions = { experimentalDecorators, emitDecoratorMetadata };
    writeFileSync('deno.json', JSON.stringify({ nodeModulesDir: 'manual', compilerOptions }));
    execFileSync('node_modules/.bin/deno', ['run', '--quiet', '--allow-read', '--allow-env', 'source.ts'], { stdio: 'inherit' });
  `,
  'Vite 5.3': vite('vite-5.3', `esbuild: { target: 'es2022' },`),
  'Vite 7': vite('vite-7', `esbuild: { target: 'es2022' },`),
  'Vite 8': vite('vite-8', ''),
};
const packages = [
  'typescript-5.4@npm:typescript@~5.4.0',
  'typescript-7.0@npm:typescript@~7.0.0',
  '@swc/core@1',
  '@babel/core@~7.24.0',
  '@babel/plugin-proposal-decorators@~7.24.0',
  '@babel/preset-typescript@~7.24.0',
  'esbuild-0.21@npm:esbuild@0.21.3',
  'esbuild-0.28@npm:esbuild@~0.28.0',
  'tsx@4',
  'bun@^1.4.5',
  'deno@^2.9.6',
  'vite-5.3@npm:vite@~5.3.0',
  'vite-7@npm:vite@7',
  'vite-8@npm:vite@8',
];

/** README's table of compilers, a row for each of its compilers. */
function promisedByReadme(): Record<string, Record<Dialect, string>> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, table = ''] = /\n\| compiler [^]*?\n\| ---.*\n([^]*?)\n\n/.exec(readme) ?? [];
  const rows = table.split('\n').map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  return Object.fromEntries(
    rows.map(([names = '', standard = '', legacy = '', typed = '']) => [
      names,
      { standard, legacy, 'legacy with types': typed },
    ]),
  );
}

/** The row of README for a compiler of this test. */
const rowOf: Record<string, RegExp> = {
  TypeScript: /TypeScript 5\.4/,
  swc: /swc/,
  Babel: /Babel 7\.24/,
  esbuild: /esbuild 0\.21/,
  tsx: /tsx/,
  Bun: /Bun 1\.4/,
  Deno: /Deno 2\.9/,
  'Vite 5.3': /Vite 5\.3 to 7/,
  'Vite 7': /Vite 5\.3 to 7/,
  'Vite 8': /Vite 8/,
};

describe('the packed package, with @On compiled as README says', () => {
  const promised = promisedByReadme();
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer(packages);
  });
  afterAll(() => consumer.remove());

  // ts-jest stands in one row with TypeScript: it compiles these tests, in both dialects.
  it('each row of README is that of a compiler here', () => {
    const known = Object.values(rowOf);
    expect(Object.keys(promised).length).toBeGreaterThan(5);
    expect(Object.keys(promised).filter((row) => !known.some((pattern) => pattern.test(row)))).toEqual([]);
  });

  const cells = Object.keys(compilers).flatMap((compiler) => dialects.map((dialect) => [compiler, dialect] as const));
  it.each(cells)('%s, %s', (compiler, dialect) => {
    const [, pattern] = Object.entries(rowOf).find(([name]) => compiler.startsWith(name)) ?? [];
    const [, row] = Object.entries(promised).find(([names]) => pattern?.test(names)) ?? [];
    consumer.write('source.ts', dialect === 'legacy with types' ? inferred : named);
    consumer.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: compilerOptions(dialect), files: ['source.ts'] }),
    );
    consumer.write('compile.mjs', compilers[compiler]!(dialect));
    const { status, output } = consumer.node('compile.mjs');
    const promise = row?.[dialect] ?? 'no such row';
    if (promise === 'no: it leaves the decorators in') {
      expect(status).not.toBe(0);
      expect(output).toContain('SyntaxError');
    } else {
      expect(output.trim()).toBe(/^(yes|no: name the class)/.exec(promise)?.[0] ?? promise);
      expect(status).toBe(0);
    }
  });
});
