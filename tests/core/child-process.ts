import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

/** How a process ended and what it said. */
export interface ChildResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a file of `children/` in a Node process of its own: what concerns the process cannot be tested inside jest. */
export function runChild(file: string): Promise<ChildResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'children', file)], {
    cwd: resolve(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 25_000,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}
