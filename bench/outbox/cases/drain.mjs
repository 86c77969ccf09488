import { eachKeyOnce, ordersOf } from '../backlog.mjs';
import { contenders } from '../contenders/index.mjs';
import { drain } from '../drain.mjs';
import { short, table } from '../../report/table.mjs';

const keyCounts = [5_000, 20, 1];
const names = ['class-events', 'pg-boss', 'graphile-worker'];

export const runs = [
  ...keyCounts.flatMap((keys) => names.map((contender) => ({ contender, ordered: true, keys }))),
  ...names.map((contender) => ({ contender, ordered: false, keys: 5_000 })),
];

/** Deliveries of a backlog, by one process. */
export async function measure({ run, contender, pool, sizes }) {
  const count = run.keys === 1 && run.contender !== 'class-events' ? sizes.oneKeyBacklog : sizes.backlog;
  await contender.fill(ordersOf(count, run.keys), eachKeyOnce(run.keys));
  return drain({ contender, pool, count, atMost: sizes.drainMs });
}

const order = (own) =>
  own.rounds.length === 0
    ? ''
    : own.sum('outOfOrder') + own.sum('repeated') === 0
      ? 'held'
      : `**broken** (${own.sum('outOfOrder')})`;

export function report(results) {
  const cells = (wanted) => {
    const own = results.of(wanted);
    return [own.show('perSecond'), wanted.ordered ? order(own) : ''];
  };
  const rows = names.flatMap((contender) => [
    [
      contenders[contender].title,
      contenders[contender].modes.ordered,
      ...keyCounts.flatMap((keys) => cells({ contender, ordered: true, keys })),
    ],
    [
      contenders[contender].title,
      contenders[contender].modes.unordered,
      results.of({ contender, ordered: false }).show('perSecond'),
      '',
      '',
      '',
      '',
      '',
    ],
  ]);
  const heads = [
    'deliveries/s',
    'mode',
    ...keyCounts.flatMap((keys) => [keys === 1 ? '1 key' : `${short(keys)} keys`, 'order']),
  ];
  return `## Draining a backlog

One process, and a handler that does nothing but note what it got. The rate is that of the first deliveries within a limit of time, or of all of them.
\`order\`: whether each key's events arrived in the order in which they were written, one after another.

${table(heads, rows, ['mode', 'order'])}
`;
}

export function targets(results) {
  const rate = (contender) => results.of({ contender, ordered: true, keys: 20 }).median('perSecond');
  const own = rate('class-events');
  return ['pg-boss', 'graphile-worker'].map((peer) => {
    const times = own / rate(peer);
    return {
      what: `drain in order, 20 keys: times the rate of ${peer}`,
      wanted: '≥ 10',
      got: times.toFixed(1),
      met: times >= 10,
    };
  });
}
