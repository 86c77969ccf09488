// Fills a backlog, so that the process that delivers it has not grown by filling it.
import { Pool } from 'pg';
import { eachKeyOnce, ordersOf } from './backlog.mjs';
import { contenders } from './contenders/index.mjs';

const { run, connectionString, count, keys } = JSON.parse(process.argv[2]);
const pool = new Pool({ connectionString });
pool.on('error', () => undefined);
const contender = new contenders[run.contender](pool, run);
await contender.install();
const chunk = 50_000;
for (let from = 0; from < count; from += chunk) {
  await contender.fill(ordersOf(Math.min(chunk, count - from), keys, `order:${from}`), eachKeyOnce(keys));
}
process.exit(0);
