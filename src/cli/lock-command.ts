import { describeWiring } from '../wiring/describe-wiring.js';
import { lockOf, lockText, type WiringLock } from '../wiring/lock.js';
import type { OperandCommand } from './command.js';
import { countText } from './count-text.js';
import { loadEntry } from './entry.js';
import { writeOutput } from './output.js';

/** Where the lock is kept, unless the user says otherwise. */
export const lockFile = 'events.lock.json';

/** `class-events lock`: writes the wiring down, for reviews and for `check`. */
export const lockCommand: OperandCommand = {
  name: 'lock',
  operand: '<entry>',
  summary: `writes the wiring to ${lockFile}, to be committed`,
  options: { output: { type: 'string', value: 'FILE', description: `another file than ${lockFile}` } },
  async run(operand, { output = lockFile }) {
    const { bus, events } = await loadEntry(operand);
    const lock = lockOf(describeWiring(bus, { events }));
    await writeOutput(String(output), lockText(lock));
    return { output: `Wrote ${String(output)}: ${eventClassCount(lock)}.\n`, exitCode: 0 };
  },
};

/** Returns the number of event classes in a lock, as text. */
export function eventClassCount({ events }: WiringLock): string {
  return countText(Object.keys(events).length, 'event class', 'event classes');
}
