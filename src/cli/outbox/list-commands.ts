import { escapeControl } from '../../core/index.js';
import type { DeliveryQuery, OutboxDelivery } from '../../outbox/index.js';
import { alignColumns } from '../../wiring/align-columns.js';
import type { OperandCommand } from '../command.js';
import { countText } from '../count-text.js';
import { deliveryOptions, deliveryQuery, deliveryStates } from './delivery-options.js';
import { askOutbox } from './exported-outbox.js';
import { wordOf } from './option-values.js';
import { jsonOption, result } from './result.js';

/** `class-events outbox deliveries`: what has not been delivered yet, and why. */
export const deliveriesCommand: OperandCommand = {
  name: 'outbox deliveries',
  operand: '<outbox>',
  summary: 'lists what has not been delivered yet, in every state',
  options: {
    state: { type: 'string', value: 'STATE', description: `those that are ${deliveryStates.join(', ')}` },
    ...deliveryOptions,
    ...jsonOption,
  },
  async run(operand, options) {
    const state = wordOf(options, 'state', deliveryStates);
    const query = { ...deliveryQuery(options), state };
    const deliveries = await askOutbox(operand, (outbox) => allPages(query, (page) => outbox.deliveries.list(page)));
    return result(deliveries, list(deliveries, query, 'Nothing that is left matches.'), options['json']);
  },
};

/** `class-events outbox dead`: what is not tried any more, and why. */
export const deadCommand: OperandCommand = {
  name: 'outbox dead',
  operand: '<outbox>',
  summary: 'lists dead letters, with their last errors and what waits for them',
  options: { ...deliveryOptions, ...jsonOption },
  async run(operand, options) {
    const query = deliveryQuery(options);
    const letters = await askOutbox(operand, (outbox) => allPages(query, (page) => outbox.deadLetters.list(page)));
    return result(letters, list(letters, query, 'No dead letter matches.'), options['json']);
  },
};

// The errors of a delivery may be many kilobytes.
const pageSize = 100;
const defaultLimit = 1_000;

type Query = Omit<DeliveryQuery, 'state'>;

/** Page by page, up to the limit of the query. */
async function allPages<Delivery extends OutboxDelivery>(
  query: Query,
  list: (query: Query) => Promise<readonly Delivery[]>,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  for (let left = query.limit ?? defaultLimit; left > 0;) {
    const limit = Math.min(pageSize, left);
    const page = await list({ ...query, after: deliveries.at(-1), limit });
    deliveries.push(...page);
    left = page.length < limit ? 0 : left - limit;
  }
  return deliveries;
}

function list(deliveries: readonly OutboxDelivery[], { limit = defaultLimit }: Query, none: string): string {
  const handlers = [...new Set(deliveries.map(({ handler }) => handler))];
  const blocks = handlers.map((handler) => {
    const rows = deliveries.filter((delivery) => delivery.handler === handler).map(cells);
    return [escapeControl(handler), ...alignColumns(rows).map((row) => `  ${row}`)].join('\n');
  });
  const more = deliveries.length === limit ? `\nThese are the first ${limit}; --limit shows more.` : '';
  return (blocks.join('\n\n') || none) + more;
}

function cells(delivery: OutboxDelivery): readonly string[] {
  const { seq, name, version, key, attempts, followers, errors } = delivery;
  const lastError = errors.at(-1);
  const tried = attempts > 0 ? countText(attempts, 'attempt') : '';
  const waiting = followers > 0 ? countText(followers, 'follower') : '';
  const error = lastError ? `${lastError.name}: ${lastError.message.split('\n')[0]}` : '';
  return [String(seq), `${name} v${version}`, key ?? '', tried, waiting, whenOf(delivery), error].map(escapeControl);
}

/** Says the state, and the time that matters in it. */
function whenOf({ state, recordedAt, startedAt, dueAt, deadAt }: OutboxDelivery): string {
  const at = (date: Date | undefined): string => (date ? ` ${date.toISOString().slice(0, 19)}Z` : '');
  if (state === 'dead') return `died${at(deadAt)}`;
  if (startedAt) return `started${at(startedAt)}`;
  return state === 'failing' ? `due${at(dueAt)}` : `${state} since${at(recordedAt)}`;
}
