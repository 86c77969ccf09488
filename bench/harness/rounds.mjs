import { loadavg } from 'node:os';
import { join } from 'node:path';
import { cases } from '../cases/index.mjs';
import { loadAll } from '../contenders/index.mjs';
import { floors } from '../floors/index.mjs';

const program = join(import.meta.dirname, 'measure.mjs');

export const entrants = [...floors, ...(await loadAll())];

/** All pairs of case and entrant, or those that are wanted. */
export function pairs(wanted = () => true) {
  return cases.flatMap((each) =>
    entrants.filter((entrant) => each.takes(entrant) && wanted(each, entrant)).map((entrant) => ({ each, entrant })),
  );
}

/**
 * Measures every pair once in each round, so that what disturbs a minute disturbs everybody a little and nobody wholly.
 * What `journal` holds already is not measured again.
 */
export function* measureInRounds(runtime, chosen, rounds, budget, journal) {
  const total = rounds * chosen.length;
  let done = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const { each, entrant } of chosen) {
      done++;
      const place = { case: each.id, entrant: entrant.id, round };
      if (journal.has(place)) continue;
      const args = [each.id, entrant.file, entrant.id, JSON.stringify(budget)];
      journal.add({ ...place, ...outcomeOf(() => runtime.run(program, args)), load: loadavg()[0] });
      yield { ...place, done, total };
    }
  }
}

/** A contender that fails on a runtime is a result as well. */
function outcomeOf(measure) {
  try {
    return { values: measure() };
  } catch (error) {
    const lines = String(error.stderr || error.message).split('\n');
    return { error: lines.find((line) => /^\w*Error|error TS/.test(line)) ?? lines[0] };
  }
}
