import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from './scenario.js';

const side: Scenario = {
  name: 'many publishers of the same keys',
  async run(trial) {
    const writer = { role: 'writer', atOnce: 6, rest: 3 } as const;
    await trial.startAll({ role: 'relay' }, { role: 'relay' }, writer, writer, writer, writer);
    await delay(4_000);
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
    if (!(await trial.until(isCommitted, 20_000))) trial.violated('nothing has committed late');
  },
};

export const committing: readonly Scenario[] = [side, late];
