// `npm run test:runtimes`: carries smoke.ts, compiled against the packed package, to each runtime that is promised; and pool.mjs
// to those that are promised worker threads.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { runInChromium } from './chromium.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const bin = (name) => join(root, 'node_modules/.bin', name);

/** Too large to be devDependencies, so they are installed on first use, and kept for the next time. */
const runtimes = { node22: 'npm:node@22', node24: 'npm:node@24', bun: '^1.4.5', deno: '^2.9.6' };
const runtimesFolder = join(tmpdir(), 'class-events-runtimes');
const inRuntimes = (...path) => join(runtimesFolder, 'node_modules', ...path);

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 300_000 });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}\n${error ?? stdout + stderr}`);
}

function installRuntimes() {
  mkdirSync(runtimesFolder, { recursive: true });
  writeFileSync(join(runtimesFolder, 'package.json'), JSON.stringify({ private: true, dependencies: runtimes }));
  run('npm', ['install', '--no-audit', '--no-fund'], runtimesFolder);
}

/** A project that has installed the packed package beside piscina, with smoke.ts compiled by tsc and a program for each runtime. */
function makeConsumer() {
  const folder = mkdtempSync(join(tmpdir(), 'class-events-smoke-'));
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const piscina = `piscina@${devDependencies.piscina}`;
  run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`, piscina], folder);

  for (const file of ['smoke.ts', 'pool.mjs', 'pool.worker.mjs', 'pool-events.mjs'])
    cpSync(join(here, file), join(folder, file));
  const options = { target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'], types: [], strict: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['smoke.ts'] }));
  run(bin('tsc'), ['-p', '.'], folder);
  for (const [file, text] of Object.entries(programs)) writeFileSync(join(folder, file), text);
  return folder;
}

const programs = {
  'collect-garbage.mjs': `export const collectGarbage = globalThis.gc ?? (globalThis.Bun && (() => globalThis.Bun.gc(true)));`,
  'main.mjs': `
    import { createRequire } from 'node:module';
    import { EventBus } from 'class-events';
    import { collectGarbage } from './collect-garbage.mjs';
    import { smoke } from './smoke.js';
    const assertions = await smoke(collectGarbage);
    if (createRequire(import.meta.url)('class-events').EventBus !== EventBus) throw new Error('import and require differ');
    console.log(assertions + 1);`,
  'worker.mjs': `
    import { Worker, isMainThread, parentPort } from 'node:worker_threads';
    import { fileURLToPath } from 'node:url';
    import { collectGarbage } from './collect-garbage.mjs';
    import { smoke } from './smoke.js';
    if (isMainThread) new Worker(fileURLToPath(import.meta.url)).on('message', (assertions) => console.log(assertions));
    else smoke(collectGarbage).then((assertions) => parentPort.postMessage(assertions));`,
  'page.mjs': `
    import { smoke } from './smoke.js';
    globalThis.result = smoke(globalThis.gc);`,
  'web-worker.mjs': `
    import { smoke } from './smoke.js';
    smoke(globalThis.gc).then((assertions) => postMessage({ assertions }), (error) => postMessage({ error: String(error) }));`,
};

/** Bundled and minified, as pages are. */
async function bundle(folder) {
  const entryPoints = ['page.mjs', 'web-worker.mjs'].map((file) => join(folder, file));
  await build({
    entryPoints,
    outdir: join(folder, 'www'),
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'error',
  });
  return join(folder, 'www');
}

let failures = 0;
function report(runtime, assertions, atLeast) {
  if (!Number.isInteger(assertions) || assertions < atLeast)
    throw new Error(`${runtime} ran ${assertions} assertions only.`);
  console.log(`ok      ${runtime}: ${assertions} assertions`);
}
async function attempt(runtime, act, atLeast = 30) {
  try {
    for (const [name, assertions] of Object.entries(await act()))
      report(`${runtime}${name}`, Number(assertions), atLeast);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${runtime}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

installRuntimes();
const folder = makeConsumer();
try {
  const version = (command) => run(command, ['--version']).split(' (')[0].trim();
  for (const node of [process.execPath, inRuntimes('node22/bin/node'), inRuntimes('node24/bin/node')]) {
    const name = `Node ${version(node)}`;
    await attempt(name, () => ({ '': run(node, ['--expose-gc', 'main.mjs'], folder) }));
    await attempt(name, () => ({ ', worker thread': run(node, ['--expose-gc', 'worker.mjs'], folder) }));
    await attempt(name, () => ({ ', pool of workers': run(node, ['pool.mjs'], folder) }), 16);
  }
  const bun = inRuntimes('.bin/bun');
  const deno = inRuntimes('.bin/deno');
  await attempt(`Bun ${version(bun)}`, () => ({ '': run(bun, ['main.mjs'], folder) }));
  await attempt(`Bun ${version(bun)}`, () => ({ ', worker thread': run(bun, ['worker.mjs'], folder) }));
  await attempt(`Bun ${version(bun)}`, () => ({ ', pool of workers': run(bun, ['pool.mjs'], folder) }), 13);
  await attempt(version(deno).replace('deno', 'Deno'), () => ({
    '': run(deno, ['run', '--allow-read', '--allow-env', '--v8-flags=--expose-gc', 'main.mjs'], folder),
  }));
  await attempt('Chromium', async () => runInChromium(await bundle(folder)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? 'All runtimes passed.' : `${failures} failed.`);
process.exitCode = failures === 0 ? 0 : 1;
