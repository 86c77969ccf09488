import type { OperandCommand } from '../command.js';
import { jsonOption, result } from './result.js';
import { askOutbox } from './exported-outbox.js';

/** `class-events outbox migrate`: creates the tables, or brings them up to date. */
export const migrateCommand: OperandCommand = {
  name: 'outbox migrate',
  operand: '<outbox>',
  summary: 'creates the tables, or brings them to this version',
  options: jsonOption,
  async run(operand, { json }) {
    const steps = await askOutbox(operand, (outbox) => outbox.migrate());
    const text = steps.length === 0 ? 'The tables are up to date.' : ['Taken:', ...steps].join('\n  ');
    return result({ steps }, text, json);
  },
};
