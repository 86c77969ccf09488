import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createHistogram } from 'node:perf_hooks';
import { join } from 'node:path';
import { contenders } from '../contenders/index.mjs';
import { wallClock } from '../order-placed.mjs';
import { short, table } from '../../report/table.mjs';

const rates = [50, 1_000];
const names = ['class-events', 'pg-boss', 'graphile-worker'];
const program = join(import.meta.dirname, '../publisher.mjs');

export const runs = rates.flatMap((rate) => names.map((contender) => ({ contender, ordered: true, rate })));

/** From the moment at which an event was to be published, by another process, to the call of its handler. */
export async function measure({ run, contender, pool, sizes }) {
  const delays = createHistogram();
  const count = run.rate * sizes.latencySeconds;
  let handled = 0;
  await contender.start(async ({ number, sentAt }) => {
    if (number === 0) return;
    handled++;
    delays.record(Math.max(1, Math.round((wallClock() - sentAt) * 1000)));
  });
  const task = { run, connectionString: pool.options.connectionString, count };
  const publisher = fork(program, [JSON.stringify(task)]);
  await once(publisher, 'exit');
  for (let waits = 0; handled < count && waits < 100; waits++) await new Promise((resolve) => setTimeout(resolve, 100));
  const at = (percentile) => delays.percentile(percentile) / 1000;
  return { p50: at(50), p99: at(99), handled, missing: count - handled };
}

export function report(results) {
  const rows = names.map((contender) => [
    contenders[contender].title,
    ...rates.flatMap((rate) => {
      const own = results.of({ contender, rate });
      return [own.show('p50'), own.show('p99'), own.rounds.length > 0 ? own.sum('missing') : ''];
    }),
  ]);
  const heads = rates.flatMap((rate) => [`${short(rate)}/s: p50`, 'p99', 'late']);
  return `## From publish to handler

Milliseconds from the moment at which the event was to be published, whether or not the publisher was ready, to the call of its handler. The publisher is another
process. Each event is one transaction; the load is open: nobody waits for anybody. \`late\`: not handled ten seconds after the last one was published. pg-boss with
\`notify\`, which is how it is woken.

${table(['ms', ...heads], rows)}
`;
}

export function targets(results) {
  const p50 = results.of({ contender: 'class-events', rate: 50 }).median('p50');
  return [
    { what: 'publish to handler at 50 events/s: p50', wanted: '< 10 ms', got: `${short(p50)} ms`, met: p50 < 10 },
  ];
}
