import type { StoredDelivery } from '../../src/outbox/index.js';

export const bucket = 7;

/** A row of mail.receipt at a place in the log. */
export function row(seq: number, key: string | undefined, more: Partial<StoredDelivery> = {}): StoredDelivery {
  const delivery = { handler: 'mail.receipt', bucket, seq, key, attempts: 0, startedAgo: undefined, isRetry: false };
  const event = { id: String(seq), name: 'order.placed', version: 1, recordedAt: 0, data: '{}', headers: {} };
  return { ...delivery, ...event, isBlocked: false, ...more };
}
