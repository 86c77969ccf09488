import { type Entry, OutboxError, type PublishingStore } from '../index.js';
import { entriesAsJson, entryAsParams } from './rows.js';
import { unstorablePart } from './storable-text.js';
import type { Tables } from './tables.js';

// Bytes of UTF-8. A row of an index holds about 2 700: a longer key would fit the table `event`, but not the index
// `failure_key`.
const longestKey = 1_000;

const append = 'select "S".append($1::json, $2)::text as appended';
const appendOne = `select "S".append_one($1::uuid, $2, $3::integer, $4, $5::smallint, $6::json, $7::json, $8::text[],
  $9::boolean[], $10)::text as appended`;

/** What publishers call of an outbox in a PostgreSQL. */
export const publisherPart = (
  tables: Tables,
): Pick<PublishingStore, 'limits' | 'unstorablePart' | 'append' | 'notify'> => ({
  limits: { keyBytes: longestKey },

  unstorablePart,

  async append(transaction: unknown, entries: readonly Entry[]): Promise<void> {
    const [one] = entries;
    const isOne = one !== undefined && entries.length === 1;
    const params = isOne ? entryAsParams(one) : [entriesAsJson(entries)];
    const mark = crypto.randomUUID();
    // Nothing has been written in the transaction before, so it may be none: what the first call has set is gone then.
    for (let call = 1; call <= 2; call++) {
      const [row] = await tables.queryIn(transaction, isOne ? appendOne : append, [...params, mark]);
      if (row?.['appended'] === 'true') return;
    }
    throw new OutboxError(
      'The unit of work has no transaction: two statements did not run in the same one. Let the function that begins it begin a transaction, and pass on the client on which it did.',
    );
  },

  async notify(): Promise<void> {
    // It does not wait for the disk, because a notification does not survive a crash anyway.
    const notify = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)::text as notified";
    await tables.query(notify, [tables.schema.name, '']);
  },
});
