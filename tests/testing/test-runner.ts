import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { programLimit } from '../support/limits.js';

const root = resolve(__dirname, '../..');

/** How a test runner ended, and what it printed. */
export interface RunnerResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a test runner in a process of its own, without colours, and without what this runner has put into the environment. */
export function runRunner(...args: string[]): Promise<RunnerResult> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  for (const name of ['FORCE_COLOR', 'JEST_WORKER_ID', 'NODE_ENV', 'NODE_OPTIONS']) delete env[name];
  const child = spawn(process.execPath, args, { cwd: root, env, timeout: programLimit });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, output }));
  });
}
