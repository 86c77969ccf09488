import type { ErasureResult } from '../../outbox/index.js';
import { CommandError, type GivenOptions, type OperandCommand } from '../command.js';
import { countText } from '../count-text.js';
import { askOutbox } from './exported-outbox.js';
import { textOf } from './option-values.js';
import { jsonOption, result } from './result.js';

/** `class-events outbox erase`: events of one person, with all that is kept because of them. */
export const eraseCommand: OperandCommand = {
  name: 'outbox erase',
  operand: '<outbox>',
  summary: 'erases events, their deliveries and the errors of their attempts, of a person for instance',
  options: {
    key: { type: 'string', value: 'KEY', description: 'events of this key' },
    event: { type: 'string', value: 'ID', description: 'the event with this id' },
    data: {
      type: 'string',
      value: 'JSON',
      description: 'events whose data has these properties: {"customerId":"c-1"}',
    },
    'dry-run': { type: 'boolean', description: 'count what would be erased' },
    ...jsonOption,
  },
  async run(operand, options) {
    const [key, event, data] = [textOf(options, 'key'), textOf(options, 'event'), dataOf(options)];
    if (key === undefined && event === undefined && data === undefined) {
      throw new CommandError('erase without a filter means every event. Give --key, --event or --data.');
    }
    const dryRun = options['dry-run'] === true;
    const erased = await askOutbox(operand, (outbox) => outbox.erase({ key, event, data, dryRun }));
    return result(erased, sentenceOf(erased, dryRun), options['json']);
  },
};

function sentenceOf({ events, deliveries, scheduled, busy }: ErasureResult, dryRun: boolean): string {
  const all = [
    countText(events, 'event'),
    countText(deliveries, 'delivery', 'deliveries'),
    countText(scheduled, 'scheduled event'),
  ].join(', ');
  const left =
    busy > 0 ? ` ${countText(busy, 'event')} at work in a transaction: do it again when that has ended.` : '';
  return `${all} ${dryRun ? 'would be' : 'were'} erased.${left}`;
}

function dataOf(options: GivenOptions): object | undefined {
  const text = textOf(options, 'data');
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null) return data;
  } catch {
    // Said below, in words that do not quote it.
  }
  throw new CommandError('--data takes a JSON object, like {"customerId":"c-1"}.');
}
