// class-events/workers on real threads; run.mjs carries it to each runtime that is promised to have them.
import { EventBus, HandlerTimeoutError } from 'class-events';
import { inWorker, WorkerEndedError, WorkerPool } from 'class-events/workers';
import { Asked, catalog, Said } from './pool-events.mjs';

const module = new URL('./pool.worker.mjs', import.meta.url);
let assertions = 0;

function equal(actual, expected, what) {
  assertions += 1;
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`);
}

/** Asks a pool of two threads for something among 200 answers, none of which may be lost. Resolves to what it failed with. */
async function failureAmongOthers(what, { timeout, ...options } = {}) {
  const bus = new EventBus();
  const pool = new WorkerPool({ catalog, bus, threads: 2, grace: 50, ...options });
  const said = [];
  bus.subscribe(Said, ({ number }) => void said.push(number));
  const handler = inWorker(module, { pool });
  bus.subscribe(Asked, handler);
  // Another bus, for the time in line counts as well, and the others may take theirs.
  const strict = new EventBus();
  strict.subscribe(Asked, handler, { timeout });

  const failing = strict.publishSettled(new Asked(what));
  const numbers = Array.from({ length: 200 }, (_, index) => index);
  const answers = await Promise.all(numbers.map((number) => bus.publishSettled(new Asked('answer', number))));
  const [failure] = (await failing).failures;
  await bus.close({ timeout: 20_000 });
  await pool.close({ timeout: 20_000 });

  equal(answers.flatMap(({ failures }) => failures).length, 0, `${what}: the others that failed`);
  equal(
    said.sort((one, other) => one - other),
    numbers,
    `${what}: what the others said`,
  );
  return failure?.reason;
}

equal(await failureAmongOthers('return'), undefined, 'a handler that returns');

const thrown = await failureAmongOthers('throw');
equal([thrown.name, thrown.message], ['RangeError', 'thrown in the worker'], 'a handler that throws');
equal(thrown.stack.includes('pool.worker.mjs'), true, 'the stack of the worker');

const exited = await failureAmongOthers('exit');
equal(exited instanceof WorkerEndedError, true, `a handler that exits: ${exited}`);

const looped = await failureAmongOthers('loop', { timeout: 2_000 });
equal(looped instanceof HandlerTimeoutError, true, `a handler that loops: ${looped}`);

// Bun's threads share the memory of the process, and know no limit.
if (!globalThis.Bun) {
  const starved = await failureAmongOthers('take all memory', { resourceLimits: { maxOldGenerationSizeMb: 32 } });
  equal(starved instanceof WorkerEndedError, true, `a handler that takes all memory: ${starved}`);
}
console.log(assertions);
