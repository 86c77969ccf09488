// The one command of a contributor: runs every check, in this order, and stops at the first that fails.
// `npm run check -- --except test` leaves steps out; .ci/run does so with the steps it has run before.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const steps = [
  'format:check',
  'lint',
  'typecheck',
  'boundaries',
  'unused',
  'test',
  'test:integration',
  'package',
  'docs',
];

const { values } = parseArgs({ options: { except: { type: 'string', multiple: true, default: [] } } });
const unknown = values.except.filter((step) => !steps.includes(step));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. The steps are: ${steps.join(', ')}.`);
  process.exit(2);
}

const took = [];
for (const step of steps.filter((name) => !values.except.includes(name))) {
  console.log(`\n=== ${step} (npm run ${step})`);
  const start = performance.now();
  // A step whose script is missing fails here too: npm does not know it.
  const { status } = spawnSync('npm', ['run', '--silent', step], { stdio: 'inherit' });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  took.push(`${step} ${seconds} s`);
  if (status !== 0) {
    console.error(`\ncheck: ${step} failed after ${seconds} s. Run it alone: npm run ${step}`);
    process.exit(1);
  }
}
console.log(`\ncheck: all of it passed (${took.join(', ')}).`);
