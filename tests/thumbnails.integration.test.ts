import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const images = 8;

/** What the frame header of a JPEG says. */
function sizeOf(jpeg: Buffer): { width: number; height: number } {
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  return { width: jpeg.readUInt16BE(frame + 7), height: jpeg.readUInt16BE(frame + 5) };
}

describe('the thumbnails of the example', () => {
  let folder: string;
  let output = '';
  let errors = '';
  let code: number | null;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'class-events-thumbnails-'));
    const program = ['--import', 'tsx', 'examples/thumbnails/main.ts', '--images', String(images), '--to', folder];
    const child = spawn(process.execPath, program, { cwd: resolve(__dirname, '..') });
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
    code = await new Promise<number | null>((ended, failed) => child.on('error', failed).on('close', ended));
    process.stdout.write(output);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are made without a failure', () => {
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  it.each(['worker-threads', 'main-thread'])('are all there, in their size, from %s', (place) => {
    const files = readdirSync(join(folder, place)).sort();
    expect(files.map((file) => file.slice(0, 3))).toEqual(
      Array.from({ length: images }, (_, index) => `00${index + 1}`),
    );
    for (const file of files) {
      const size = sizeOf(readFileSync(join(folder, place, file)));
      expect({ file, ...size }).toEqual({ file, width: 160, height: 160 });
    }
  });

  it('let the event loop go on while worker threads make them', () => {
    const [onWorkers, onMainThread] = [...output.matchAll(/stood still for up to (\d+) ms/g)].map(([, ms]) =>
      Number(ms),
    );
    expect(onMainThread! / onWorkers!).toBeGreaterThan(3);
  });
});
