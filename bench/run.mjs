// `npm run bench`: every case with every contender, in rounds; then bench/RESULTS.md and the chart of the README.
// Broken off, it goes on where it was; --fresh begins anew. --node /path/to/node measures another runtime.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './harness/build.mjs';
import { Journal } from './harness/journal.mjs';
import { measureInRounds, pairs } from './harness/rounds.mjs';
import { Runtime } from './harness/runtime.mjs';
import { writeChart } from './report/chart.mjs';
import { writeResults } from './report/results.mjs';

const { values } = parseArgs({
  options: {
    node: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    case: { type: 'string', multiple: true },
    fresh: { type: 'boolean', default: false },
  },
});
const runtime = new Runtime(values.node);
const machine = { cpu: cpus()[0].model.trim(), cores: cpus().length, platform: `${process.platform} ${process.arch}` };
const head = { runtime: runtime.name, build, machine, date: new Date().toISOString().slice(0, 10) };
const journal = Journal.open(head, values);
const chosen = pairs((each) => !values.case || values.case.includes(each.id));

const start = performance.now();
let measured = 0;
for (const { round, entrant, done, total, ...place } of measureInRounds(
  runtime,
  chosen,
  Number(values.rounds),
  { slices: 3, ms: 30 },
  journal,
)) {
  const left = ((performance.now() - start) / ++measured / 60_000) * (total - done);
  const line = `${runtime.name}, round ${round}: ${done} of ${total}, about ${Math.ceil(left)} min left: ${place.case} ${entrant}`;
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
  else if (measured % 50 === 0) process.stdout.write(`${line}\n`);
}

const journals = Journal.all(build);
await writeResults(journals, join(import.meta.dirname, 'RESULTS.md'));
await writeChart(journals[0], join(import.meta.dirname, '../docs/images/performance.svg'));
process.stdout.write('\nWritten: bench/RESULTS.md, docs/images/performance.svg\n');
