import { setTimeout as delay } from 'node:timers/promises';
import { readLedger } from './crash-ledger.js';
import type { Poison } from './moved.js';
import type { Scenario } from './scenario.js';

/** One event harms who handles it, each time: it ends as a dead letter, and no other does. */
const poisoned = (name: string, poison: Poison, order: object, execArgv: string[] = []): Scenario => ({
  name,
  async run(trial) {
    let stop = (): void => {};
    const enough = new Promise<void>((resolve) => (stop = resolve));
    const relay = { role: 'relay', attempts: 4, failing: 0, ...order } as const;
    const kept = Promise.all([0, 1].map(() => trial.keep(() => relay, enough, { execArgv })));
    await trial.start({ role: 'writer', poison });
    const isDoomed = (): boolean => readLedger(trial.ledger).some(({ what }) => what === 'doomed');
    if (!(await trial.until(isDoomed))) trial.violated('nothing was poisoned');
    await delay(1_000);
    await trial.drain();
    stop();
    await kept;
  },
});

export const poison: readonly Scenario[] = [
  poisoned('a handler that kills its process', 'exit', {}),
  poisoned('a handler that never settles', 'hang', { timeout: 300 }),
  poisoned('a handler that allocates without end', 'allocate', {}, ['--max-old-space-size=64']),
];
