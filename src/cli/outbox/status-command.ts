import { escapeControl } from '../../core/index.js';
import type { HandlerStatus, OutboxStatus } from '../../outbox/index.js';
import { alignColumns } from '../../wiring/align-columns.js';
import type { OperandCommand } from '../command.js';
import { countText } from '../count-text.js';
import { jsonOption, result } from './result.js';
import { askOutbox } from './exported-outbox.js';

/** `class-events outbox status`: how it stands. */
export const statusCommand: OperandCommand = {
  name: 'outbox status',
  operand: '<outbox>',
  summary: 'shows what waits for each durable handler, and how late it is',
  options: jsonOption,
  async run(operand, { json }) {
    const status = await askOutbox(operand, (outbox) => outbox.status());
    return result(status, table(status), json);
  },
};

function table({ relays, buckets, handlers, events }: OutboxStatus): string {
  const assigned = `${buckets.taken} of ${buckets.all} buckets taken`;
  const summary = `${countText(relays, 'relay')}, ${assigned}, ${countText(events, 'event')} in the log`;
  if (handlers.length === 0) return `${summary}\nNothing waits.`;
  const titles = ['', 'handler', 'pending', 'blocked', 'dead', 'oldest due', ''];
  return [summary, '', ...alignColumns([titles, ...handlers.map(cells)])].join('\n');
}

function cells({ handler, pending, blocked, dead, oldestDueAge, paused }: HandlerStatus): readonly string[] {
  const counts = [pending, blocked, dead].map(String);
  const pause = paused && (paused.until ? `paused until ${paused.until.toISOString()}` : 'paused');
  return ['', escapeControl(handler), ...counts, ageOf(oldestDueAge), pause ?? ''];
}

/** Returns an age as text. The unit is the largest one that the age (ms) holds twice. */
function ageOf(age: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const;
  const [unit, length] = units.find(([, length]) => age >= 2 * length) ?? ['s', 1_000];
  return age === 0 ? '-' : `${unit === 's' ? (age / length).toFixed(1) : Math.floor(age / length)} ${unit}`;
}
