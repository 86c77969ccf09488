import type { LoggedEvent, LoggedFailure, Tamper } from './database.js';

type Query = (text: string, params?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Tampers with the tables of the schema `class_events`. */
export function tamperWith(query: Query): Tamper {
  const changed = (text: string, ...params: unknown[]): Promise<unknown> => query(text, params);
  return {
    waiting: async () => (await query('select handler, key from class_events.delivery order by seq, handler')) as never,
    events: async () => {
      const rows = await query('select seq::int, name, version, key, data::text from class_events.event order by seq');
      return rows as unknown as LoggedEvent[];
    },
    scheduled: async () =>
      (await query('select id from class_events.scheduled order by number')).map(({ id }) => id as string),
    failures: async () => {
      const rows = await query('select handler, due_at as "dueAt", errors from class_events.failure order by handler');
      return rows as unknown as LoggedFailure[];
    },
    pretendStarted: ({ attempts, ago, seq }) =>
      changed(
        `update class_events.delivery set attempts = $1, started_at = clock_timestamp() - $2 * interval '1 millisecond'
        where seq = coalesce($3, seq)`,
        attempts,
        ago,
        seq ?? null,
      ),
    makeDue: (handler) =>
      changed(
        'update class_events.failure set due_at = clock_timestamp() where handler = coalesce($1, handler)',
        handler ?? null,
      ),
    makeScheduledDue: (at) =>
      changed(
        'update class_events.scheduled set due_at = clock_timestamp() where due_at = coalesce($1, due_at)',
        at?.toISOString() ?? null,
      ),
    age: (seq, milliseconds) =>
      changed(
        `update class_events.event set recorded_at = recorded_at - $2 * interval '1 millisecond' where seq = $1`,
        seq,
        milliseconds,
      ),
    recordAt: (seq, date) =>
      changed('update class_events.event set recorded_at = $2 where seq = $1', seq, date.toISOString()),
    rewriteData: (seq, json) => changed('update class_events.event set data = $2 where seq = $1', seq, json),
    deleteEvent: (seq) => changed('delete from class_events.event where seq = $1', seq),
    deleteHeld: (seq) => changed('delete from class_events.held where seq = $1', seq),
    deleteWaiting: () => changed('delete from class_events.delivery'),
  };
}
