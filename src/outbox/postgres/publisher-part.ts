import type { Entry, PublishingStore } from '../index.js';
import { writeGuarded } from './guarded-write.js';
import { entriesAsJson, entryAsParams } from './rows.js';
import { unstorablePart } from './storable-text.js';
import type { Tables } from './tables.js';

// Bytes of UTF-8. A row of an index holds about 2 700: a longer key would fit the table `event`, but not the index
// `failure_key`.
const longestKey = 1_000;

const append = '"S".append($1::json, $2)';
const appendOne =
  '"S".append_one($1::uuid, $2, $3::integer, $4, $5::smallint, $6::json, $7::json, $8::text[], $9::boolean[], $10)';

/** What publishers call of an outbox in a PostgreSQL. */
export const publisherPart = (
  tables: Tables,
): Pick<PublishingStore, 'limits' | 'unstorablePart' | 'append' | 'notify'> => ({
  limits: { keyBytes: longestKey },

  unstorablePart,

  append(transaction: unknown, entries: readonly Entry[]): Promise<void> {
    const [one] = entries;
    if (one !== undefined && entries.length === 1) {
      return writeGuarded(tables, transaction, appendOne, entryAsParams(one));
    }
    return writeGuarded(tables, transaction, append, [entriesAsJson(entries)]);
  },

  async notify(): Promise<void> {
    // It does not wait for the disk, because a notification does not survive a crash anyway.
    const notify = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)::text as notified";
    await tables.query(notify, [tables.schema.name, '']);
  },
});
