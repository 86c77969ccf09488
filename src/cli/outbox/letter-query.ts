import type { DeadLetter, DeadLetterQuery } from '../../outbox/index.js';
import { CommandError, type GivenOptions } from '../command.js';
import type { OperableOutbox } from './exported-outbox.js';

/** The options that say which dead letters are meant. */
export const letterOptions = {
  handler: { type: 'string', value: 'ID', description: 'those of this durable handler' },
  key: { type: 'string', value: 'KEY', description: 'those of this key' },
  event: { type: 'string', value: 'ID', description: 'those of the event with this id' },
  seq: { type: 'string', value: 'N', description: 'the one at this place of the log' },
  limit: { type: 'string', value: 'N', description: 'at most this many, the oldest first' },
} as const;

/** @throws CommandError for what is no number, or no id. */
export function letterQuery({ handler, key, event, seq, limit }: GivenOptions): DeadLetterQuery {
  if (typeof event === 'string' && !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(event)) {
    throw new CommandError(`--event takes the id of an event, a UUID as dead --json shows it, not ${event}.`);
  }
  const texts = { handler, key, event } as Pick<DeadLetterQuery, 'handler' | 'key' | 'event'>;
  return { ...texts, seq: numberOf('seq', seq), limit: numberOf('limit', limit) };
}

function numberOf(name: string, text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new CommandError(`--${name} takes a whole number above 0, not ${String(text)}.`);
}

// The errors of a letter may be many kilobytes.
const pageSize = 100;

/** Those that are dead now, page by page: one that dies again meanwhile is not met twice. */
export async function* lettersOf(outbox: OperableOutbox, query: DeadLetterQuery): AsyncGenerator<DeadLetter> {
  const { handlers } = await outbox.status();
  const matching = handlers.filter(({ handler, dead }) => dead > 0 && handler === (query.handler ?? handler));
  let left = query.limit ?? Infinity;
  for (const { handler } of matching) {
    // Within a handler a place names one letter.
    for (let after: number | undefined = 0; after !== undefined && left > 0;) {
      const limit = Math.min(pageSize, left);
      const page: readonly DeadLetter[] = await outbox.deadLetters.list({ ...query, handler, after, limit });
      yield* page;
      left -= page.length;
      after = page.length < limit ? undefined : page.at(-1)?.seq;
    }
  }
}
