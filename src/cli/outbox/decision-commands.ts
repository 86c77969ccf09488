import type { DeadLetterSelection, DeliverySelection, DecisionOptions } from '../../outbox/index.js';
import { CommandError, type OperandCommand } from '../command.js';
import { countText } from '../count-text.js';
import { progressOf } from '../progress.js';
import { deliveryOptions, deliveryQuery } from './delivery-options.js';
import { askOutbox, type OperableOutbox } from './exported-outbox.js';
import { wordOf } from './option-values.js';
import { jsonOption, result } from './result.js';

interface DecisionCommand {
  readonly name: 'redrive' | 'discard';
  readonly summary: string;
  readonly states: readonly ('dead' | 'failing' | 'waiting' | 'blocked' | 'any')[];
  /** What the result says of the deliveries. */
  readonly done: string;
}

/** `class-events outbox redrive`: tries dead letters again, or what is failing. */
export const redriveCommand = commandFor({
  name: 'redrive',
  summary: 'tries dead letters, or what is failing, again: at once, and from the first attempt on',
  states: ['dead', 'failing', 'any'],
  done: 'will be tried again',
});

/** `class-events outbox discard`: gives deliveries up. */
export const discardCommand = commandFor({
  name: 'discard',
  summary: 'gives dead letters, or other deliveries, up for good, so that what waits for them goes on',
  states: ['dead', 'failing', 'waiting', 'blocked', 'any'],
  done: 'given up',
});

function commandFor({ name, summary, states, done }: DecisionCommand): OperandCommand {
  return {
    name: `outbox ${name}`,
    operand: '<outbox>',
    summary,
    options: {
      state: { type: 'string', value: 'STATE', description: `those that are ${states.join(', ')}; default dead` },
      ...deliveryOptions,
      all: { type: 'boolean', description: 'all of them' },
      ...jsonOption,
    },
    async run(operand, options) {
      const query = deliveryQuery(options);
      const state = wordOf(options, 'state', states) ?? 'dead';
      const { limit: _, ...criteria } = query;
      const [one, many] = state === 'dead' ? ['dead letter', 'dead letters'] : ['delivery', 'deliveries'];
      if (Object.values(criteria).every((criterion) => criterion === undefined) && options['all'] !== true) {
        const meant = state === 'any' || state === 'dead' ? one : `${state} ${one}`;
        throw new CommandError(
          `${name} without a filter means every ${meant}. Give --id, --handler, --key, --event, --name, --seq, --from or ` +
            '--to; or --all, if all are meant.',
        );
      }
      const selection = { ...query, all: options['all'] === true || undefined };
      const progress = await progressOf(name);
      const count = await askOutbox(operand, (outbox) =>
        decide(outbox, name, state, selection, { onProgress: progress.show }),
      ).finally(() => progress.end());
      return result({ count }, `${countText(count, one, many)} ${done}.`, options['json']);
    },
  };
}

function decide(
  { deadLetters, deliveries }: OperableOutbox,
  decision: DecisionCommand['name'],
  state: DecisionCommand['states'][number],
  selection: DeadLetterSelection,
  options: DecisionOptions,
): Promise<number> {
  if (state === 'dead') return deadLetters[decision](selection, options);
  const inState: DeliverySelection = { ...selection, state: state === 'any' ? undefined : state };
  return deliveries[decision](inState, options);
}
