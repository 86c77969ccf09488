import type { Entry, StoredDelivery } from '../index.js';
import type { Row } from './queryable.js';

/**
 * Returns the argument of the function `append`. The data is put in as it is, because text inside of text would be
 * parsed twice.
 */
export function entriesAsJson(entries: readonly Entry[]): string {
  const parts = entries.map(({ data, ...entry }) => `${JSON.stringify(entry).slice(0, -1)},"data":${data}}`);
  return `[${parts.join()}]`;
}

/** Returns the arguments of the function `append_one`, as far as they are of the entry. */
export function entryAsParams({ id, name, version, key, bucket, data, headers, deliveries }: Entry): unknown[] {
  const handlers = deliveries.map(({ handler }) => `"${handler.replace(/["\\]/g, '\\$&')}"`);
  const ordered = deliveries.map((delivery) => delivery.key !== undefined);
  const lists = [`{${handlers.join()}}`, `{${ordered.join()}}`];
  return [id, name, version, key ?? null, bucket, data, JSON.stringify(headers), ...lists];
}

/**
 * Returns what names rows in a list: handler, bucket, sequence number, and the number of attempts when it was fetched.
 */
export function rowsAsJson(deliveries: readonly StoredDelivery[]): string {
  return JSON.stringify(deliveries.map(({ handler, bucket, seq, attempts }) => [handler, bucket, seq, attempts]));
}

/** Returns a delivery from a row of the statements `fetch` and `retries`. */
export function deliveryOf(row: Row): StoredDelivery {
  const { handler, key, id, name, data } = row as Record<string, string | null>;
  return {
    handler: handler as string,
    bucket: Number(row['bucket']),
    seq: Number(row['seq']),
    key: key ?? undefined,
    attempts: Number(row['attempts']),
    startedAgo: row['started_ago'] === null ? undefined : Number(row['started_ago']),
    isRetry: row['is_retry'] === true,
    isBlocked: row['is_blocked'] === true,
    id: id as string,
    name: name as string,
    version: Number(row['version']),
    recordedAt: Number(row['recorded_at'] ?? 0),
    data: data ?? undefined,
    headers: JSON.parse(row['headers'] as string) as Record<string, string>,
  };
}
