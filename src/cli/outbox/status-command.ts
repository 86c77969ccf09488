import type { HandlerStatus, OutboxStatus } from '../../outbox/index.js';
import { printable } from '../../wiring/printable.js';
import { aligned } from '../../wiring/table.js';
import type { Command } from '../command.js';
import { answer, countOf, jsonOption } from './answer.js';
import { askOutbox } from './exported-outbox.js';

/** `class-events outbox status`: how it stands. */
export const statusCommand: Command = {
  name: 'outbox status',
  operand: '<outbox>',
  summary: 'shows what waits for each durable handler, and how late it is',
  options: jsonOption,
  async run(operand, { json }) {
    const status = await askOutbox(operand, (outbox) => outbox.status());
    return answer(status, table(status), json);
  },
};

function table({ relays, buckets, handlers, events }: OutboxStatus): string {
  const taken = `${buckets.taken} of ${buckets.all} buckets taken`;
  const summary = `${countOf(relays, 'relay')}, ${taken}, ${countOf(events, 'event')} in the log`;
  if (handlers.length === 0) return `${summary}\nNothing waits.`;
  const titles = ['', 'handler', 'pending', 'blocked', 'dead', 'oldest due'];
  return [summary, '', ...aligned([titles, ...handlers.map(cells)])].join('\n');
}

function cells({ handler, pending, blocked, dead, oldestDueAge }: HandlerStatus): readonly string[] {
  return ['', printable(handler), String(pending), String(blocked), String(dead), ageOf(oldestDueAge)];
}

/** From milliseconds to the unit that says most. */
function ageOf(age: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const;
  const [unit, size] = units.find(([, each]) => age >= 2 * each) ?? ['s', 1_000];
  return age === 0 ? '-' : `${unit === 's' ? (age / size).toFixed(1) : Math.floor(age / size)} ${unit}`;
}
