import type { SchemaSteps } from '../../outbox/index.js';
import type { CommandResult, OperandCommand } from '../command.js';
import { jsonOption, result } from './result.js';
import { askOutbox } from './exported-outbox.js';

/** `class-events outbox migrate`: creates the tables, or brings them up to date. */
export const migrateCommand: OperandCommand = {
  name: 'outbox migrate',
  operand: '<outbox>',
  summary: 'creates the tables, or brings them to this version',
  options: {
    check: { type: 'boolean', description: 'change nothing; end with 1 if a step is missing' },
    ...jsonOption,
  },
  async run(operand, { check, json }) {
    if (check === true) {
      return checked(operand, await askOutbox(operand, (outbox) => outbox.store.schemaSteps()), json);
    }
    const steps = await askOutbox(operand, (outbox) => outbox.migrate());
    const text = steps.length === 0 ? 'The tables are up to date.' : ['Taken:', ...steps].join('\n  ');
    return result({ steps }, text, json);
  },
};

function checked(operand: string, steps: SchemaSteps, json: string | boolean | undefined): CommandResult {
  const { taken, missing, ahead } = steps;
  const texts: string[] = [];
  if (missing.length > 0) {
    const after = taken.length > 0 ? ` --after ${taken.length}` : '';
    texts.push(
      ['Missing:', ...missing].join('\n  '),
      `Take them before programs of this version start; older ones go on: class-events outbox migrate ${operand}, or give your tool the SQL of class-events outbox sql${after}.`,
    );
  }
  if (ahead.length > 0) {
    texts.push(
      ['Ahead, taken by a newer version:', ...ahead].join('\n  '),
      'Programs of this version work on these tables. To check the newer version, run its own command.',
    );
  }
  if (texts.length === 0) texts.push('The tables are up to date.');
  return { ...result(steps, texts.join('\n'), json), exitCode: missing.length > 0 ? 1 : 0 };
}
