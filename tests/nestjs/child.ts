import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

/** How a program ended and what it said. */
export interface ChildResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of `children/` in a process of its own, in the dialect of these tests. */
export function runChild(file: string, ...args: string[]): Promise<ChildResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'children', file), ...args], {
    cwd: resolve(__dirname, '../..'),
    env: { ...process.env, TSX_TSCONFIG_PATH: join(__dirname, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 25_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}
