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

/** What V8 has counted in one thread. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** How often a thread has made a thumbnail. */
function thumbnailsIn({ result }: Coverage): number {
  const made = result
    .filter(({ url }) => url.includes('make-thumbnail'))
    .flatMap(({ functions }) => functions)
    .filter(({ functionName }) => functionName === 'makeThumbnail');
  return made.reduce((sum, { ranges: [whole] }) => sum + whole!.count, 0);
}

describe('the thumbnails of the example', () => {
  let folder: string;
  let coverage: string;
  let output = '';
  let errors = '';
  let code: number | null;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'class-events-thumbnails-'));
    const program = ['--import', 'tsx', 'examples/thumbnails/main.ts', '--images', String(images), '--to', folder];
    coverage = join(folder, 'coverage');
    const env = { ...process.env, NODE_V8_COVERAGE: coverage };
    const child = spawn(process.execPath, program, { cwd: resolve(__dirname, '..'), env });
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

  it('are made on the worker threads, or all of them on the main thread, where they stop the event loop', () => {
    // V8 writes a file for each thread. Its name ends with the number of the thread, and the main thread is 0.
    const files = readdirSync(coverage);
    const main = files.filter((file) => file.endsWith('-0.json'));
    const made = ([file]: readonly string[]): number =>
      thumbnailsIn(JSON.parse(readFileSync(join(coverage, file!), 'utf8')) as Coverage);
    // Those of the second half alone: it has made none of those that the workers made.
    expect(made(main)).toBe(images);
    expect(files.length).toBeGreaterThan(main.length);
  });
});
