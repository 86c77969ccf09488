import { escapeControl } from '../../core/index.js';
import type { DeadLetter } from '../../outbox/index.js';
import { alignColumns } from '../../wiring/align-columns.js';
import type { OperandCommand } from '../command.js';
import { countText } from '../count-text.js';
import { jsonOption, result } from './result.js';
import { askOutbox } from './exported-outbox.js';
import { letterOptions, letterQuery, lettersOf } from './letter-query.js';

/** `class-events outbox dead`: what is not tried any more, and why. */
export const deadCommand: OperandCommand = {
  name: 'outbox dead',
  operand: '<outbox>',
  summary: 'lists dead letters, with their last errors and what waits for them',
  options: { ...letterOptions, ...jsonOption },
  async run(operand, options) {
    const query = { limit: 1_000, ...withoutUndefined(letterQuery(options)) };
    const letters = await askOutbox(operand, (outbox) => collect(lettersOf(outbox, query)));
    const more = letters.length === query.limit ? `\nThese are the first ${query.limit}; --limit shows more.` : '';
    return result(letters, list(letters) + more, options['json']);
  },
};

function withoutUndefined<T extends object>(query: T): Partial<T> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Partial<T>;
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function list(letters: readonly DeadLetter[]): string {
  const handlers = [...new Set(letters.map(({ handler }) => handler))];
  const blocks = handlers.map((handler) => {
    const rows = letters.filter((letter) => letter.handler === handler).map(cells);
    return [escapeControl(handler), ...alignColumns(rows).map((row) => `  ${row}`)].join('\n');
  });
  return blocks.join('\n\n') || 'No dead letter matches.';
}

function cells({ seq, name, version, key, deadAt, followers, errors }: DeadLetter): readonly string[] {
  const lastError = errors.at(-1);
  const attempts = countText(lastError?.attempt ?? 0, 'attempt');
  const waiting = followers > 0 ? countText(followers, 'follower') : '';
  const error = lastError ? `${lastError.name}: ${lastError.message.split('\n')[0]}` : '';
  const died = `died ${deadAt.toISOString().slice(0, 19)}Z`;
  return [String(seq), `${name} v${version}`, key ?? '', attempts, waiting, died, error].map(escapeControl);
}
