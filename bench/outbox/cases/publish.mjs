import { BareInsert } from '../contenders/bare-insert.mjs';
import { contenders } from '../contenders/index.mjs';
import { OrderPlaced } from '../order-placed.mjs';
import { table } from '../../report/table.mjs';

const clients = [1, 8, 32];
const keys = 5_000;
const turns = 4;
const names = ['class-events', 'pg-boss', 'graphile-worker'];

export const runs = clients.flatMap((count) =>
  names.map((contender) => ({ contender, ordered: true, clients: count })),
);

/**
 * Each transaction inserts an order, and publishes one event for one durable handler with it. By turns with the same insert alone, so that
 * what disturbs the machine disturbs both.
 */
export async function measure({ run, contender, pool, sizes }) {
  await pool.query('create table orders (id bigint generated always as identity primary key, key text, data jsonb)');
  const insert = 'insert into orders (key, data) values ($1, $2)';
  const publishUntil = async (by, end) => {
    let count = 0;
    for (; performance.now() < end; count++) {
      const order = new OrderPlaced(`order:${Math.floor(Math.random() * keys)}`, 1);
      await by.publishIn((client) => client.query(insert, [order.key, JSON.stringify(order.lines)]), order);
    }
    return count;
  };
  const rateOf = async (by, ms) => {
    const start = performance.now();
    const counts = await Promise.all(Array.from({ length: run.clients }, () => publishUntil(by, start + ms)));
    return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - start)) * 1000;
  };
  const bare = new BareInsert(pool);
  const rates = { perSecond: 0, barePerSecond: 0 };
  for (let turn = -1; turn < turns; turn++) {
    const ms = sizes.publishMs / turns;
    const [barePerSecond, perSecond] = [await rateOf(bare, ms), await rateOf(contender, ms)];
    // The first turn warms up.
    if (turn < 0) continue;
    rates.barePerSecond += barePerSecond / turns;
    rates.perSecond += perSecond / turns;
  }
  return { ...rates, share: rates.perSecond / rates.barePerSecond };
}

export function report(results) {
  const cells = (contender) =>
    clients.flatMap((count) => {
      const own = results.of({ contender, clients: count });
      return [own.show('barePerSecond'), own.show('perSecond'), own.show('share')];
    });
  const heads = clients.flatMap((count) => [
    count === 1 ? '1 client: bare' : `${count} clients: bare`,
    'published',
    'share',
  ]);
  return `## Publishing

Transactions per second. Each inserts an order, and publishes one event with it, for one handler, in order of one of ${keys} keys. \`bare\` is
the insert alone, by turns with it in the same process; \`share\` is what is left of its rate. Nothing is delivered meanwhile.

${table(
  ['', ...heads],
  names.map((name) => [contenders[name].title, ...cells(name)]),
)}
`;
}

export function targets(results) {
  return clients.map((count) => {
    const share = results.of({ contender: 'class-events', clients: count }).median('share');
    const what = `publish, ${count} ${count === 1 ? 'client' : 'clients'}: share of the bare insert's rate`;
    return { what, wanted: '≥ 0.5', got: share.toFixed(2), met: share >= 0.5 };
  });
}
