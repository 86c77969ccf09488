import type { LimitingStore } from '../index.js';
import type { Tables } from './tables.js';

const exchange = `
select granted, starts, wait, contended from "S".exchange_permits(
  $1, $2::uuid, $3::integer, $4::integer, $5::integer, $6::integer, $7::integer, $8::integer, $9::float8, $10::float8)`;

/** What keeps limits over all processes, of an outbox in a PostgreSQL. */
export const limitingPart = (tables: Tables): LimitingStore => ({
  async exchangePermits({ handler, limit, holder, kept, free, wanted, starts, lease }) {
    const { concurrency = null, count = null, per = null } = limit;
    const params = [handler, holder, kept, free, wanted, starts, concurrency, count, per, lease];
    const [row] = await tables.query(exchange, params);
    return {
      granted: Number(row?.['granted']),
      starts: Number(row?.['starts']),
      wait: Number(row?.['wait']),
      isContended: row?.['contended'] === true,
    };
  },
});
