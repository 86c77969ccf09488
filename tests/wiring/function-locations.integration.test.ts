import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { functionLocations } from 'class-events/wiring/node';
import { classEvents, entry } from '../cli/command.js';

describe('functionLocations', () => {
  it('finds where functions were written, in whatever form they are', () => {
    const file = 'tests/wiring/children/places.ts';
    const printed = execFileSync(process.execPath, ['--import', 'tsx', file], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual({
      places: {
        method: `${file}:4`,
        function: `${file}:6`,
        arrow: `${file}:7`,
        handler: `${file}:9`,
        bound: `${file}:6`,
        proxy: `${file}:6`,
        late: 'tests/wiring/children/late.ts:2',
        native: 'nowhere',
        evaluated: 'nowhere',
      },
      left: 0,
    });
  });

  it('goes by the source maps of compiled code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'class-events-compiled-'));
    const outfile = join(folder, 'shop.mjs');
    await build({
      entryPoints: [entry('shop.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'es2022',
      sourcemap: 'linked',
      logLevel: 'error',
    });
    const { output } = await classEvents(['wiring', outfile, '--event', 'OrderPlaced']);
    rmSync(folder, { recursive: true });
    expect(output).toMatch(/reserveStock .* tests\/wiring\/entries\/shop\.ts:17\n/);
  });

  it('knows nothing of functions of another realm, such as those of a test under jest', () => {
    expect(functionLocations()(() => {})).toBeUndefined();
  });
});
