import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from './scenario.js';

// Relays that were there all the time would see most events one at a time, in whatever order they are.
const crowd: Scenario = {
  name: 'many publishers of the same keys',
  async run(trial) {
    const writer = { role: 'writer', atOnce: 6, accounts: 8, early: 0.1, hesitation: 10, rest: 3 } as const;
    await trial.startAll(writer, writer, writer, writer, writer, writer);
    await delay(2_500);
    await trial.startAll({ role: 'relay' }, { role: 'relay' });
    await delay(1_500);
  },
};

const late: Scenario = {
  name: 'a commit that comes late',
  async run(trial) {
    await trial.startAll({ role: 'relay', work: 2, failing: 0 }, { role: 'writer', lateBy: 1_500, rest: 1 });
    const isCommitted = async (): Promise<boolean> =>
      (await trial.count(`select count(*) from shop.movement where key like 'held:%'`)) > 0;
    const writer = { role: 'writer', atOnce: 10, rest: 2 } as const;
    await trial.startAll(writer, writer);
    if (!(await trial.until(isCommitted, 45_000))) trial.violated('nothing has committed late');
  },
};

export const committing: readonly Scenario[] = [crowd, late];
