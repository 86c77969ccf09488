import { OutboxError } from '../index.js';
import type { Tables } from './tables.js';

/**
 * Calls a function of the schema that writes in a transaction of the caller, with a mark as its last argument. It
 * answers true when it has written.
 *
 * @throws OutboxError if the transaction is none.
 */
export async function writeGuarded(
  tables: Tables,
  transaction: unknown,
  call: string,
  params: readonly unknown[],
): Promise<void> {
  const mark = crypto.randomUUID();
  // Nothing has been written in the transaction before, so it may be none: what the first call has set is gone then.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const [row] = await tables.queryIn(transaction, `select ${call}::text as written`, [...params, mark]);
    if (row?.['written'] === 'true') return;
  }
  throw new OutboxError(
    'The unit of work has no transaction: two statements did not run in the same one. Let the function that begins it begin a transaction, and pass on the client on which it did.',
  );
}
