import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { table } from '../report/table.mjs';
import { cases } from './cases/index.mjs';

/** The results as a page of markdown. */
export function reportOf(ids, results, about) {
  const loads = about.loads.toSorted((one, other) => one - other);
  const load = (share) => loads[Math.floor(share * (loads.length - 1))].toFixed(1);
  const targets = ids.flatMap((id) => cases[id].targets?.(results.get(id)) ?? []);
  return `# The outbox beside job queues in PostgreSQL

Written by \`npm run bench:outbox\`; what is measured and how stands in [the benchmark's README](../README.md).

- ${about.date}, class-events ${about.build}, ${about.versions}, Node ${about.node.slice(1)}${about.size === 'full' ? '' : '; a trial with small numbers'}
- ${about.machine}
- ${about.server}: ${about.settings}
- ${about.syncs} writes of 8 kB per second reach the disk (fdatasync)
- ${about.rounds} rounds, by turns (memory: one); shown are the median and, in brackets, the quartiles. Load of the machine before each measurement: median
  ${load(0.5)}, ${load(0)} to ${load(1)}. The database, the handlers and all else share its cores, so ratios say more than figures.

## Targets

${table(
  ['', 'wanted', 'measured', ''],
  targets.map(({ what, wanted, got, met }) => [what, wanted, got, met ? 'met' : '**missed**']),
  ['wanted', 'measured'],
)}

${ids.map((id) => cases[id].report(results.get(id))).join('\n')}`;
}

/** Formatted as the project's formatter would have it. */
export async function writeReport(report, path) {
  await writeFile(path, report);
  const prettier = createRequire(import.meta.url).resolve('prettier/bin/prettier.cjs');
  execFileSync(process.execPath, [prettier, '--write', path]);
  process.stdout.write(`Written: ${path}\n`);
}
