import { Client } from 'pg';
import { eachKeyOnce, ordersOf } from '../backlog.mjs';
import { contenders } from '../contenders/index.mjs';
import { drain } from '../drain.mjs';
import { short, table } from '../../report/table.mjs';

const keys = 20;
const names = ['class-events', 'pg-boss', 'graphile-worker'];
const poison = 'poison:0';

export const runs = [
  ...['nothing', 'poison'].flatMap((by) => names.map((contender) => ({ contender, ordered: true, by }))),
  ...['nothing-held', 'snapshot'].flatMap((by) =>
    // In order the peers write too few dead rows within the time to be disturbed by them.
    names.map((contender) => ({ contender, ordered: contender === 'class-events', by })),
  ),
];

export async function measure({ run, ...rest }) {
  return run.by === 'snapshot' || run.by === 'nothing-held' ? withSnapshot(run, rest) : withPoison(run, rest);
}

/** A key whose first event fails stands before the others with all of its events. */
async function withPoison(run, { contender, pool, sizes }) {
  if (run.by === 'poison') await contender.fill(ordersOf(sizes.poisoned, 1, 'poison'), eachKeyOnce(1000));
  await contender.fill(ordersOf(sizes.poisoned, keys), eachKeyOnce(keys));
  const handle = ({ key }) => {
    if (key === poison) throw new Error('Out of paper');
  };
  return drain({ contender, pool, count: sizes.poisoned, atMost: sizes.drainMs, handle });
}

/** A transaction that only looks, and is left open, keeps the server from forgetting what was delivered before. */
async function withSnapshot(run, { contender, pool, sizes }) {
  const holder = new Client({ connectionString: pool.options.connectionString });
  holder.on('error', () => undefined);
  await holder.connect();
  if (run.by === 'snapshot') await holder.query('begin isolation level repeatable read; select count(*) from pg_class');
  const count = sizes.backlog / 2;
  const earlier = new contender.constructor(pool, run);
  await earlier.install();
  await earlier.fill(ordersOf(count, keys, 'earlier'), eachKeyOnce(keys));
  await drain({ contender: earlier, pool, count, atMost: 5 * sizes.drainMs });
  await earlier.stop();
  await contender.fill(ordersOf(count, keys), eachKeyOnce(keys));
  const measured = await drain({ contender, pool, count, atMost: sizes.drainMs });
  await holder.end();
  return measured;
}

const share = (results, contender, by, undisturbed) =>
  results.of({ contender, by }).median('perSecond') / results.of({ contender, by: undisturbed }).median('perSecond');

export function report(results) {
  const rows = names.map((contender) => [
    contenders[contender].title,
    results.of({ contender, by: 'nothing' }).show('perSecond'),
    results.of({ contender, by: 'poison' }).show('perSecond'),
    share(results, contender, 'poison', 'nothing').toFixed(2),
    results.of({ contender, by: 'nothing-held' }).show('perSecond'),
    results.of({ contender, by: 'snapshot' }).show('perSecond'),
    share(results, contender, 'snapshot', 'nothing-held').toFixed(2),
  ]);
  const heads = [
    'deliveries/s',
    'undisturbed',
    'poisoned key',
    'share',
    'undisturbed, twice',
    'snapshot held',
    'share',
  ];
  return `## Disturbed

\`poisoned key\`: before the ${short(keys)} healthy keys stands one whose handler fails, with as many events as all of those together; in order. Counted are the healthy
ones. graphile-worker does not hold back what follows a failed job, so it fails all of them. \`snapshot held\`: a transaction that only looks is open while as many
events as are measured were delivered before, so that their dead rows are still there; the peers unordered here.

${table(heads, rows)}
`;
}

export function targets(results) {
  return [
    ['a poisoned key at the head', 'poison', 'nothing'],
    ['an open snapshot', 'snapshot', 'nothing-held'],
  ].map(([what, by, undisturbed]) => {
    const got = share(results, 'class-events', by, undisturbed);
    return {
      what: `drain with ${what}: share of the undisturbed rate`,
      wanted: '≥ 0.5',
      got: got.toFixed(2),
      met: got >= 0.5,
    };
  });
}
