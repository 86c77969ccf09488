// Runs before every script of this package: compiles class-events as scripts/build.mjs does, when its sources have
// changed. Into a folder of its own: another build in the middle of a run changes nothing.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const output = join(import.meta.dirname, 'build/esm');
const note = join(output, '../build.json');

const changed = Math.max(...filesIn(join(root, 'src'), '.ts').map((file) => statSync(file).mtimeMs));
if (!existsSync(note) || changed > statSync(note).mtimeMs) compile();

function compile() {
  rmSync(output, { recursive: true, force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = ['-p', join(root, 'tsconfig.build.json'), '--outDir', output];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
  writeFileSync(note, JSON.stringify({ id: idOf(filesIn(join(output, 'core'), '.js')), commit: commit() }));
}

/** The same for the same code, whatever the commit. */
function idOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 8);
}

function commit() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changes = git('status', '--porcelain', 'src') === '' ? '' : ' with changes';
  return git('rev-parse', '--short', 'HEAD') + changes;
}

function filesIn(folder, ending) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending));
  return names.sort((one, other) => (one < other ? -1 : 1)).map((name) => join(folder, name));
}
