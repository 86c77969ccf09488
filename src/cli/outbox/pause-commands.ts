import { CommandError, type GivenOptions, type OperandCommand } from '../command.js';
import { askOutbox } from './exported-outbox.js';
import { dateOf, textOf } from './option-values.js';
import { jsonOption, result } from './result.js';

const handlerOption = {
  handler: { type: 'string', value: 'ID', description: 'the durable handler, or one replay of it' },
} as const;

/** `class-events outbox pause`: lets no process begin deliveries of a handler. */
export const pauseCommand: OperandCommand = {
  name: 'outbox pause',
  operand: '<outbox>',
  summary: 'pauses a durable handler in all processes, and its replays; what is at work goes on to its end',
  options: {
    ...handlerOption,
    until: { type: 'string', value: 'DATE', description: 'goes on by itself then; default: when it is resumed' },
    ...jsonOption,
  },
  async run(operand, options) {
    const handler = handlerOf('pause', options);
    const until = dateOf(options, 'until');
    await askOutbox(operand, (outbox) => outbox.pause(handler, { until }));
    const end = until ? `until ${until.toISOString()}` : 'until it is resumed';
    return result({ handler, until }, `${handler} is paused ${end}.`, options['json']);
  },
};

/** `class-events outbox resume`: lets a handler go on. */
export const resumeCommand: OperandCommand = {
  name: 'outbox resume',
  operand: '<outbox>',
  summary: 'lets a durable handler go on that was paused',
  options: { ...handlerOption, ...jsonOption },
  async run(operand, options) {
    const handler = handlerOf('resume', options);
    const wasPaused = await askOutbox(operand, (outbox) => outbox.resume(handler));
    return result({ handler, wasPaused }, `${handler} ${wasPaused ? 'goes on' : 'was not paused'}.`, options['json']);
  },
};

/** @throws CommandError without a handler. */
function handlerOf(command: string, options: GivenOptions): string {
  const handler = textOf(options, 'handler');
  if (!handler) throw new CommandError(`${command} needs a durable handler: --handler ID.`);
  return handler;
}
