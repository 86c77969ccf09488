import { countOf } from '../scan/findings.js';
import { scan, type Scan } from '../scan/scan.js';
import { ScanError } from '../scan/scan-error.js';
import { type Command, CommandError } from './command.js';
import { scanReport } from './scan-report.js';

/** Reads a TypeScript project without running it, and reports events that nobody handles, and the other way round. */
export const scanCommand: Command = {
  name: 'scan',
  operand: '<tsconfig>',
  summary: 'finds events that are published and not handled, handled and not published, or run in circles',
  options: {
    json: { type: 'boolean', description: 'print a JSON value' },
    strict: { type: 'boolean', description: 'end with exit code 1 when there are findings' },
  },
  run(tsconfig, { json, strict }) {
    // In a promise, so that what scan throws is a rejection as with every other command.
    return Promise.resolve(tsconfig).then((given) => {
      const found = scanProject(given);
      const output = json ? `${JSON.stringify(found, null, 2)}\n` : scanReport(found);
      return { output, exitCode: strict && countOf(found) > 0 ? 1 : 0 };
    });
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
