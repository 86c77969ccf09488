import { readFile } from 'node:fs/promises';
import { escapeControl } from '../core/index.js';
import { describeWiring } from '../wiring/describe-wiring.js';
import { lockFrom, lockOf, type WiringLock } from '../wiring/lock.js';
import { differenceOf } from '../wiring/lock-difference.js';
import { CommandError, type OperandCommand } from './command.js';
import { loadEntry } from './entry.js';
import { eventClassCount, lockFile } from './lock-command.js';

/** `class-events check`: compares the wiring with the lock. */
export const checkCommand: OperandCommand = {
  name: 'check',
  operand: '<entry>',
  summary: `compares the wiring with ${lockFile}; exit code 1 when they differ`,
  options: { lock: { type: 'string', value: 'FILE', description: `another file than ${lockFile}` } },
  async run(operand, { lock: file = lockFile }) {
    const locked = await readLock(String(file), operand);
    const { bus, events } = await loadEntry(operand);
    const present = lockOf(describeWiring(bus, { events }));
    const changes = differenceOf(locked, present);
    if (changes.length === 0) {
      return { output: `The wiring is as ${String(file)} says: ${eventClassCount(present)}.\n`, exitCode: 0 };
    }
    const lines = changes.map((change) =>
      escapeControl(`  ${change.kind.padEnd(9)}  ${change.what}, for ${change.events.join(', ')}`),
    );
    const accept = `class-events lock ${operand}${file === lockFile ? '' : ` --output ${String(file)}`}`;
    const text = [`The wiring is not as ${String(file)} says:`, ...lines, `If that is meant: ${accept}`, ''];
    return { output: text.join('\n'), exitCode: 1 };
  },
};

async function readLock(file: string, entry: string): Promise<WiringLock> {
  try {
    return lockFrom(await readFile(file, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing ? `There is no ${file}` : `${file} cannot be read: ${String(error)}`;
    throw new CommandError(`${problem}. Write it: class-events lock ${entry}`, { cause: error });
  }
}
