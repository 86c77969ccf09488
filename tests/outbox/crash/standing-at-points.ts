import { setTimeout as delay } from 'node:timers/promises';
import { readLedger } from './crash-ledger.js';
import type { Scenario } from './scenario.js';
import type { Trial } from './trial.js';

// In ms. The takeover, and what a successor waits for those who may still end what they have begun, are less than half of it.
const patience = 8_000;

/** One relay stands still at this point, until all that waited then has been delivered by others. */
async function standAt(trial: Trial, name: string): Promise<void> {
  const count = 1 + trial.random.below(8);
  const victim = await trial.start({ role: 'relay', failing: 0, point: { name, count, signal: 'SIGSTOP' } });
  const isStill = (): boolean =>
    readLedger(trial.ledger).some(({ what, pid }) => what === 'stopped' && pid === victim.pid);
  if (!(await trial.until(isStill, 12_000))) trial.violated(`the point ${name} was not reached`);
  const last = await trial.count('select coalesce(max(seq), 0) as count from class_events.event');
  const isTaken = async (): Promise<boolean> =>
    (await trial.count(
      `select (select count(*) from class_events.delivery where seq <= ${last})
        + (select count(*) from class_events.held where seq <= ${last}) as count`,
    )) === 0;
  if (!(await trial.until(isTaken, patience))) trial.violated(`what stood still at ${name} was not taken over`);
  trial.harmed([victim]);
  victim.signal('SIGCONT');
  await delay(300);
  victim.end();
  await victim.whenEnded;
}

// At each of them something is between the look at the clock and what must not be done any more.
const standingPoints = [
  'fetch:after',
  'start:after',
  'handler:started',
  'claim:after',
  'commit:before',
  'settle:before',
];

export const stoppedAtPoints: Scenario = {
  name: 'stopped at points',
  async run(trial) {
    await trial.startAll({ role: 'writer', rest: 20 }, { role: 'relay', failing: 0 });
    const left = trial.random.shuffled([...standingPoints, 'start:after']);
    const next = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) await standAt(trial, name);
    };
    await Promise.all([next(), next()]);
  },
};
