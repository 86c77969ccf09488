import { type Entry, OutboxError, type PublishingStore } from '../index.js';
import { entriesAsJson } from './rows.js';
import { unstorablePart } from './storable-text.js';
import type { Tables } from './tables.js';

// Bytes of UTF-8. A row of an index holds about 2 700: a longer key would fit the table `event`, but not the index
// `failure_key`.
const longestKey = 1_000;

const append = 'select "S".append($1::json, $2)::text as appended';

/** What publishers call of an outbox in a PostgreSQL. */
export const publisherPart = (
  tables: Tables,
): Pick<PublishingStore, 'limits' | 'unstorablePart' | 'append' | 'notify'> => ({
  limits: { keyBytes: longestKey },

  unstorablePart,

  async append(transaction: unknown, entries: readonly Entry[]): Promise<void> {
    const text = entriesAsJson(entries);
    const [first] = await tables.queryIn(transaction, append, [text, null]);
    if (first?.['appended'] === 'true') return;
    // Nothing has been written in it before, so it may be none: a setting that is local to a transaction is gone by
    // now.
    const mark = crypto.randomUUID();
    await tables.queryIn(transaction, "select set_config('class_events.guard', $1, true)", [mark]);
    const [second] = await tables.queryIn(transaction, append, [text, mark]);
    if (second?.['appended'] === 'true') return;
    throw new OutboxError(
      'The unit of work has no transaction: two statements did not run in the same one. Let the function that begins it begin a transaction, and pass on the client on which it did.',
    );
  },

  async notify(): Promise<void> {
    await tables.query('select pg_notify($1, $2)', [tables.schema.name, '']);
  },
});
