// `npm run test:nest12`: installs the packed package beside Nest 12, which is ESM only, and boots application.ts on it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'class-events-nest12-'));

function run(command, args, cwd = folder) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 300_000 });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}\n${error ?? stdout + stderr}`);
}

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  types: ['node'],
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/** Loads the package both ways, runs the application and prints one line for each statement. */
const main = `
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { EventBus } from 'class-events';
import { EventBusModule } from 'class-events/nestjs';
import { checkApplication } from './application.js';
const require = createRequire(import.meta.url);
const nest = require('@nestjs/core/package.json').version;
const checks = [
  ['it is Nest 12', nest.split('.')[0], '12'],
  ['import and require give one EventBus', require('class-events').EventBus === EventBus, true],
  ['and one EventBusModule', require('class-events/nestjs').EventBusModule === EventBusModule, true],
  ...(await checkApplication()),
];
for (const [statement, seen, expected] of checks) {
  const holds = isDeepStrictEqual(seen, expected);
  if (!holds) process.exitCode = 1;
  console.log(holds ? 'ok      ' + statement : 'FAILED  ' + statement + ': ' + JSON.stringify(seen));
}
console.log('Nest ' + nest + ', Node ' + process.versions.node);
`;

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const nest = ['common', 'core', 'platform-express'].map((name) => `@nestjs/${name}@12`);
  run('npm', [
    'install',
    '--no-audit',
    '--no-fund',
    `./${tarball}`,
    ...nest,
    'reflect-metadata',
    'rxjs',
    '@types/node@20',
  ]);
  cpSync(join(here, 'application.ts'), join(folder, 'application.ts'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['application.ts'] }));
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  writeFileSync(join(folder, 'main.mjs'), main);
  const { status } = spawnSync(process.execPath, ['main.mjs'], { cwd: folder, stdio: 'inherit', timeout: 60_000 });
  process.exitCode = status ?? 1;
} catch (error) {
  process.exitCode = 1;
  process.stdout.write(`FAILED  ${error instanceof Error ? error.message : String(error)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
