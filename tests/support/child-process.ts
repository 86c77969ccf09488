import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { programLimit } from './limits.js';

/** How a process ended and what it said. */
export interface ChildResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a TypeScript file in a Node process of its own: what concerns the process cannot be tested inside jest. */
export function runProgram(
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<ChildResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: resolve(__dirname, '../..'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: programLimit,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

/** Runs a program of tests/core/children. */
export function runChild(file: string): Promise<ChildResult> {
  return runProgram(join(__dirname, '../core/children', file));
}
