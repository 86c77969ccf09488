import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { cases } from '../cases/index.mjs';
import { alike, givesUp } from '../harness/entrant.mjs';
import { entrants } from '../harness/rounds.mjs';
import { spread } from '../harness/statistics.mjs';
import { judge, nameOf, targetsOn } from '../targets.mjs';
import { Figures } from './figures.mjs';
import { short, shortSpread, table } from './table.mjs';

/** Everything that was measured, as a page: the targets first, then a table for each case. */
export async function writeResults(journals, path) {
  const parts = [introduction(), versions(), gaveUp(), ...journals.flatMap(runtimeSection)];
  const options = { ...(await resolveConfig(path)), parser: 'markdown' };
  writeFileSync(path, await format(parts.join('\n\n'), options));
}

function introduction() {
  return `# Results

Written by \`npm run bench\`; [README.md](README.md) says what is measured and how. A figure is the median of its rounds, with the
quartiles in parentheses. "× floor" is the ratio to the floor of the case, measured in the same process: trust it more than the
nanoseconds. "× best alike" compares the nanoseconds with the fastest peer that promises the same three things: whether a handler that
throws stops others, whether the publisher can wait, and whether events are known by their class. Where there is no such peer, it is empty.`;
}

function versions() {
  const own = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).dependencies;
  const names = Object.keys(own).filter((name) => !['vega', 'vega-lite', 'reflect-metadata'].includes(name));
  const list = names.map((name) => `${name} ${own[name]}`).join(', ');
  return `Versions: ${list}. nanoevents 10 and emittery 2 need Node 22, so the last ones that run on Node 20 take part.`;
}

function gaveUp() {
  const row = (entrant) => {
    const { keys, isolates, failures, report } = entrant.contender;
    return [
      entrant.id,
      waits[entrant.waiting],
      keys,
      isolates ? 'others run' : 'the rest is not called',
      failures,
      report,
    ];
  };
  const heads = [
    '',
    'waits for handlers',
    'an event is known by',
    'when a handler throws',
    'what becomes of failures',
    'report',
  ];
  return `## What each of them promises\n\n${table(heads, entrants.map(row), heads)}`;
}

const waits = { yes: 'yes', no: 'no', dropped: 'could; here nobody waits', 'leaves promises': 'no' };

function runtimeSection(journal) {
  const { runtime, build, machine, date } = journal.head;
  const figures = new Figures(journal);
  const load = spread(journal.entries.map((entry) => entry.load));
  const rounds = Math.max(...journal.entries.map(({ round }) => round));
  const conditions = `class-events ${build.commit} (build ${build.id}), ${date}, ${rounds} rounds. ${machine.cpu}, ${machine.cores} cores,
${machine.platform}. Load of the machine while it was measured, the measuring itself (1) included: ${shortSpread(load)}. Where that is more than the
machine has cores, what makes garbage (promises above all) waits for a processor to collect it, and its figures say little.`;
  return [
    `## ${runtime}`,
    conditions,
    targetsSection(runtime, figures),
    ...cases.map((each) => caseSection(each, figures)),
  ];
}

function targetsSection(runtime, figures) {
  const judged = targetsOn(runtime).map((target) => ({ target, ...judge(target, figures) }));
  const row = ({ target, verdict, ...reached }) => [
    nameOf(target),
    reached.median === undefined ? '' : shortSpread(reached),
    short(target.atMost),
    verdict === 'missed' ? `**missed**${target.reason ? `: ${target.reason}` : ''}` : verdict,
  ];
  const missed = judged.filter(({ verdict }) => verdict === 'missed').length;
  const count = missed === 0 ? 'None is missed' : `${missed} of ${judged.length} are missed`;
  const heads = ['target', 'reached', 'at most', 'verdict'];
  return `### Targets\n\n${count}, by more than the noise of the figure: its better quartile misses it too. A reason stands where it is known.\n\n${table(heads, judged.map(row), ['verdict'])}`;
}

function caseSection(each, figures) {
  const measured = entrants.flatMap((entrant) => {
    const figure = figures.of(each.id, entrant.id);
    return figure ? [{ entrant, figure }] : [];
  });
  const columns = Object.keys(measured.find(({ figure }) => !figure.error)?.figure ?? {});
  if (measured.length === 0) return '';
  const isTimed = columns.includes('ratio');
  const heads = [
    '',
    ...columns.map((column) => (column === 'ratio' ? '× floor' : column)),
    ...(isTimed ? ['× best alike'] : []),
  ];
  // Where the verb makes no difference, each package stands once.
  const isPerPackage = measured.every(({ entrant }) => entrant.first);
  const rows = measured.map(({ entrant, figure }) => [
    isPerPackage ? entrant.contender.name : entrant.id,
    ...columns.map((column) => (figure.error ? 'failed' : shortSpread(figure[column]))),
    ...(isTimed ? [toBestAlike({ entrant, figure }, measured)] : []),
    givesUp(entrant),
  ]);
  const floor = each.floor ? `\n\nFloor: ${each.floor}.` : '';
  const failures = measured
    .filter(({ figure }) => figure.error)
    .map(({ entrant, figure }) => `\n\n${entrant.id}: ${figure.error}`);
  return `### ${each.id}: ${each.title}${floor}\n\n${table([...heads, 'gives up'], rows, ['gives up'])}${failures.join('')}`;
}

/** Peers are neither floors nor this package. */
function toBestAlike({ entrant, figure }, measured) {
  if (figure.error || entrant.file === 'floor') return '';
  const peers = measured.filter(
    (other) =>
      !['floor', 'class-events'].includes(other.entrant.file) && !other.figure.error && alike(entrant, other.entrant),
  );
  const [best] = peers.sort((one, other) => one.figure.ns.median - other.figure.ns.median);
  return best ? short(figure.ns.median / best.figure.ns.median) : '';
}
