// Publishes at a steady rate, whether or not what was published before has been committed.
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { contenders } from './contenders/index.mjs';
import { OrderPlaced, wallClock } from './order-placed.mjs';

const { run, connectionString, count } = JSON.parse(process.argv[2]);
const pool = new Pool({ connectionString, max: 20 });
pool.on('error', () => undefined);
const contender = new contenders[run.contender](pool, run);
await contender.install();

const keys = 1_000;
const nothing = async (client) => client.query('select 1');
// The number 0 marks what is not counted: connections are made, and code is compiled.
const warmUp = Array.from({ length: 100 }, (_, at) => contender.publishIn(nothing, new OrderPlaced(`order:${at}`, 0)));
await Promise.all(warmUp);
await delay(1_000);

const start = wallClock();
const published = [];
for (let at = 0; at < count; at++) {
  const sentAt = start + (at / run.rate) * 1000;
  while (wallClock() < sentAt) await delay(Math.max(0, Math.floor(sentAt - wallClock())));
  published.push(
    contender.publishIn(nothing, new OrderPlaced(`order:${at % keys}`, Math.floor(at / keys) + 1, sentAt)),
  );
}
await Promise.all(published);
process.exit(0);
