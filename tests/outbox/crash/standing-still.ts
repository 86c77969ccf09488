import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from './scenario.js';
import { stoppedAtPoints } from './standing-at-points.js';
import { takeoverAfter } from './task.js';

// Long enough that others have everything before it is over.
const standstill = takeoverAfter * 2;

const stopped: Scenario = {
  name: 'stopped, and continued',
  async run(trial) {
    await trial.startAll({ role: 'writer' }, { role: 'relay', work: 100 }, { role: 'relay', work: 100 });
    for (let round = 0; round < 2; round++) {
      await delay(700);
      const [victim] = trial.random.shuffled(trial.living('relay'));
      victim!.signal('SIGSTOP');
      await delay(standstill);
      trial.harmed([victim!]);
      victim!.signal('SIGCONT');
      await delay(500);
    }
  },
};

const blocked: Scenario = {
  name: 'event loop blocked',
  async run(trial) {
    const block = { after: 150, during: standstill };
    await trial.startAll({ role: 'writer' }, { role: 'relay', work: 50 }, { role: 'relay', work: 50, block });
    await delay(standstill * 2);
  },
};

export const standingStill: readonly Scenario[] = [stopped, stoppedAtPoints, blocked];
