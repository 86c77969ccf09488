import { execFileSync } from 'node:child_process';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

export default [
  {
    id: 'm',
    title: 'size (bytes, minified) and time to import (ms)',
    takes: ({ contender, first }) => first && contender.bundle,
    async measure({ contender: { bundle } }) {
      const all = await bundled(bundle, []);
      const own = await bundled(bundle, bundle.dependencies ?? []);
      return {
        minified: all.length,
        gzip: gzipSync(all, { level: 9 }).length,
        brotli: brotliCompressSync(all).length,
        'brotli without dependencies': brotliCompressSync(own).length,
        'import ms': importTime(bundle.entry),
      };
    },
  },
];

/** What a user's bundler keeps when the names that the contender uses here are imported. */
async function bundled({ entry, imports, platform = 'browser' }, external) {
  const { outputFiles } = await build({
    stdin: {
      contents: `export ${imports === '*' ? '*' : `{ ${imports} }`} from '${entry}';`,
      resolveDir: import.meta.dirname,
    },
    external: [...external, ...optional],
    bundle: true,
    minify: true,
    format: 'esm',
    platform,
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

// NestJS loads these when an application uses them.
const optional = ['@nestjs/microservices', '@nestjs/websockets', '@nestjs/platform-express', 'class-*'];

/** In a process of its own, from before the import to after it. */
function importTime(entry) {
  const program = `const start = performance.now(); await import('${entry}'); console.log(performance.now() - start);`;
  const args = [...(process.versions.bun ? ['-e'] : ['--input-type=module', '-e']), program];
  return Number(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }));
}
