import { CommandError, type OperandCommand } from '../command.js';
import { countText } from '../count-text.js';
import { progressOf } from '../progress.js';
import { dateOf } from './option-values.js';
import { jsonOption, result } from './result.js';
import { askOutbox } from './exported-outbox.js';

/** `class-events outbox replay`: events of the log once more to one handler. */
export const replayCommand: OperandCommand = {
  name: 'outbox replay',
  operand: '<outbox>',
  summary: 'delivers events of the log once more to one handler, beside the live ones',
  options: {
    handler: { type: 'string', value: 'ID', description: 'the durable handler' },
    from: { type: 'string', value: 'DATE', description: 'events that were written then or later; default all' },
    to: { type: 'string', value: 'DATE', description: 'events that were written before; default now' },
    ...jsonOption,
  },
  async run(operand, options) {
    const { handler, json } = options;
    if (typeof handler !== 'string') throw new CommandError('replay needs a durable handler: --handler ID.');
    const [from, to] = [dateOf(options, 'from'), dateOf(options, 'to')];
    const progress = await progressOf('replay');
    const count = await askOutbox(operand, (outbox) => outbox.replay({ handler, from, to, onProgress: progress.show }));
    progress.end();
    return result({ count }, `${countText(count, 'delivery', 'deliveries')} written for ${handler}.`, json);
  },
};
