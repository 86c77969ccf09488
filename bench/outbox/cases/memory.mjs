import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { drain } from '../drain.mjs';
import { short, table } from '../../report/table.mjs';

export const isMeasuredOnce = true;

const keys = 5_000;
const program = join(import.meta.dirname, '../filler.mjs');

export const runs = [
  { contender: 'class-events', ordered: true, backlog: 'small' },
  { contender: 'class-events', ordered: true, backlog: 'large' },
];

/** The most that the process takes while it delivers (MiB), and what it took before. */
export async function measure({ run, contender, pool, sizes }) {
  const count = run.backlog === 'small' ? sizes.memoryBacklog / 5 : sizes.memoryBacklog;
  const task = { run, connectionString: pool.options.connectionString, count, keys };
  await once(fork(program, [JSON.stringify(task)]), 'exit');
  const before = process.memoryUsage();
  let most = before;
  const timer = setInterval(() => {
    const now = process.memoryUsage();
    most = { rss: Math.max(most.rss, now.rss), heapUsed: Math.max(most.heapUsed, now.heapUsed) };
  }, 50);
  const { handled, perSecond } = await drain({ contender, pool, count: Infinity, atMost: sizes.memoryMs });
  clearInterval(timer);
  globalThis.gc();
  const kept = process.memoryUsage().heapUsed;
  const mib = (bytes) => bytes / 2 ** 20;
  return {
    before: mib(before.rss),
    most: mib(most.rss),
    heap: mib(most.heapUsed),
    kept: mib(kept),
    backlog: count,
    handled,
    perSecond,
  };
}

export function report(results) {
  const rows = ['small', 'large'].map((backlog) => {
    const own = results.of({ backlog });
    return [
      own.show('backlog'),
      own.show('before'),
      own.show('most'),
      own.show('heap'),
      own.show('kept'),
      own.show('handled'),
    ];
  });
  return `## Memory

What the process of class-events takes while it delivers for as long from either backlog: resident, and of JavaScript's heap, in MiB.

${table(['backlog', 'resident before', 'most while delivering', 'most heap', 'heap after a collection', 'delivered meanwhile'], rows)}
`;
}

export function targets(results) {
  const most = (backlog) => results.of({ backlog }).median('most');
  const growth = most('large') - most('small');
  return [
    {
      what: 'memory with a backlog of 1 000 000: MiB more than with 200 000',
      wanted: '≤ 64',
      got: short(growth),
      met: growth <= 64,
    },
  ];
}
