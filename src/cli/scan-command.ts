import { findingCount } from '../scan/findings.js';
import { scan, type Scan } from '../scan/scan.js';
import { ScanError } from '../scan/scan-error.js';
import { CommandError, type OperandCommand } from './command.js';
import { asksForDeepStack, runOnDeepStack } from './deep-stack.js';
import { scanReport } from './scan-report.js';

/** Reads a TypeScript project without running it, and reports events that nobody handles, and the other way round. */
export const scanCommand: OperandCommand = {
  name: 'scan',
  operand: '<tsconfig>',
  summary: 'finds events that are published and not handled, handled and not published, or run in circles',
  options: {
    json: { type: 'boolean', description: 'print a JSON value' },
    strict: { type: 'boolean', description: 'end with exit code 1 when there are findings' },
  },
  async run(tsconfig, { json, strict }) {
    try {
      const scanned = scanProject(tsconfig);
      const output = json ? `${JSON.stringify(scanned, null, 2)}\n` : scanReport(scanned);
      return { output, exitCode: strict && findingCount(scanned) > 0 ? 1 : 0 };
    } catch (error) {
      // The compiler goes from class to base class, and from call to call, by recursion.
      if (asksForDeepStack(error)) return runOnDeepStack();
      throw error;
    }
  },
};

/** @throws CommandError when the project cannot be read. */
function scanProject(tsconfig: string): Scan {
  try {
    return scan(tsconfig);
  } catch (error) {
    throw error instanceof ScanError ? new CommandError(error.message, { cause: error }) : error;
  }
}
