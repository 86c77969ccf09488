import { describeWiring } from '../wiring/describe-wiring.js';
import { lockOf, lockText } from '../wiring/lock.js';
import type { Command } from './command.js';
import { loadEntry } from './entry.js';
import { written } from './output.js';

/** Where the lock is kept, unless the user says otherwise. */
export const lockFile = 'events.lock.json';

/** `class-events lock`: writes the wiring down, for reviews and for `check`. */
export const lockCommand: Command = {
  name: 'lock',
  operand: '<entry>',
  summary: `writes the wiring to ${lockFile}, to be committed`,
  options: { output: { type: 'string', value: 'FILE', description: `another file than ${lockFile}` } },
  async run(operand, { output = lockFile }) {
    const { bus, events } = await loadEntry(operand);
    const lock = lockOf(describeWiring(bus, { events }));
    await written(String(output), lockText(lock));
    return { output: `Wrote ${String(output)}: ${countOf(Object.keys(lock.events).length)}.\n`, exitCode: 0 };
  },
};

/** How many event classes, in words. */
export function countOf(events: number): string {
  return `${events} event ${events === 1 ? 'class' : 'classes'}`;
}
