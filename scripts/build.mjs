// Compiles src/ twice into dist/: as ES modules and as CommonJS.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const formats = {
  esm: [],
  cjs: ['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false'],
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
for (const [format, options] of Object.entries(formats)) {
  const outDir = join(root, 'dist', format);
  const args = [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', outDir, ...options];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
// The package is `"type": "module"`; this says that one folder of it is not.
writeFileSync(join(root, 'dist/cjs/package.json'), '{ "type": "commonjs" }\n');
