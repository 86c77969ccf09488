import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(__dirname, '..');
const read = (path: string): string => readFileSync(resolve(root, 'examples', path), 'utf8');
const entries = readdirSync(resolve(root, 'examples'), { withFileTypes: true });
const examples = entries.filter((entry) => entry.name.endsWith('.ts')).map(({ name }) => name);
/** What they show depends on the machine, so they have tests of their own: tests/pages/search-app and tests/thumbnails. */
const applications = ['search-app', 'thumbnails'];
/** Whole programs: a folder with main.ts, and what it prints. */
const programs = entries
  .filter((entry) => entry.isDirectory() && !applications.includes(entry.name))
  .map(({ name }) => name);
const mainJob = 'examples/00-github-webhooks/main.ts';

/** Runs a program in a process of its own, from source. */
async function run(...program: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...program], { cwd: root });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
  const code = await new Promise<number | null>((ended, failed) => child.on('error', failed).on('close', ended));
  return { code, output, errors };
}

/** What an example says that it prints: its last lines, comments below “// prints:”. */
function promisedOutput(source: string): string {
  const [, lines] = /\n\/\/ prints:\n((?:\/\/ ?.*\n)+)$/.exec(source) ?? [];
  if (lines === undefined)
    throw new Error('An example ends with “// prints:” and a comment for each line that it prints.');
  return lines.replaceAll(/^\/\/ ?/gm, '');
}

describe('an example', () => {
  it.concurrent.each(examples)('%s prints what it says', async (example) => {
    const promised = promisedOutput(read(example));
    expect(await run(`examples/${example}`)).toEqual({ code: 0, output: promised, errors: '' });
  });

  it.each(examples)('%s is short, and imports as a stranger would', (example) => {
    const source = read(example);
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    expect(source).toContain("from 'class-events';");
    expect(source).not.toMatch(/from '\./);
  });

  it('without expectations is refused', () => {
    expect(() => promisedOutput('console.log(1);')).toThrow('// prints:');
  });

  const folders = [...programs, ...applications].map((folder) => `${folder}/`);
  it.each([...folders, ...examples])('%s is in the table of examples', (example) => {
    expect(read('README.md')).toContain(`](./${example})`);
  });
});

describe('a program of several files', () => {
  it.concurrent.each(programs)('%s prints its output.txt, in 80 columns', async (program) => {
    const { code, output, errors } = await run(`examples/${program}/main.ts`);
    expect({ code, output, errors }).toEqual({ code: 0, output: read(`${program}/output.txt`), errors: '' });
    expect(output.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('the main job', () => {
  it.concurrent.each([
    [
      'an event that the bus does not publish',
      `const { publishSettled } = EventBus.prototype;
       let published = 0;
       EventBus.prototype.publishSettled = async function (event) {
         published += 1;
         return published === 100 ? { unhandled: false } : publishSettled.call(this, event);
       };`,
    ],
    [
      'a call that one handler does not get',
      `const { subscribe } = EventBus.prototype;
       let asked = 0;
       const filter = () => (asked += 1) !== 5;
       EventBus.prototype.subscribe = function (eventClass, handler, options) {
         return subscribe.call(this, eventClass, handler, eventClass === NewsEvent ? { ...options, filter } : options);
       };`,
    ],
    [
      'a failure that is not reported',
      `const { subscribe } = EventBus.prototype;
       EventBus.prototype.subscribe = function (eventClass, handler, options) {
         return subscribe.call(this, eventClass, eventClass === HandlerFailed ? () => undefined : handler, options);
       };`,
    ],
  ])('exits with 1 for %s', async (_, loss) => {
    const program = `
      import { EventBus, HandlerFailed } from 'class-events';
      import { NewsEvent } from './examples/00-github-webhooks/github-events.ts';
      ${loss}
      await import('./${mainJob}');`;
    const { code, output } = await run('--input-type=module', '--eval', program);
    expect(output).toContain('SOMETHING GOT LOST');
    expect(code).toBe(1);
  });
});
