// `npm run bench:check`: the targets alone, in a short form. Ends with 1 when one is missed by more than its noise.
import { parseArgs } from 'node:util';
import { build } from './harness/build.mjs';
import { Figures } from './report/figures.mjs';
import { Journal } from './harness/journal.mjs';
import { measureInRounds, pairs } from './harness/rounds.mjs';
import { Runtime } from './harness/runtime.mjs';
import { isNeeded, judge, nameOf, targetsOn } from './targets.mjs';

const { values } = parseArgs({ options: { node: { type: 'string' }, rounds: { type: 'string', default: '5' } } });
const runtime = new Runtime(values.node);
const journal = new Journal();
const chosen = pairs((each, entrant) => isNeeded(each.id, entrant.id));

say(`${runtime.name}, class-events ${build.commit} (build ${build.id}), ${values.rounds} rounds`);
const measuring = measureInRounds(runtime, chosen, Number(values.rounds), { slices: 2, ms: 20 }, journal);
while (!measuring.next().done);

const figures = new Figures(journal);
const judged = targetsOn(runtime.name).map((target) => ({ target, ...judge(target, figures) }));
for (const { target, median, low, high, verdict } of judged) {
  const reached = median === undefined ? '–' : `${short(median)} (${short(low)}–${short(high)})`;
  say(`${verdict.padEnd(12)}  ${nameOf(target).padEnd(60)}  ${reached}, at most ${short(target.atMost)}`);
}
const failed = judged.filter(({ verdict }) => verdict === 'missed' || verdict === 'not measured');
say(failed.length === 0 ? 'All targets are met.' : `${failed.length} of ${judged.length} targets are missed.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function short(number) {
  return Number(number.toPrecision(3)).toString();
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
