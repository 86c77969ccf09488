// `npm run bench:outbox`: every case with every contender, by turns, in rounds; then bench/outbox/RESULTS.md.
// --case drain, --contender class-events: some of them, printed and not written. --rounds 3. --small tries whether all works.
import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { cases } from './cases/index.mjs';
import { environment } from './environment.mjs';
import { reportOf, writeReport } from './report.mjs';
import { Results } from './results.mjs';
import { measuringNode } from './runtime.mjs';
import { findServer } from './server.mjs';

const { values } = parseArgs({
  options: {
    node: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    case: { type: 'string', multiple: true },
    contender: { type: 'string', multiple: true },
    small: { type: 'boolean', default: false },
  },
});
const node = values.node ?? measuringNode();
const size = values.small ? 'small' : 'full';
const execute = promisify(execFile);
const server = await findServer();

async function measure(caseId, run) {
  const task = JSON.stringify({ server: server.url, size, caseId, run });
  const program = join(import.meta.dirname, 'measure.mjs');
  try {
    const options = { timeout: 600_000, maxBuffer: 1e8 };
    const { stdout } = await execute(node, ['--no-warnings', '--expose-gc', program, task], options);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1));
  } catch (error) {
    const lines = String(error.stderr || error.message).split('\n');
    return { error: lines.find((line) => /^\w*Error/i.test(line)) ?? lines[0] };
  }
}

const chosen = Object.entries(cases)
  .filter(([id]) => values.case?.includes(id) ?? true)
  .flatMap(([caseId, { runs }]) => runs.map((run) => ({ caseId, run })))
  .filter(({ run }) => values.contender?.includes(run.contender) ?? true);
const ids = Object.keys(cases).filter((id) => chosen.some(({ caseId }) => caseId === id));
const isWhole = !values.case && !values.contender && !values.small;
const results = new Map(ids.map((id) => [id, new Results()]));
const about = { ...(await environment(server.url, node)), size, loads: [], rounds: 0 };

for (let round = 1; round <= Number(values.rounds); round++) {
  for (const [at, { caseId, run }] of chosen.entries()) {
    // Some say the same each time, and take long.
    if (cases[caseId].isMeasuredOnce && round > 1) continue;
    const load = loadavg()[0];
    const measured = await measure(caseId, run);
    about.loads.push(load);
    results.get(caseId).add(run, measured);
    const shown = JSON.stringify({ ...run, ...measured }, (_, value) =>
      typeof value === 'number' ? Number(value.toPrecision(4)) : value,
    );
    process.stdout.write(
      `round ${round}, ${at + 1} of ${chosen.length}, load ${load.toFixed(1)}: ${caseId} ${shown}\n`,
    );
  }
  about.rounds = round;
  // After each round, so that a run that is broken off leaves something.
  if (isWhole) await writeReport(reportOf(ids, results, about), join(import.meta.dirname, 'RESULTS.md'));
}
await server.stop();
if (!isWhole) process.stdout.write(`\n${reportOf(ids, results, about)}`);
