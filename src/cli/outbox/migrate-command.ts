import type { Command } from '../command.js';
import { answer, jsonOption } from './answer.js';
import { askOutbox } from './exported-outbox.js';

/** `class-events outbox migrate`: creates the tables, or brings them up to date. */
export const migrateCommand: Command = {
  name: 'outbox migrate',
  operand: '<outbox>',
  summary: 'creates the tables, or brings them to this version',
  options: jsonOption,
  async run(operand, { json }) {
    const steps = await askOutbox(operand, (outbox) => outbox.migrate());
    const words = steps.length === 0 ? 'The tables are up to date.' : ['Taken:', ...steps].join('\n  ');
    return answer({ steps }, words, json);
  },
};
