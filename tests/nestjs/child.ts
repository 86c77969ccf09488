import { join } from 'node:path';
import { type ChildResult, runProgram } from '../support/child-process.js';

/** Runs a program of `children/` in the dialect of these tests. */
export function runChild(file: string, ...args: string[]): Promise<ChildResult> {
  return runProgram(join(__dirname, 'children', file), args, { TSX_TSCONFIG_PATH: join(__dirname, 'tsconfig.json') });
}
