// `npm run test:crash [-- --seed SEED --seeds N --only WORDS --mutant NAME]`: kills, stops and cuts off processes that publish and
// deliver, and compares what they did with what was committed. Ends with 1 when anything is as it must not be.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { committing } from './committing.js';
import { ending } from './ending.js';
import { killing } from './killing.js';
import { kindsOfWorkers } from './kinds.js';
import { lookingAfter } from './looking-after.js';
import { type Mutant, mutants } from './mutants.js';
import { outages } from './outages.js';
import { poison } from './poison.js';
import type { Scenario } from './scenario.js';
import { Server } from './server.js';
import { standingStill } from './standing-still.js';
import { Trial } from './trial.js';

const all: readonly Scenario[] = [
  ...committing,
  ...standingStill,
  ...ending,
  ...killing,
  ...kindsOfWorkers,
  ...lookingAfter,
  ...outages,
  ...poison,
];

const widths = [40, 7, 6, 5, 9, 7, 17, 8];
const line = (...cells: readonly (string | number)[]): string =>
  cells.map((cell, at) => (at === 0 ? String(cell).padEnd(widths[at]!) : String(cell).padStart(widths[at]!))).join('');
const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** One line, and below it what must not be. Answers whether there is none of it. */
async function play(scenario: Scenario, server: Server, program: string, seed: number, mutant: Mutant | undefined) {
  const start = performance.now();
  const trial = await Trial.open(server, program, seed, mutant);
  try {
    await scenario.run(trial);
    await trial.drain();
    const { events, lost, inverted, ghosts, duplicated, violations } = await trial.close();
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    const duplicates = `${duplicated.outside} / ${duplicated.inside}`;
    print(line(scenario.name, events, trial.kills, lost, inverted, ghosts, duplicates, seconds));
    for (const violation of violations) print(`  ${violation}`);
    return violations.length === 0;
  } finally {
    await trial.discard();
  }
}

/** One file, so that a process starts in a moment. */
function bundle(folder: string): string {
  const outfile = join(folder, 'application.cjs');
  buildSync({
    entryPoints: ['tests/outbox/crash/application.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native'],
    logLevel: 'error',
  });
  return outfile;
}

const usage = 'npm run test:crash [-- --seed SEED] [--seeds COUNT] [--only "WORDS OF A NAME"] [--mutant NAME]';

/** What was asked for cannot be done. */
class UsageError extends Error {}

interface Request {
  readonly first: number;
  readonly count: number;
  readonly chosen: readonly Scenario[];
  readonly mutant: Mutant | undefined;
}

/** @throws UsageError for what it does not know. */
function requestOf(args: readonly string[]): Request {
  const text = { type: 'string' } as const;
  let values;
  try {
    // `from` is another name of `seed`.
    const options = { seed: text, seeds: text, from: text, only: text, mutant: text };
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { seed, from, seeds = '1', only = '', mutant } = values;
  if (mutant !== undefined && !(mutant in mutants)) {
    throw new UsageError(`There is no mutant '${mutant}'. There are: ${Object.keys(mutants).join(', ')}.`);
  }
  const chosen = all.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) {
    throw new UsageError(
      `No scenario has '${only}' in its name. There are: ${all.map(({ name }) => name).join(', ')}.`,
    );
  }
  const [first, count] = [seed ?? from ?? '1', seeds].map((number) => {
    if (!/^[0-9]{1,9}$/.test(number))
      throw new UsageError(`A seed, and how many there are, is a number, not '${number}'.`);
    return Number(number);
  }) as [number, number];
  return { first, count, chosen, mutant: mutant as Mutant | undefined };
}

async function main(): Promise<boolean> {
  const { first, count, chosen, mutant } = requestOf(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), 'class-events-crash-program-'));
  const program = bundle(folder);
  const server = await Server.start();
  const leave = (): void => {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', leave);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  if (mutant) print(`Without a protection: ${mutants[mutant]}.`);
  let isClean = true;
  for (let seed = first; seed < first + count; seed++) {
    print(line(`seed ${seed}`, 'events', 'kills', 'lost', 'inverted', 'ghosts', 'dup. ext. / tx', 'seconds'));
    for (const scenario of chosen) isClean = (await play(scenario, server, program, seed, mutant)) && isClean;
  }
  print(
    isClean
      ? 'Nothing was lost, inverted, invented or done twice without a reason.'
      : 'Something is as it must not be.',
  );
  return isClean;
}

void main().then(
  (isClean) => process.exit(isClean ? 0 : 1),
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    const text = isUsage ? `${error.message}\n${usage}` : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(isUsage ? 2 : 1);
  },
);
