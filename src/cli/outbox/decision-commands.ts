import type { DeadLetterQuery } from '../../outbox/index.js';
import { CommandError, type OperandCommand } from '../command.js';
import { countText } from '../count-text.js';
import { progressOf } from '../progress.js';
import { jsonOption, result } from './result.js';
import { askOutbox, type OperableOutbox } from './exported-outbox.js';
import { letterOptions, letterQuery, lettersOf } from './letter-query.js';

interface Decision {
  readonly name: 'redrive' | 'discard';
  readonly summary: string;
  /** What the result says of the dead letters. */
  readonly done: string;
}

/** `class-events outbox redrive`: tries dead letters again. */
export const redriveCommand = commandFor({
  name: 'redrive',
  summary: 'tries dead letters again, from the first attempt on',
  done: 'will be tried again',
});

/** `class-events outbox discard`: gives dead letters up. */
export const discardCommand = commandFor({
  name: 'discard',
  summary: 'gives dead letters up for good, so that what waits for them goes on',
  done: 'given up',
});

function commandFor({ name, summary, done }: Decision): OperandCommand {
  return {
    name: `outbox ${name}`,
    operand: '<outbox>',
    summary,
    options: { ...letterOptions, all: { type: 'boolean', description: 'all of them' }, ...jsonOption },
    async run(operand, options) {
      const query = letterQuery(options);
      const { limit: _, ...filters } = query;
      if (Object.values(filters).every((filter) => filter === undefined) && options['all'] !== true) {
        throw new CommandError(
          `${name} without a filter means every dead letter. Give --handler, --key, --event or --seq; or --all, if all are meant.`,
        );
      }
      const count = await askOutbox(operand, (outbox) => decideOn(outbox, query, name));
      return result({ count }, `${countText(count, 'dead letter')} ${done}.`, options['json']);
    },
  };
}

/** One by one, each by its name: others may decide at the same time. */
async function decideOn(outbox: OperableOutbox, query: DeadLetterQuery, decision: Decision['name']): Promise<number> {
  const progress = await progressOf(decision);
  let count = 0;
  for await (const { handler, seq } of lettersOf(outbox, query)) {
    count += await outbox.deadLetters[decision]({ handler, seq });
    progress.show(count);
  }
  progress.end();
  return count;
}
