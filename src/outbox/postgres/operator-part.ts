import { bucketCount, type OperatingStore } from '../index.js';
import { migrate } from './migrate.js';
import * as statements from './operator-statements.js';
import type { Row } from './queryable.js';
import { isMissing } from './sql-state.js';
import { queryLogAlone, type Tables } from './tables.js';

/** What operators call of an outbox in a PostgreSQL. */
export const operatorPart = (tables: Tables): Omit<OperatingStore, 'logEnd'> => ({
  migrate: () => migrate(tables.database, tables.schema),

  isUnmigrated: isMissing,

  async deadLetters(query) {
    return (await tables.query(statements.deadLetters, statements.paramsOf(query))).map(statements.deadLetterOf);
  },

  async redrive(query) {
    return (await tables.query(statements.redrive, statements.paramsOf(query))).length;
  },

  async discard(query) {
    return (await tables.query(statements.discard, statements.paramsOf(query))).length;
  },

  async replay({ names, from, to, upTo, ordered }, replayId, after, limit) {
    const dates = [from?.toISOString() ?? null, to?.toISOString() ?? null];
    const params = [after, JSON.stringify(names), ...dates, limit, replayId, ordered, upTo];
    const [row] = await queryLogAlone(tables, statements.replay, params);
    const { written, last } = row as { written: number; last: string | null };
    return { written, last: last === null ? undefined : Number(last) };
  },

  async status(group) {
    const [row] = await tables.query(statements.status, [group]);
    return statements.statusOf(row as Row, bucketCount);
  },
});
