import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  peerDependencies: Record<string, string>;
};
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** One line that breaks one rule: the rule's name, the file, and what is appended to that file. */
const plants: readonly (readonly [rule: string, file: string, line: string])[] = [
  ['modules-apart', 'src/core/event-class.ts', `export type { Catalog } from '../catalog/index.js';`],
  ['modules-apart', 'src/domain/index.ts', `export type { Handler } from '../core/subscribing/handler.js';`],
  ['modules-apart', 'src/domain/index.ts', `export type { Outbox } from '../outbox/index.js';`],
  ['modules-apart', 'src/outbox/index.ts', `import '../transport/index.js';`],
  ['modules-apart', 'src/outbox/index.ts', `import '../catalog/event-catalog.js';`],
  ['modules-apart', 'src/workers/index.ts', `import '../outbox/index.js';`],
  ['modules-apart', 'src/wiring/graph.ts', `import '../scan/scan.js';`],
  ['modules-apart', 'src/scan/scan.ts', `import '../core/index.js';`],
  ['modules-apart', 'src/scan/scan.ts', `import '../wiring/index.js';`],
  ['core-rooms', 'src/core/subscribing/handler.ts', `export type { Dispatch } from '../dispatching/dispatch.js';`],
  ['core-rooms', 'src/core/dispatching/dispatch.ts', `import '../streaming/wait-for.js';`],
  ['core-rooms', 'src/core/streaming/wait-for.ts', `export type { EventBus } from '../event-bus.js';`],
  ['core-ground', 'src/core/event-class.ts', `export type { EventBus } from './event-bus.js';`],
  ['core-ground', 'src/core/errors.ts', `export type { Handler } from './subscribing/handler.js';`],
  ['outbox-rooms', 'src/outbox/store/bucket.ts', `export type { Relay } from '../relaying/relay.js';`],
  ['outbox-rooms', 'src/outbox/postgres/migrate.ts', `import '../operating/replay.js';`],
  ['outbox-rooms', 'src/outbox/publishing/outbox-batch.ts', `export type { Outbox as Door } from '../outbox.js';`],
  ['outbox-ground', 'src/outbox/outbox-problem.ts', `export type { Bucket } from './store/bucket.js';`],
  ['outbox-door', 'src/outbox/index.ts', `import './postgres/index.js';`],
  ['outbox-door', 'src/outbox/outbox.ts', `import './opentelemetry/observe-outbox.js';`],
  ['cli-on-top', 'src/index.ts', `import './cli/main.js';`],
  ['cli-on-top', 'src/scan/scan.ts', `export type { Command } from '../cli/command.js';`],
  ['cli-on-top', 'src/wiring/node/index.ts', `export type { Command } from '../../cli/command.js';`],
  ['front-door-is-for-users', 'src/domain/index.ts', `import '../index.js';`],
  ['front-door-is-for-users', 'src/cli/planted.ts', `import '../index.js';`],
  ['one-dependency', 'src/core/event-class.ts', `export type { Pool } from 'a-peer';`],
  ['one-dependency', 'src/scan/scan.ts', `export type { Pool } from 'a-peer';`],
  ['reflect-metadata-in-one-file', 'src/core/subscribing/handler.ts', `import 'reflect-metadata';`],
  ['no-node-built-ins', 'src/core/subscribing/handler.ts', `export type { Readable } from 'node:stream';`],
  ['no-node-built-ins', 'src/catalog/index.ts', `import 'node:buffer';`],
  ['no-node-built-ins', 'src/testing/index.ts', `import 'node:fs';`],
  ['no-node-built-ins', 'src/wiring/graph.ts', `import 'node:path';`],
  ['no-node-built-ins', 'src/workers/web/index.ts', `import 'node:worker_threads';`],
  ['no-own-barrel', 'src/core/event-bus.ts', `export type { Handler as Own } from './index.js';`],
  ['no-own-barrel', 'src/catalog/event-catalog.ts', `export type { Catalog as Own } from './index.js';`],
  ['no-cycles', 'src/catalog/event-catalog.ts', `export type { Catalog as Back } from './index.js';`],
  ['no-undeclared-dependencies', 'src/domain/index.ts', `import 'p-limit';`],
  ['no-unresolved', 'src/domain/index.ts', `import './nowhere.js';`],
];

/** What the rules allow; nothing in it may be reported. */
const allowed: readonly (readonly [file: string, line: string])[] = [
  ['src/catalog/event-catalog.ts', `export class Catalog {}`],
  ['src/catalog/index.ts', `export { Catalog } from './event-catalog.js';`],
  ['src/outbox/index.ts', `import '../core/index.js'; import '../catalog/index.js'; export class Outbox {}`],
  ['src/outbox/postgres/index.ts', `import 'node:crypto'; import 'a-peer'; export { Outbox } from '../index.js';`],
  ['src/outbox/relaying/relay.ts', `import '../store/bucket.js'; import '../outbox-problem.js';`],
  ['src/core/dispatching/dispatch.ts', `import '../subscribing/handler.js'; import '../errors.js';`],
  ['src/transport/index.ts', `import '../outbox/index.js'; import '../catalog/index.js';`],
  ['src/workers/worker-pool.ts', `import 'node:worker_threads'; import '../catalog/index.js';`],
  ['src/domain/index.ts', `import 'node:async_hooks'; import '../core/index.js';`],
  ['src/testing/index.ts', `import '../core/index.js';`],
  ['src/wiring/graph.ts', `import '../core/index.js';`],
  ['src/wiring/node/index.ts', `import 'node:path';`],
  ['src/scan/scan.ts', `import 'node:path'; import 'typescript';`],
  ['src/cli/planted.ts', `import 'node:util'; import '../wiring/graph.js'; import '../core/event-class.js';`],
  [
    'src/cli/outbox/planted.ts',
    `import '../planted.js'; import '../../outbox/postgres/index.js'; import 'cli-progress';`,
  ],
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** A copy of the sources, with stand-ins for the modules to come and for the packages they import. */
function copyOfTheHouse(): string {
  const copy = mkdtempSync(join(tmpdir(), 'class-events-boundaries-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'src']) {
    cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  const manifest = {
    dependencies: { 'reflect-metadata': '*' },
    peerDependencies: { ...peerDependencies, 'a-peer': '*' },
    devDependencies: { 'p-limit': '*' },
  };
  for (const name of Object.values(manifest).flatMap((packages) => Object.keys(packages))) {
    const exports = { '.': './index.js', './*': './index.js' };
    add(copy, `node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', exports }));
    add(copy, `node_modules/${name}/index.js`, '');
  }
  const own = { name: 'class-events', exports: { './package.json': './package.json' } };
  add(copy, 'package.json', JSON.stringify({ ...own, ...manifest }));
  for (const [file, line] of allowed) add(copy, file, line);
  return copy;
}

function add(copy: string, file: string, line: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  appendFileSync(join(copy, file), `\n${line}\n`);
}

function violationsIn(copy: string): readonly Violation[] {
  const args = [depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

const { forbidden } = require(join(root, '.dependency-cruiser.cjs')) as {
  forbidden: { name: string; from: { path: string } }[];
};

describe('npm run boundaries', () => {
  const copy = copyOfTheHouse();
  afterAll(() => rmSync(copy, { recursive: true }));

  it('is content with the sources, and with all that the rules allow', () => {
    expect(violationsIn(copy)).toEqual([]);
  });

  it('names only rooms, grounds and modules that exist, so that no rule is about nothing', () => {
    const files = readdirSync(join(copy, 'src'), { recursive: true }).map((file) => `src/${String(file)}`);
    const rules = forbidden.filter(({ name }) => /^modules-apart$|-(?:rooms|ground|door)$/.test(name));
    const idle = rules.filter(({ from }) => !files.some((file) => new RegExp(from.path).test(file)));
    expect(idle).toEqual([]);
    const grounds = rules.filter(({ name }) => name.endsWith('-ground')).map(({ from }) => from.path);
    const names = grounds.flatMap((path) => /\(\?:(.*)\)/.exec(path)?.[1]?.split('|') ?? []);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !files.some((file) => file.endsWith(`/${name}.ts`)))).toEqual([]);
  });

  describe('with violations planted', () => {
    let violations: readonly Violation[];
    beforeAll(() => {
      for (const [, file, line] of plants) add(copy, file, line);
      violations = violationsIn(copy);
    });

    it.each(plants)('reports %s in %s: %s', (rule, file, line) => {
      const target = /'(?:node:|.*\/)?([^'/]+?)(?:\.js)?'/.exec(line)?.[1] ?? '';
      const found = violations.filter((violation) => violation.rule.name === rule && violation.from === file);
      expect(found.map(({ to }) => to).filter((to) => to.includes(target))).not.toEqual([]);
    });

    it('has a violation planted for each rule', () => {
      expect(new Set(plants.map(([rule]) => rule))).toEqual(new Set(forbidden.map(({ name }) => name)));
    });
  });
});

describe('the exit code', () => {
  it('is not zero when a rule is broken', () => {
    const copy = copyOfTheHouse();
    writeFileSync(join(copy, 'src/domain/index.ts'), `import '../index.js';\n`);
    const args = [depcruise, '--config', '.dependency-cruiser.cjs', 'src'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
    rmSync(copy, { recursive: true });
    expect(status).not.toBe(0);
    expect(stdout).toContain('front-door-is-for-users');
  });
});
