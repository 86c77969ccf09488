import { countOf } from '../scan/findings.js';
import { scanReport } from './scan-report.js';
import { scan } from '../scan/scan.js';
import type { Command } from './command.js';

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
      const found = scan(given);
      const output = json ? `${JSON.stringify(found, null, 2)}\n` : scanReport(found);
      return { output, exitCode: strict && countOf(found) > 0 ? 1 : 0 };
    });
  },
};
