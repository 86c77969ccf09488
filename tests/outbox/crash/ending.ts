import { setTimeout as delay } from 'node:timers/promises';
import { handlerIds } from './handlers.js';
import { readLedger } from './crash-ledger.js';
import type { Process } from './process.js';
import type { Scenario } from './scenario.js';
import type { Trial } from './trial.js';

const joining: Scenario = {
  name: 'relays come and go',
  async run(trial) {
    await trial.startAll({ role: 'writer' }, { role: 'relay' });
    for (let round = 0; round < 4; round++) {
      const guest = await trial.start({ role: 'relay' });
      await delay(500);
      guest.end();
      await guest.whenEnded;
    }
  },
};

/** Told to end while much is at work: each ends by itself, and what it has begun is begun by nobody else. */
const atWork: Scenario = {
  name: 'ended with much at work',
  async run(trial) {
    const relay = { role: 'relay', failing: 0, work: 300 } as const;
    await trial.startAll({ role: 'writer', atOnce: 8, rest: 5 }, { role: 'writer', atOnce: 8, rest: 5 });
    for (let round = 0; round < 3; round++) {
      const relays = await trial.startAll(relay, relay);
      await delay(1_000);
      // One while the other takes over, then the other with nobody left.
      for (const relay of relays) await endAtWork(trial, relay);
    }
    await trial.startAll({ role: 'relay', failing: 0 }, { role: 'relay', failing: 0 });
    await trial.drain();
    const effects = readLedger(trial.ledger).filter(({ what }) => what === 'effect');
    const once = new Set(effects.map(({ id }) => id));
    if (once.size < effects.length) trial.violated(`${effects.length - once.size} effects happened twice`);
  },
};

async function endAtWork(trial: Trial, relay: Process): Promise<void> {
  const startedCount = (): number => {
    const open = new Set<string | undefined>();
    for (const { what, pid, id, handler } of readLedger(trial.ledger)) {
      // The effects of the third are in the database.
      if (pid !== relay.pid || handler === handlerIds.books) continue;
      if (what === 'started') open.add(id);
      if (what === 'effect') open.delete(id);
    }
    return open.size;
  };
  if (!(await trial.until(() => startedCount() >= 10, 5_000))) trial.violated('not much was at work');
  relay.end();
  await relay.whenEnded;
}

export const ending: readonly Scenario[] = [atWork, joining];
