import {
  bucketCount,
  type DecisionStep,
  type ErasureResult,
  type OperatingStore,
  type StoredDeliveryQuery,
} from '../index.js';
import type { Statement } from './delivery-choice.js';
import * as deliveries from './delivery-statements.js';
import { migrate, stepsOf } from './migrate.js';
import * as statements from './operator-statements.js';
import type { Row } from './queryable.js';
import { isMissing } from './sql-state.js';
import { queryLogAlone, type Tables } from './tables.js';

/** What operators call of an outbox in a PostgreSQL. */
export const operatorPart = (tables: Tables): Omit<OperatingStore, 'logEnd'> => ({
  migrate: () => migrate(tables.database, tables.schema),

  schemaSteps: () => stepsOf(tables.database, tables.schema),

  isUnmigrated: isMissing,

  async deliveries(query) {
    const { text, params } = deliveries.list(query);
    return (await tables.query(text, params)).map(deliveries.deliveryOf);
  },

  redrive: (query) => decide(tables, query, deliveries.redrive(query)),

  discard: (query) => decide(tables, query, deliveries.discard(query)),

  async replay({ names, from, to, upTo, ordered }, replayId, after, limit) {
    const dates = [from?.toISOString() ?? null, to?.toISOString() ?? null];
    const params = [after, JSON.stringify(names), ...dates, limit, replayId, ordered, upTo];
    const [row] = await queryLogAlone(tables, statements.replay, params);
    const { written, last } = row as { written: number; last: string | null };
    return { written, last: last === null ? undefined : Number(last) };
  },

  async erase({ key, event, data, dryRun }) {
    const params = [key ?? null, event ?? null, data ?? null, dryRun];
    const [row] = await queryLogAlone(
      tables,
      'select events, deliveries, scheduled, busy from "S".erase($1, $2::uuid, $3::jsonb, $4::boolean)',
      params,
    );
    return row as unknown as ErasureResult;
  },

  async status() {
    const [row] = await tables.query(statements.status, []);
    return statements.statusOf(row as Row, bucketCount);
  },
});

/** Runs a statement that returns the deliveries it was to decide on, each with whether it has. */
async function decide(
  tables: Tables,
  { limit }: StoredDeliveryQuery,
  { text, params }: Statement,
): Promise<DecisionStep> {
  const rows = await tables.query(text, params);
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    count: rows.filter(({ decided }) => decided === true).length,
    last: last && { seq: Number(last['seq']), handler: last['handler'] as string },
  };
}
