import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { programLimit } from '../support/limits.js';

/** How a command ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const root = resolve(__dirname, '../..');

/** The path of a composition root in `entries/`, as it is given on the command line. */
export const entry = (file: string): string => join('tests/wiring/entries', file);

/** Runs the command `class-events` from source, in a process of its own, in the folder of the project. */
export async function classEvents(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const program = ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...words];
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: programLimit,
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | null>((ended, failed) => child.on('error', failed).on('close', ended));
  return { code, output, errors };
}
