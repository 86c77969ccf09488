// One case with one entrant: run in a process of its own, prints what it measured as its last line.
import { cases } from '../cases/index.mjs';
import { load } from '../contenders/index.mjs';
import { floors } from '../floors/index.mjs';

const [caseId, file, entrantId, budget] = process.argv.slice(2);
const entrants = file === 'floor' ? floors : await load(file);
const entrant = entrants.find(({ id }) => id === entrantId);
const values = await cases.find(({ id }) => id === caseId).measure(entrant, JSON.parse(budget));
process.stdout.write(`\n${JSON.stringify(values)}\n`);
process.exit();
