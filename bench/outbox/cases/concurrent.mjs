import { contenders } from '../contenders/index.mjs';
import { drain } from '../drain.mjs';
import { OrderPlaced } from '../order-placed.mjs';
import { table } from '../../report/table.mjs';

const keys = 20;
const clients = 16;
const names = ['class-events', 'pg-boss', 'graphile-worker'];

export const runs = names.map((contender) => ({ contender, ordered: true }));

/** What the others do not show, for their backlogs are written one transaction after another: transactions that overlap. */
export async function measure({ contender, pool, sizes }) {
  await pool.query('create table aggregates (key text primary key, version integer not null)');
  await pool.query(`insert into aggregates select 'order:' || n, 0 from generate_series(0, ${keys - 1}) n`);
  let left = sizes.concurrent;
  const publishSome = async () => {
    while (left-- > 0) {
      const order = new OrderPlaced(`order:${Math.floor(Math.random() * keys)}`, 0);
      const raise = 'update aggregates set version = version + 1 where key = $1 returning version';
      // The row's version is the truth: who raised it first has committed first.
      const work = async (client) => (order.number = (await client.query(raise, [order.key])).rows[0].version);
      await contender.publishIn(work, order);
    }
  };
  await Promise.all(Array.from({ length: clients }, publishSome));
  return drain({ contender, pool, count: sizes.concurrent, atMost: sizes.drainMs });
}

export function report(results) {
  const rows = names.map((contender) => {
    const own = results.of({ contender });
    return [
      contenders[contender].title,
      contenders[contender].modes.ordered,
      own.sum('handled'),
      own.sum('outOfOrder'),
    ];
  });
  return `## Order under transactions that overlap

${clients} clients raise the version of one of ${keys} rows and publish it, in one transaction. The versions of a row say in which order its transactions
were committed. The rounds are added up.

${table(['', 'mode', 'events delivered', 'of them too early'], rows, ['mode'])}
`;
}
