import { setTimeout as delay } from 'node:timers/promises';
import { handlerIds } from './handlers.js';
import type { Scenario } from './scenario.js';

const { mail, index, books } = handlerIds;

const kinds = [[mail, books], [books, index], [index], [mail, index, books], [mail, index]];

/** Workers with different handlers, which overlap, come and go, end as they should, and are killed. */
const ofWorkers: Scenario = {
  name: 'kinds of workers',
  async run(trial) {
    const relay = (has: readonly string[]) => ({ role: 'relay', has, failing: 0.03 }) as const;
    await trial.startAll({ role: 'writer' }, { role: 'writer' }, relay(kinds[0]!), relay(kinds[1]!));
    for (let round = 0; round < 16; round++) {
      const [kind] = trial.random.shuffled(kinds);
      const [some] = trial.random.shuffled(trial.living('relay'));
      if (some && trial.living('relay').length > 2) {
        if (trial.random.chance(0.5)) some.signal('SIGKILL');
        else some.end();
      }
      await trial.start(relay(kind!));
      // Some come before the others have followed to the last change.
      await delay(trial.random.below(500));
    }
    await trial.start({ role: 'relay', failing: 0 });
  },
};

export const kindsOfWorkers: readonly Scenario[] = [ofWorkers];
