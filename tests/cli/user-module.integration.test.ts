import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Wiring } from 'class-events/wiring';
import { classEvents, type Ended, entry } from './command.js';

const commandOn = (misdeed: string, ...words: string[]): Promise<Ended> =>
  classEvents([words[0] ?? 'wiring', entry('misbehaving.ts'), ...words.slice(1)], { MISDEED: misdeed });

const unescaped = /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e]/u;

describe('A command whose entry', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'class-events-answers-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['exits with 0', 'exits with 3', 'exits a moment later'])(
    '%s says that it could not look, and ends with 2',
    async (misdeed) => {
      const { code, output, errors } = await commandOn(misdeed);
      expect({ code, output }).toEqual({ code: 2, output: '' });
      expect(errors).toMatch(
        /^class-events: Something that the entry imports ended the process, by process\.exit\([03]\)/,
      );
      expect(errors.split('\n')).toHaveLength(2);
    },
  );

  it('exits with 0 writes no file, and is not green for a check', async () => {
    const file = join(folder, 'wiring.json');
    expect(await commandOn('exits with 0', 'wiring', '--output', file)).toMatchObject({ code: 2 });
    expect(() => readFileSync(file)).toThrow('ENOENT');
    const lock = join(folder, 'events.lock.json');
    expect(await commandOn('prints', 'lock', '--output', lock)).toMatchObject({ code: 0 });
    expect(await commandOn('exits with 0', 'check', '--lock', lock)).toMatchObject({ code: 2, output: '' });
  });

  it('chooses an exit code does not choose that of the command', async () => {
    expect(await commandOn('chooses an exit code', 'check', '--lock', 'gone.json')).toMatchObject({ code: 2 });
    const lock = join(folder, 'other.lock.json');
    await classEvents(['lock', entry('shop.ts'), '--output', lock]);
    expect(await commandOn('chooses an exit code', 'check', '--lock', lock)).toMatchObject({ code: 1 });
  });

  it.each([
    'rejects',
    'rejects a moment later',
    'throws in a microtask',
    'throws in the next tick',
    'throws in a timer',
    'throws in the next turn',
  ])('%s says so, and ends with 2', async (misdeed) => {
    const { code, output, errors } = await commandOn(misdeed);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(/^class-events: .*lost the connection.*\n$/);
  });

  it('throws what is no text is told all the same', async () => {
    const { code, errors } = await commandOn('throws what is no text');
    expect(errors).toMatch(/^class-events: Loading .*misbehaving\.ts failed: .*\n$/);
    expect(code).toBe(2);
  });

  it('prints has its lines on standard error, and standard output holds the answer alone', async () => {
    const { code, output, errors } = await commandOn('prints', 'wiring', '--format', 'json');
    expect({ code, errors }).toEqual({ code: 0, errors: 'by the console\nby the stream\n' });
    expect((JSON.parse(output) as Wiring).events.map(({ id }) => id)).toEqual(['OrderPlaced']);
  });

  it('replaces the timers is answered', async () => {
    expect(await commandOn('replaces the timers')).toMatchObject({ code: 0, errors: '' });
  });

  it('never comes to an end is told of while one waits', async () => {
    const program = ['--import', 'tsx', resolve('src/cli/main.ts'), 'wiring', entry('waiting-for-ever.ts')];
    const child = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'pipe'] });
    const said = await new Promise<string>((heard) => child.stderr.setEncoding('utf8').once('data', heard));
    child.kill('SIGKILL');
    expect(said).toMatch(
      /^class-events: Loading .*waiting-for-ever\.ts has taken 10 s so far\. It waits for something, perhaps a top-level await/,
    );
  });
});

describe('Names from an entry', () => {
  it.each([
    ['in the table', ['wiring']],
    ['in JSON', ['wiring', '--format', 'json']],
    ['in an error', ['wiring', '--event', 'Nothing']],
    ['in an explanation', ['explain', '--event', 'New\nLine']],
  ])('are escaped %s', async (_, [command, ...options]) => {
    const { output, errors } = await classEvents([command!, entry('hostile-names.ts'), ...options]);
    expect(output + errors).toContain('\\u00');
    expect(output + errors).not.toMatch(unescaped);
  });

  it('are escaped in what the entry throws', async () => {
    const { errors } = await commandOn('throws in colours');
    expect(errors).toContain('\\u001b[31mred \\u202edetrevni');
    expect(errors).not.toMatch(unescaped);
  });

  it('are escaped in the path of a file, and of a project', async () => {
    for (const command of ['wiring', 'scan', 'check']) {
      const { errors } = await classEvents([command, 'no\u001b[2Jfile\u202e.ts']);
      expect(errors).toContain('no\\u001b[2Jfile\\u202e.ts');
      expect(errors).not.toMatch(unescaped);
    }
  });

  it('are escaped in the lock, which says the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'class-events-names-'));
    const lock = join(folder, 'events.lock.json');
    expect(await classEvents(['lock', entry('hostile-names.ts'), '--output', lock])).toMatchObject({ code: 0 });
    const text = readFileSync(lock, 'utf8');
    expect(text).not.toMatch(unescaped);
    expect(Object.keys((JSON.parse(text) as { events: object }).events)).toContain('Gnorw\u202e');
    expect(await classEvents(['check', entry('hostile-names.ts'), '--lock', lock])).toMatchObject({ code: 0 });
    rmSync(folder, { recursive: true });
  });
});
