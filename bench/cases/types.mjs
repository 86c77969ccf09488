import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const count = 1000;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

export default [
  {
    id: 'n',
    title: `types: ${count} event classes with ${count} subscriptions`,
    takes: ({ contender, first }) => first && contender.types,
    measure({ contender }) {
      // Inside the folder, so that packages are found as usual.
      const folder = mkdtempSync(join(import.meta.dirname, '../build/types-'));
      try {
        writeFileSync(join(folder, 'events.ts'), classes() + contender.types(count));
        return compile(join(folder, 'events.ts'));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  },
];

function classes() {
  return Array.from(
    { length: count },
    (_, index) => `export class Event${index} { readonly n${index} = ${index}; constructor(readonly id: string) {} }\n`,
  ).join('');
}

function compile(file) {
  const options = [
    '--ignoreConfig',
    '--strict',
    '--noEmit',
    '--skipLibCheck',
    '--target',
    'es2022',
    '--module',
    'esnext',
  ];
  const args = [tsc, file, ...options, '--moduleResolution', 'bundler', '--types', 'node', '--extendedDiagnostics'];
  const { stdout: printed, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(printed.split('\n')[0]);
  const figure = (name) => Number(printed.match(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm'))[1]);
  return { 'check ms': figure('Check time') * 1000, instantiations: figure('Instantiations'), types: figure('Types') };
}
