import { resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** docs/adr/0010 says why it is this much. */
const limit = 13000;

/** Bytes of the whole core as a browser would download it: bundled, minified, brotli. */
function downloadSize(external: string[]): number {
  const { outputFiles } = buildSync({
    entryPoints: [resolve(__dirname, '../src/index.ts')],
    external,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return brotliCompressSync(outputFiles[0]?.contents ?? '').byteLength;
}

describe('the size of the core, minified and brotli', () => {
  it(`is at most ${limit} bytes of own code`, () => {
    const own = downloadSize(['reflect-metadata']);
    const all = downloadSize([]);
    process.stdout.write(`size: ${own} bytes minified and brotli (limit ${limit}); ${all} with reflect-metadata\n`);
    expect(own).toBeGreaterThan(500);
    expect(own).toBeLessThanOrEqual(limit);
  });
});
